using System.Text.RegularExpressions;
using Greenery.Tests.Support;

namespace Greenery.Tests.Docs;

/// <summary>docs/configuration.md lists the keys that the readers of the .yml files take, and no others.</summary>
public sealed partial class PropertyFilesPageTests
{
    private const string Model = "models: [{name: fact_orders, ";

    private const string Test = "unit_tests: [{name: a_test, model: fact_orders, ";

    private static readonly MarkdownPage Page = new("docs/configuration.md");

    // A place of the page with a file that has an unknown key there: the refusal names the keys that are known.
    private static readonly (string Place, string File, string Yaml)[] Places =
    [
        ("project.yml", "project.yml", "zzz: 1"),
        ("sources.yml", "sources.yml", "zzz: 1"),
        ("sources[]", "sources.yml", "sources: [{zzz: 1}]"),
        ("tables[]", "sources.yml", "sources: [{tables: [{zzz: 1}]}]"),
        ("tables[].constraints[]", "sources.yml",
            "sources: [{tables: [{constraints: [{type: primary_key, zzz: 1}]}]}]"),
        ("tables[].config", "sources.yml", "sources: [{tables: [{config: {zzz: 1}}]}]"),
        ("tables[].config.rejects", "sources.yml", "sources: [{tables: [{config: {rejects: {zzz: 1}}}]}]"),
        ("tables[].config.snapshot", "sources.yml", "sources: [{tables: [{config: {snapshot: {zzz: 1}}}]}]"),
        ("tables[].config.csv", "sources.yml", "sources: [{tables: [{config: {csv: {zzz: 1}}}]}]"),
        ("tables[].config.xlsx", "sources.yml", "sources: [{tables: [{config: {xlsx: {zzz: 1}}}]}]"),
        ("tables[].config.freshness", "sources.yml", "sources: [{tables: [{config: {freshness: {zzz: 1}}}]}]"),
        ("tables[].config.freshness.warn_after", "sources.yml",
            "sources: [{tables: [{config: {freshness: {warn_after: {zzz: 1}}}}]}]"),
        ("columns[]", "sources.yml", "sources: [{tables: [{columns: [{zzz: 1}]}]}]"),
        ("columns[].constraints[]", "sources.yml",
            "sources: [{tables: [{columns: [{constraints: [{zzz: 1}]}]}]}]"),
        ("columns[].config", "sources.yml", "sources: [{tables: [{columns: [{config: {zzz: 1}}]}]}]"),
        ("<mart>.yml", "core/core.yml", "zzz: 1"),
        ("models[]", "core/core.yml", $"{Model}zzz: 1}}]"),
        ("models[].config", "core/core.yml", $"{Model}config: {{zzz: 1}}}}]"),
        ("models[].columns[]", "core/core.yml", $"{Model}columns: [{{zzz: 1}}]}}]"),
        ("unit_tests[]", "core/core.yml", $"{Test}zzz: 1}}]"),
        ("unit_tests[].given[]", "core/core.yml", $"{Test}given: [{{zzz: 1}}]}}]"),
        ("unit_tests[].expect", "core/core.yml", $"{Test}expect: {{zzz: 1}}}}]"),
        ("unit_tests[].overrides", "core/core.yml", $"{Test}overrides: {{zzz: 1}}}}]"),
        ("unit_tests[].config", "core/core.yml", $"{Test}config: {{zzz: 1}}}}]"),
        ("data_tests[]", "core/core.yml",
            $"{Model}columns: [{{name: order_id, data_tests: [{{unique: {{zzz: 1}}}}]}}]}}]"),
        ("data_tests[].config", "core/core.yml",
            $"{Model}columns: [{{name: order_id, data_tests: [{{unique: {{config: {{zzz: 1}}}}}}]}}]}}]"),
        ("metrics.yml", "metrics/metrics.yml", "zzz: 1"),
        ("metrics[]", "metrics/metrics.yml", "metrics: [{name: orders, zzz: 1}]"),
        ("exposures.yml", "exposures.yml", "zzz: 1"),
        ("exposures[]", "exposures.yml", "exposures: [{name: board, zzz: 1}]"),
        ("exposures[].owner", "exposures.yml", "exposures: [{name: board, owner: {zzz: 1}}]"),
    ];

    public static TheoryData<string> PlaceNames => [.. Places.Select(place => place.Place)];

    [Theory]
    [MemberData(nameof(PlaceNames))]
    public void Its_keys_are_those_that_are_read(string place)
    {
        var (_, file, yaml) = Places.First(known => known.Place == place);

        var documented = Rows(place).SelectMany(row => MarkdownPage.Names(row[0]));

        Assert.Equal(Expected(file, yaml).Order(StringComparer.Ordinal), documented.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void All_its_places_are_looked_at() =>
        Assert.Equal(Places.Select(place => place.Place).Append("meta").Order(), Page.NamesAt(3).Order());

    [Fact]
    public void Its_kinds_of_check_are_those_there_are() => Assert.Equal(
        Kinds().Order(StringComparer.Ordinal),
        Rows("Kinds of check", "").Select(row => row[0].Trim('`')).Order(StringComparer.Ordinal));

    /// <summary>A place of the page with a file that has an unknown key there.</summary>
    internal static (string File, string Yaml) PlaceOf(string place)
    {
        var (_, file, yaml) = Places.First(known => known.Place == place);
        return (file, yaml);
    }

    /// <summary>Each kind of check where it may be, with an unknown argument.</summary>
    internal static IEnumerable<(string File, string Yaml)> KindsOfCheck() =>
        Rows("Kinds of check", "").Select(CheckOf);

    private static (string File, string Yaml) CheckOf(string[] row)
    {
        var check = $"{{{row[0].Trim('`')}: {{arguments: {{zzz: 1}}}}}}";
        return row[1] switch
        {
            "source table" => ("sources.yml", $"sources: [{{tables: [{{name: orders, data_tests: [{check}]}}]}}]"),
            "metric" => ("metrics/metrics.yml", $"metrics: [{{name: orders, data_tests: [{check}]}}]"),
            "model" => ("core/core.yml", $"{Model}data_tests: [{check}]}}]"),
            _ => ("core/core.yml", $"{Model}columns: [{{name: order_id, data_tests: [{check}]}}]}}]"),
        };
    }

    [Fact]
    public void Their_arguments_are_those_that_are_read() => Assert.All(Rows("Kinds of check", ""), row =>
    {
        var (file, yaml) = CheckOf(row);

        Assert.Equal(
            Expected(file, yaml).Order(StringComparer.Ordinal),
            MarkdownPage.Names(row[2]).Order(StringComparer.Ordinal));
    });

    [Fact]
    public void A_slip_in_a_key_of_meta_is_refused_so_it_is_read() => Assert.All(Rows("meta"), row => Assert.Contains(
        Refusals("sources.yml", $"sources: [{{meta: {{{row[0].Trim('`')[..^1]}: x}}}}]"),
        refusal => refusal.Contains($"Did you mean '{row[0].Trim('`')}'?", StringComparison.Ordinal)));

    private static IReadOnlyList<string[]> Rows(string place, string quote = "`") =>
        MarkdownPage.Rows(Page.Section($"{quote}{place}{quote}"));

    private static string[] Kinds() => Refusals("core/core.yml", $"{Model}data_tests: [zzz]}}]")
        .Select(refusal => KnownKinds().Match(refusal)).First(match => match.Success).Groups[1].Value.Split(", ");

    /// <summary>The keys that readers know where a file has an unknown one.</summary>
    // A place without keys of its own says so by expecting none.
    internal static string[] Expected(string file, string yaml) => Refusals(file, yaml)
        .Select(refusal => KnownKeys().Match(refusal)).First(match => match.Success).Groups[1].Value
        .Split(", ", StringSplitOptions.RemoveEmptyEntries);

    private static IReadOnlyList<string> Refusals(string file, string yaml)
    {
        using var project = ProjectCopy.OfRepository();
        project.Write(file, yaml);
        return project.Refusals();
    }

    [GeneratedRegex("unknown key 'zzz'; expected ([a-z_, ]*)\\.")]
    private static partial Regex KnownKeys();

    [GeneratedRegex("unknown check 'zzz'; expected ([a-z_, ]+)\\.")]
    private static partial Regex KnownKinds();
}
