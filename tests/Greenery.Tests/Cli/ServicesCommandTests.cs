using System.Diagnostics;
using System.Runtime.Versioning;
using System.Text.Json;
using Azure.Storage.Blobs;
using Greenery.LocalServices;
using Greenery.Tests.LocalServices;
using Greenery.Tests.Support;
using Npgsql;

namespace Greenery.Tests.Cli;

/// <summary><c>greenery services up</c>, from the start to Ctrl-C.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class ServicesCommandTests : IDisposable
{
    private readonly TestDataFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task It_prints_and_writes_what_a_Functions_host_needs_and_stops_with_Ctrl_C()
    {
        // The packages that all tests share.
        Directory.CreateSymbolicLink(
            Path.Combine(_folder.Path, "packages"), Path.Combine(DataFolders.Default, "packages"));
        await TestServices.AzuriteAsync();
        var file = Path.Combine(_folder.Path, "local.settings.json");
        // Settings of another database: it is not shown, and not used.
        using var process = new CliProcess().With("Greenery__LocalData", _folder.Path)
            .With("Greenery__Warehouse", "Host=db.example;Password=not-to-be-shown")
            .Start("services", "up", "--settings", file);
        var said = new List<string>();
        while (await process.StandardError.ReadLineAsync() is { } line)
        {
            said.Add(line);
            if (line.Contains("until Ctrl-C", StringComparison.Ordinal))
            {
                break;
            }
        }
        Assert.True(File.Exists(file), string.Join('\n', said));
        var values = JsonDocument.Parse(await File.ReadAllTextAsync(file)).RootElement.GetProperty("Values");

        Assert.Equal("greenery", await DatabaseAsync(values.GetProperty("Greenery__Warehouse").GetString()!));
        var drops = new BlobContainerClient(values.GetProperty("Greenery__Drops").GetString(), "drops");
        Assert.True(await drops.ExistsAsync());
        await AssertStorageAsync(values.GetProperty("AzureWebJobsStorage").GetString()!);

        var supervisor = new ServicesProcesses(_folder.Path).Supervisor;
        await ServicesProcesses.SignalAsync("INT", process);
        var rest = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.Equal((0, ""), (process.ExitCode, await rest));
        await ServicesProcesses.EndAsync(supervisor);
        Assert.Equal(await File.ReadAllTextAsync(file), output);
        Assert.DoesNotContain("not-to-be-shown", output + string.Concat(said), StringComparison.Ordinal);
    }

    private static async Task<string?> DatabaseAsync(string connectionString)
    {
        await using var source = NpgsqlDataSource.Create(connectionString);
        await using var command = source.CreateCommand("select current_database()");
        return (string?)await command.ExecuteScalarAsync();
    }

    // One account: each of its services answers, and lets in only who has the key.
    private static async Task AssertStorageAsync(string connectionString)
    {
        using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        var parts = connectionString.Split(';', StringSplitOptions.RemoveEmptyEntries)
            .Select(part => part.Split('=', 2)).ToDictionary(part => part[0], part => part[1]);
        foreach (var service in new[] { "Blob", "Queue", "Table" })
        {
            using var answer = await client.GetAsync($"{parts[$"{service}Endpoint"]}?comp=list");
            Assert.StartsWith($"Azurite-{service}", $"{answer.Headers.Server}", StringComparison.Ordinal);
            Assert.False(answer.IsSuccessStatusCode);
        }
    }
}
