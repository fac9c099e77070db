using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.RegularExpressions;
using Greenery.Tests.Support;

namespace Greenery.Tests.Infra;

/// <summary>The Bicep files and what azd feeds them.</summary>
public sealed partial class TemplateTests
{
    private static readonly JsonSerializerOptions _readable = new()
    {
        WriteIndented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    [Fact]
    public async Task They_compile_and_the_linter_finds_nothing()
    {
        var (exitCode, output) = await Templates.BuildAsync();

        Assert.True(exitCode == 0, output);
    }

    /// <summary>
    /// All that an installation consists of, with every property, so that a review sees what a change of the files
    /// changes in Azure. Of combinations other than <c>private</c>: what differs from it.
    /// <c>GREENERY_WRITE_GOLDEN=1</c> writes it anew.
    /// </summary>
    [Theory]
    [InlineData("private")]
    [InlineData("open")]
    [InlineData("existing-server")]
    [InlineData("existing-server-by-name")]
    [InlineData("existing-network")]
    [InlineData("cluster")]
    [InlineData("zone-redundant")]
    public async Task What_they_make_is_what_the_golden_file_says(string combination)
    {
        var made = Text(await Templates.OfAsync(combination));
        var all = combination == "private" ? Lines(made) : Difference(Text(await Templates.PrivateAsync()), made);
        var file = Path.Combine(
            Repository.Top, "tests", "Greenery.Tests", "Infra", "Golden", $"{combination}.txt");
        if (Environment.GetEnvironmentVariable("GREENERY_WRITE_GOLDEN") == "1")
        {
            await File.WriteAllTextAsync(file, all);
        }
        Assert.Equal(await File.ReadAllTextAsync(file), all);
    }

    private static string Difference(Dictionary<string, string> usual, Dictionary<string, string> made) =>
        $"Not made, other than in private:\n{string.Concat(usual.Keys.Except(made.Keys).Select(id => $"  {id}\n"))}\n"
        + Lines(made.Where(resource => usual.GetValueOrDefault(resource.Key) != resource.Value));

    private static string Lines(IEnumerable<KeyValuePair<string, string>> resources) =>
        string.Concat(resources.Select(resource => $"{resource.Key}\n{resource.Value}\n\n"));

    // By id, without what is the same in all: the token of the names, the subscription, the group.
    private static Dictionary<string, string> Text(Prediction prediction)
    {
        var token = Assert.Single(prediction.Of("Microsoft.Web/sites")).GetProperty("name")
            .GetString()!["func-greenery-".Length..];
        return prediction.Resources.ToDictionary(
            resource => Short(resource.GetProperty("id").GetString()!, token),
            resource => JsonSerializer.Serialize(resource, _readable)
                .Replace(token, "TOKEN", StringComparison.Ordinal));
    }

    private static string Short(string id, string token) => id
        .Replace("/subscriptions/00000000-0000-0000-0000-000000000000", "", StringComparison.Ordinal)
        .Replace("/resourceGroups/rg-greenery-production", "GROUP", StringComparison.Ordinal)
        .Replace(token, "TOKEN", StringComparison.Ordinal);

    [Fact]
    public void Every_module_is_used()
    {
        var modules = Templates.Files.SelectMany(file => Modules().Matches(File.ReadAllText(file))
            .Select(module => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(file)!, module.Groups[1].Value))));

        Assert.Equal(Templates.Files.Where(file => Path.GetFileName(file) != "main.bicep").Order(), modules.Distinct()
            .Order());
    }

    [Fact]
    public void Azd_gives_every_parameter_that_has_no_default_and_none_that_is_not_there()
    {
        var main = File.ReadAllText(Path.Combine(Templates.Folder, "main.bicep"));
        var parameters = Parameters().Matches(main)
            .ToDictionary(match => match.Groups[1].Value, match => match.Groups[2].Success);

        var given = AzdParameters().Keys.ToList();

        Assert.Empty(given.Except(parameters.Keys));
        Assert.Empty(parameters.Where(parameter => !parameter.Value).Select(parameter => parameter.Key).Except(given));
    }

    [Fact]
    public void The_parameters_that_azd_gives_are_explained()
    {
        var guide = File.ReadAllText(Path.Combine(Repository.Top, "docs", "operations.md"));

        var variables = AzdParameters().Values.Select(value => Variable().Match(value).Groups[1].Value);

        Assert.All(variables, variable => Assert.Contains($"`{variable}`", guide, StringComparison.Ordinal));
    }

    [Fact]
    public void Defaults_of_azd_are_those_of_the_template()
    {
        var main = File.ReadAllText(Path.Combine(Templates.Folder, "main.bicep"));
        var defaults = Parameters().Matches(main).Where(match => match.Groups[2].Success)
            .ToDictionary(match => match.Groups[1].Value, match => match.Groups[2].Value.Trim('\''));
        var azd = AzdParameters()
            .Select(parameter => (parameter.Key, Value: Variable().Match(parameter.Value).Groups[2]))
            .Where(parameter => parameter.Value.Success).ToList();

        Assert.NotEmpty(azd);
        Assert.All(azd, parameter => Assert.Equal(defaults[parameter.Key], parameter.Value.Value));
    }

    private static Dictionary<string, string> AzdParameters()
    {
        using var file = JsonDocument.Parse(File.ReadAllText(Path.Combine(Templates.Folder, "main.parameters.json")));
        return file.RootElement.GetProperty("parameters").EnumerateObject()
            .ToDictionary(parameter => parameter.Name, parameter => parameter.Value.GetProperty("value").GetString()!);
    }

    [GeneratedRegex(@"(?m)^(?:module \w+|import \{[^}]+\} from) '([^']+)'")]
    private static partial Regex Modules();

    [GeneratedRegex(@"(?m)^param (\w+) \w+(?: = (.+))?$")]
    private static partial Regex Parameters();

    [GeneratedRegex(@"^\$\{(\w+)(?:=(.*))?\}$")]
    private static partial Regex Variable();
}
