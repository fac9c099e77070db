using System.Diagnostics;
using System.Text.Encodings.Web;
using System.Text.Json;
using Greenery.Alerts;
using Greenery.Drops;
using Greenery.Runs;
using Greenery.Tests.Support;

namespace Greenery.Tests.Cases;

/// <summary>A warehouse with the cases' contract, the runs of one case, and what they left.</summary>
internal sealed class LoadCaseRun(TestWarehouse test, string folder) : IAsyncDisposable
{
    private static readonly DateOnly Day = new(2026, 11, 20);
    private static readonly JsonSerializerOptions Plain = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private readonly List<RunReport> _reports = [];

    public TestWarehouse Test { get; } = test;

    public RunReport Last => _reports[^1];

    public static async Task<LoadCaseRun> StartAsync(string name, LoadExpectation expected)
    {
        var sources = await File.ReadAllTextAsync(Path.Combine(Repository.LoadCases!, "sources.yml"));
        if (expected.Contract is var (old, changed))
        {
            Assert.Contains(old, sources, StringComparison.Ordinal);
            sources = sources.Replace(old, changed, StringComparison.Ordinal);
        }
        var test = await TestWarehouse.OfSourcesAsync(sources, "select id, label\nfrom things\n");
        return new LoadCaseRun(test, Path.Combine(Repository.LoadCases!, name));
    }

    public async Task PlayStepsAsync()
    {
        foreach (var step in Directory.GetDirectories(folder, "step*").Order(StringComparer.Ordinal))
        {
            Copy(step);
            await RunAsync();
        }
    }

    /// <summary>The case's first step, then its script that adds what cannot be kept as a file, then a run.</summary>
    public async Task PlaySetupAsync()
    {
        Copy(Path.Combine(folder, "step1"));
        using var script = Process.Start("sh", [Path.Combine(folder, "setup.sh"), Test.Drops]);
        await script.WaitForExitAsync();
        Assert.Equal(0, script.ExitCode);
        await RunAsync();
    }

    public async Task RunAsync(IDropStore? store = null) =>
        _reports.Add(await Test.RunAsync(new RunRequest { Date = Day }, store));

    public void Copy(string step)
    {
        foreach (var file in Directory.GetFiles(step, "*", SearchOption.AllDirectories))
        {
            Test.Put(Path.GetRelativePath(step, file), File.ReadAllBytes(file));
        }
    }

    /// <summary>Compares all that is there with what is right.</summary>
    public async Task VerifyAsync(LoadExpectation expected)
    {
        Matches(expected.Refused, await ListAsync("state = 'refused'"));
        Matches(expected.Notes, [.. Last.Notes, .. await ListAsync("state = 'loaded' and message is not null")]);
        Same(expected.Quarantine, await QuarantineAsync());
        Same(expected.Things, await RowsAsync(
            "things", "id::text, label, n::text, amount::text, flag::text, day::text, "
                + "(at at time zone 'UTC')::text, doc::text, _extra::text"));
        Same(expected.Stock, await RowsAsync(
            "stock", "sku, name, price::text, case when _gone_since is not null then 'gone' end"));
        Same(expected.People, await RowsAsync("people", "person_id::text, full_name, email, born_on::text"));
        var said = string.Join('\n', _reports.Select(report =>
            JsonSerializer.Serialize(report, Plain)
            + JsonSerializer.Serialize(RunObservations.Of(report), Plain)));
        Assert.All(expected.Said, text => Assert.Contains(text, said, StringComparison.Ordinal));
        Assert.All(expected.NeverSaid, text => Assert.DoesNotContain(text, said, StringComparison.Ordinal));
        if (expected.Refused.Count == 0)
        {
            Assert.True(Last.State is RunState.Published or RunState.Unchanged, $"{Last.State}: {Last.Message}");
        }
    }

    public ValueTask DisposeAsync() => Test.DisposeAsync();

    private static void Same(IReadOnlyList<string> expected, List<string> found) => Assert.True(
        expected.SequenceEqual(found),
        $"Missing:\n{string.Join('\n', expected.Except(found))}\nToo much, or in another order:\n"
            + string.Join('\n', found.Except(expected).DefaultIfEmpty(string.Join('\n', found))));

    private static void Matches(IReadOnlyList<string> parts, List<string> found)
    {
        Assert.True(parts.Count == found.Count, $"Expected {parts.Count} messages, found: {string.Join('\n', found)}");
        Assert.All(parts.Zip(found), pair => Assert.Contains(pair.First, pair.Second, StringComparison.Ordinal));
    }

    private Task<List<string>> ListAsync(string where) => Test.ListAsync(
        $"""
        select {FileName} || ': ' || message from ops.drop as d
        where {where}
            and drop_id = (select max(n.drop_id) from ops.drop as n where n.path = d.path)
        order by path collate "C"
        """);

    private Task<List<string>> QuarantineAsync() => Test.ListAsync(
        $"""
        select concat_ws(' ', {FileName} || ':' || line, rule, column_name)
        from ops.quarantine join ops.drop using (drop_id)
        where state <> 'refused'
        order by path collate "C", line
        """);

    private const string FileName = "regexp_replace(path, '^.*/', '')";

    private Task<List<string>> RowsAsync(string table, string columns) => Test.ListAsync(
        $"select array_to_string(array[{columns}], '|', '-') from staging.{table} order by {table}");
}
