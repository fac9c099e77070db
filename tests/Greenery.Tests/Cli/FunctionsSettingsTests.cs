using System.Text.Json;
using Greenery.Cli.Output;
using Greenery.Tests.Support;

namespace Greenery.Tests.Cli;

/// <summary>What <c>greenery services up</c> writes into local.settings.json.</summary>
public sealed class FunctionsSettingsTests : IDisposable
{
    private readonly TestDataFolder _folder = new("settings");
    private readonly FunctionsSettings _settings = new("Host=127.0.0.1", "DropKey=a+b==", "HostKey=c");

    private string FilePath => Path.Combine(_folder.Path, "local.settings.json");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void What_is_printed_is_a_whole_file()
    {
        var file = Read(_settings.Describe());

        Assert.False(file.GetProperty("IsEncrypted").GetBoolean());
        Assert.Equal(_settings.Variables.Keys.Order(), Names(file));
        Assert.Contains("a+b==", _settings.Describe(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_is_not_there_begins_as_the_sample_beside_it()
    {
        File.Copy(Path.Combine(Repository.Top, FunctionsSettings.Sample),
            Path.Combine(_folder.Path, FunctionsSettings.Sample));

        await _settings.WriteAsync(FilePath, CancellationToken.None);

        var values = Read(await File.ReadAllTextAsync(FilePath)).GetProperty("Values");
        Assert.Equal("Host=127.0.0.1", values.GetProperty("Greenery__Warehouse").GetString());
        Assert.Equal("HostKey=c", values.GetProperty("AzureWebJobsStorage").GetString());
        Assert.Equal("Europe/Berlin", values.GetProperty("Greenery__TimeZone").GetString());
    }

    [Fact]
    public async Task Without_a_sample_it_has_only_what_is_needed()
    {
        await _settings.WriteAsync(FilePath, CancellationToken.None);

        Assert.Equal(_settings.Describe(), await File.ReadAllTextAsync(FilePath));
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(FilePath));
        }
    }

    [Fact]
    public async Task Other_settings_of_a_file_stay_and_a_second_time_changes_nothing()
    {
        await File.WriteAllTextAsync(FilePath, """
            {
              // mine
              "Host": { "CORS": "*" },
              "Values": { "Greenery__TimeZone": "Asia/Kolkata", "Greenery__Warehouse": "Host=old" }
            }
            """);

        await _settings.WriteAsync(FilePath, CancellationToken.None);
        var once = await File.ReadAllTextAsync(FilePath);
        await _settings.WriteAsync(FilePath, CancellationToken.None);

        Assert.Equal(once, await File.ReadAllTextAsync(FilePath));
        var file = Read(once);
        Assert.Equal("*", file.GetProperty("Host").GetProperty("CORS").GetString());
        Assert.Equal("Asia/Kolkata", file.GetProperty("Values").GetProperty("Greenery__TimeZone").GetString());
        Assert.Equal("Host=127.0.0.1", file.GetProperty("Values").GetProperty("Greenery__Warehouse").GetString());
        Assert.Single(Directory.GetFiles(_folder.Path));
    }

    [Theory]
    [InlineData("{ \"Values\": ")]
    [InlineData("[]")]
    [InlineData("")]
    public async Task A_file_that_is_no_JSON_object_stays_and_is_named(string text)
    {
        await File.WriteAllTextAsync(FilePath, text);

        var exception = await Assert.ThrowsAsync<ConfigurationException>(
            () => _settings.WriteAsync(FilePath, CancellationToken.None));

        var fault = $"{Assert.Single(exception.Diagnostics)}";
        Assert.StartsWith($"{FilePath}: is no JSON object", fault, StringComparison.Ordinal);
        Assert.Contains("Correct it, or remove it", fault, StringComparison.Ordinal);
        Assert.Equal(text, await File.ReadAllTextAsync(FilePath));
    }

    [Fact]
    public async Task An_encrypted_file_stays()
    {
        await File.WriteAllTextAsync(FilePath, """{"IsEncrypted": true, "Values": {}}""");

        var exception = await Assert.ThrowsAsync<ConfigurationException>(
            () => _settings.WriteAsync(FilePath, CancellationToken.None));

        Assert.Contains("func settings decrypt", $"{Assert.Single(exception.Diagnostics)}", StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_that_is_not_there_is_named()
    {
        var exception = await Assert.ThrowsAsync<ConfigurationException>(
            () => _settings.WriteAsync(Path.Combine(_folder.Path, "no", "x.json"), CancellationToken.None));

        Assert.Contains("Name a file in a folder that is there", $"{Assert.Single(exception.Diagnostics)}",
            StringComparison.Ordinal);
    }

    private static JsonElement Read(string text) => JsonDocument.Parse(text).RootElement;

    private static IEnumerable<string> Names(JsonElement file) =>
        file.GetProperty("Values").EnumerateObject().Select(value => value.Name).Order();
}
