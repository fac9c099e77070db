using System.Text.RegularExpressions;
using Greenery.Alerts;
using Greenery.Runs;
using Greenery.Tests.Support;
using Microsoft.Extensions.Configuration;

namespace Greenery.Tests.Docs;

/// <summary>docs/configuration.md lists the settings that the code reads, all of them and no others.</summary>
public sealed partial class SettingsPageTests
{
    private const string Unknown = "zzz";

    private static readonly MarkdownPage Page = new("docs/configuration.md");

    private static readonly Project Project = Project.Read(Repository.SqlFolder);

    [Fact]
    public void Its_settings_are_those_that_the_code_reads() => Assert.Equal(
        Known("Greenery").Order(StringComparer.Ordinal), Documented().Order(StringComparer.Ordinal));

    [Fact]
    public void Each_setting_has_its_meaning_its_default_and_an_example() => Assert.All(
        MarkdownPage.Rows(Page.Section("Settings")).Where(IsSetting),
        row => Assert.True(
            row.Length == 4 && row.All(cell => cell.Length > 0), $"{row[0]}: expected meaning, default and example."));

    [Fact]
    public void Settings_that_any_page_names_are_documented()
    {
        var known = Documented().Select(name => name.Split(':')[1]).ToHashSet(StringComparer.Ordinal);

        Assert.All(MarkdownPage.All, page => Assert.Empty(
            Mentions().Matches(page.Text).Select(setting => setting.Groups[1].Value).Except(known)));
    }

    // A name of the user's choice at the end is a value, not a setting of its own.
    private static IEnumerable<string> Documented() => MarkdownPage.Rows(Page.Section("Settings")).Where(IsSetting)
        .Select(row => ChosenName().Replace(MarkdownPage.Names(row[0]).First(), ""));

    private static bool IsSetting(string[] row) => row[0].StartsWith("`Greenery:", StringComparison.Ordinal);

    // What is refused is refused with the names that are known. A section that refuses nothing holds names of the
    // user's choice.
    internal static IEnumerable<string> Known(string section)
    {
        var names = Expected($"{section}:{Unknown}");
        if (names.Length > 0)
        {
            return names.SelectMany(name => Known($"{section}:{name}"));
        }
        var chosen = Expected($"{section}:{Unknown}:{Unknown}");
        return chosen.Length > 0 ? chosen.Select(name => $"{section}:<name>:{name}") : [section];
    }

    internal static string[] Expected(string setting) => Refusals(setting)
        .Select(refusal => Names().Match(refusal))
        .Where(names => names.Success && names.Groups[1].Value == setting)
        .SelectMany(names => names.Groups[2].Value.Split(", ")).ToArray();

    private static IReadOnlyList<string> Refusals(string setting)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(
        [
            KeyValuePair.Create("Greenery:Sql", (string?)Repository.SqlFolder),
            KeyValuePair.Create(setting, (string?)"x"),
        ]).Build();
        IReadOnlyList<Diagnostic> settings = [];
        try
        {
            settings = GreenerySettings.Read(configuration).Faults;
        }
        catch (ConfigurationException exception)
        {
            settings = exception.Diagnostics;
        }
        var alerts = AlertConfiguration.Read(configuration).Verify(Project);
        return [.. settings.Concat(alerts).Select(diagnostic => $"{diagnostic}")];
    }

    [GeneratedRegex(@"^(\S+): is no setting; expected ([A-Za-z]+(?:, [A-Za-z]+)*)\.")]
    private static partial Regex Names();

    [GeneratedRegex("(?::<[a-z]+>)$")]
    private static partial Regex ChosenName();

    [GeneratedRegex(@"Greenery(?::|__)([A-Z][A-Za-z]+)")]
    private static partial Regex Mentions();
}
