using System.Globalization;
using Greenery.Runs;
using Greenery.Warehouse;

namespace Greenery.Benchmarks.Clusters;

/// <summary>
/// The same runs on both databases in turn, so that a machine that gets slower meanwhile is slower for both.
/// </summary>
/// <param name="plain">The database on a single server.</param>
/// <param name="cluster">The database on a cluster.</param>
/// <param name="drops">What they load.</param>
/// <param name="comparison">Of their marts.</param>
internal sealed class SideBySide(
    MeasuredSide plain, MeasuredSide cluster, SampleDays drops, MartComparison comparison)
{
    private readonly SideBySideTable _table = new();

    /// <summary>Does all runs and prints what they took.</summary>
    /// <param name="days">How many daily runs the median is of.</param>
    /// <returns>The names of the marts that differed, after the daily runs or after the full refresh.</returns>
    public async Task<IReadOnlyList<string>> RunAsync(int days)
    {
        await AddAsync("first load and full build", 1, RunState.Published, SampleDays.OpeningDays);
        await DescribeAsync();
        // The first day builds the indexes that a full build does not need.
        await AddAsync("first daily run, with its indexes", 1, RunState.Published, newDays: 1);
        await AddAsync($"daily run, median of {days}", days, RunState.Published, newDays: 1);
        await AddAsync($"daily run that changes nothing, median of {days}", days, RunState.Unchanged);
        var differing = await comparison.DifferingAsync();
        await AddAsync("full refresh", 1, RunState.Published, isFullRefresh: true);
        differing = [.. differing.Union(await comparison.DifferingAsync()).Order(StringComparer.Ordinal)];
        _table.Print();
        return differing;
    }

    private async Task AddAsync(
        string what, int times, RunState expected, int newDays = 0, bool isFullRefresh = false)
    {
        List<RunFigures> one = [];
        List<RunFigures> other = [];
        var events = 0L;
        for (var i = 0; i < times; i++)
        {
            events = drops.Give(newDays);
            var request = new RunRequest { Date = drops.Date, IsFullRefresh = isFullRefresh };
            one.Add(await plain.RunAsync(request, expected));
            other.Add(await cluster.RunAsync(request, expected));
            Say($"{what}: plain {one[^1].Seconds:f2} s, cluster {other[^1].Seconds:f2} s");
        }
        var found = events == 0 ? $"{drops.Events:n0}" : $"{events:n0} new";
        _table.Add($"{what}, {found} events", RunFigures.MedianOf(one), RunFigures.MedianOf(other));
    }

    private async Task DescribeAsync()
    {
        var state = await ClusterState.ReadAsync(cluster.Warehouse, default)
            ?? throw new InvalidOperationException($"{cluster.Warehouse.Description} is no cluster any more.");
        if (state.Distributed == 0)
        {
            throw new InvalidOperationException(
                "No table is distributed: the layout of the shop has no effect.");
        }
        Say($"the cluster: Citus {state.Version}");
        Say($"- tables: {state.Distributed} distributed, {state.References} on every node");
        foreach (var node in state.Nodes.Where(node => node.HasShards))
        {
            Say($"- {node.Name}, {node.Bytes / 1e6:f0} MB of distributed tables");
        }
    }

    private static void Say(FormattableString text) => Console.WriteLine(text.ToString(CultureInfo.InvariantCulture));
}
