using Greenery.Sources;
using Greenery.Tests.Support;

namespace Greenery.Tests.Sources;

public sealed class DropPatternTests
{
    [Theory]
    [InlineData("orders/{date:yyyy-MM-dd}*.csv", "orders/2026-11-21.csv")]
    [InlineData("orders/{date:yyyy-MM-dd}*.csv", "orders/2026-11-21-part_2.csv")]
    [InlineData("orders/{date:yyyy-MM-dd}*.csv", "Orders/2026-11-21.CSV")]
    [InlineData("orders/dt={date}/*.csv", "orders/dt=2026-11-21/part-00001.csv")]
    [InlineData("{date:yyyy/MM/dd}/orders*", "2026/11/21/orders_eu.ndjson.gz")]
    [InlineData("orders_{date:yyyyMMdd}.txt", "orders_20261121.txt")]
    [InlineData("exports/**/{date:d.M.yyyy}.tsv", "exports/eu/north/21.11.2026.tsv")]
    [InlineData("a+b (1)/{date}.json", "a+b (1)/2026-11-21.json")]
    public void A_path_of_the_form_has_its_date(string pattern, string path) =>
        Assert.Equal(new DateOnly(2026, 11, 21), Parse(pattern).DateOf(path));

    [Theory]
    [InlineData("orders/{date:yyyy-MM-dd}*.csv", "orders/2026-11-21/x.csv")]
    [InlineData("orders/{date:yyyy-MM-dd}*.csv", "other/orders/2026-11-21.csv")]
    [InlineData("orders/{date:yyyy-MM-dd}*.csv", "orders/2026-02-30.csv")]
    [InlineData("orders/{date:yyyy-MM-dd}*.csv", "orders/2026-11-21.csv.gz")]
    [InlineData("orders/{date:yyyy-MM-dd}*.csv", "orders/2026-1-21.csv")]
    [InlineData("orders/{date:yyyy-MM-dd}*", "orders/2026-11-21.pdf")]
    [InlineData("orders/{date:yyyy-MM-dd}.csv", "orders/2026-11-21xcsv")]
    public void Another_path_has_none(string pattern, string path) => Assert.Null(Parse(pattern).DateOf(path));

    [Theory]
    [InlineData("orders/*.csv", "has no date in braces; expected a path such as orders/{date:yyyy-MM-dd}*.csv")]
    [InlineData("{date}/{date}.csv", "has more or less than one date in braces")]
    [InlineData("}{date.csv", "has more or less than one date in braces")]
    [InlineData("orders/{day}.csv", "has the unknown {day}; expected {date} or {date:yyyy/MM/dd}")]
    [InlineData("orders/{date:yy-MM-dd}.csv", "has {date:yy-MM-dd}, which is no form of a date; expected one each of")]
    [InlineData("/orders/{date}.csv", "is no path below the folder or container of the drops")]
    [InlineData("orders/../{date}.csv", "is no path below the folder or container of the drops")]
    [InlineData("orders/{date}.pdf", "ends with no format that can be read; expected .csv, .tsv")]
    public void A_bad_pattern_is_refused_with_its_line(string pattern, string message)
    {
        Read($"[\"fine/{{date}}.csv\",\n        \"{pattern}\"]", "", out var diagnostics);
        Assert.StartsWith($"sql/sources.yml:7: 'path: {pattern}' {message}", Assert.Single(diagnostics).ToString());
    }

    [Fact]
    public void One_pattern_of_two_tables_is_refused()
    {
        Read("\"a/{date}.csv\"", "\"a/{date}.csv\"", out var diagnostics);
        Assert.Equal(
            "sql/sources.yml:10: 'path: a/{date}.csv' is that of sql/sources.yml:6 already; expected files of one "
                + "table.",
            Assert.Single(diagnostics).ToString());
    }

    [Fact]
    public void A_file_that_two_tables_match_is_of_both()
    {
        var tables = Read("\"in/{date}*.csv\"", "\"in/{date}-b*.csv\"", out _);
        var matcher = new DropMatcher(tables);
        Assert.Equal(["a"], matcher.Find("in/2026-11-21-c.csv").Select(match => match.Table.Name));
        Assert.Equal(["a", "b"], matcher.Find("in/2026-11-21-b1.csv").Select(match => match.Table.Name));
        Assert.Empty(matcher.Find("2026-11-21/a.csv"));
    }

    private static DropPattern Parse(string text) =>
        DropPattern.TryParse(new SourceReference(text, "here"), out var fault) ?? throw new ArgumentException(fault);

    private static IReadOnlyList<SourceTable> Read(string first, string second, out List<Diagnostic> diagnostics)
    {
        using var folder = new TestDataFolder();
        File.WriteAllText(Path.Combine(folder.Path, "sources.yml"),
            "version: 2\nsources:\n  - name: shop\n    tables:\n"
            + $"      - name: a\n        path: {first}\n"
            + "        columns: [{name: id, data_type: text, constraints: [{type: primary_key}]}]\n"
            + (second.Length == 0 ? "" : "\n" + $"      - name: b\n        path: {second}\n"
                + "        columns: [{name: id, data_type: text, constraints: [{type: primary_key}]}]\n"));
        diagnostics = [];
        return SourceCatalogue.Read(folder.Path, diagnostics);
    }
}
