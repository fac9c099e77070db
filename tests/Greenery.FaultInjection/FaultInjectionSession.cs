using System.Diagnostics;
using Greenery.FaultInjection.Clusters;
using Greenery.FaultInjection.Network;
using Greenery.LocalServices;
using Greenery.Runs;

namespace Greenery.FaultInjection;

/// <summary>
/// Disturbs the daily runs of a shop in every way that hosts, networks and servers know, and compares the results with
/// a baseline: the same daily runs undisturbed. On a PostgreSQL of its own or a cluster, and on an Azurite of its own,
/// with the command line as real processes.
/// </summary>
/// <param name="options">How much.</param>
/// <param name="services">Where local services come from.</param>
/// <param name="folder">For all that lies on disk; every user must be able to enter it.</param>
/// <param name="progress">Receives a message about every daily run.</param>
internal sealed class FaultInjectionSession(FaultInjectionOptions options, LocalServicesOptions services, string folder,
    IProgress<string>? progress)
{
    private readonly Random _random = new(options.Seed);
    private readonly RunTiming _tempo = new();
    private readonly FaultStatistics _tally = new();
    private readonly List<string> _faults = [];
    private int _waits;
    private long _reads;
    private int _runs;

    /// <summary>Tortures until everything that was planned has come about, or a daily run has come out wrong.</summary>
    public async Task<FaultInjectionReport> RunAsync()
    {
        var watch = Stopwatch.StartNew();
        await using var servers = await DisturbedServices.StartAsync(folder, services, options.Cluster);
        var project = Project.Read(SqlFolder());
        var dates = await ShopDrops.UploadAsync(folder, servers, options.Days);
        var baseline = await new Baseline(servers, project).RunAsync(dates);
        progress?.Report($"baseline of {baseline.Count} daily runs: {watch.Elapsed.TotalSeconds:f0} s");
        var plan = new FaultPlan(options, baseline, await ImpossibleAsync(), _random);
        for (var number = 1; plan.Open > 0 && _faults.Count == 0; number++)
        {
            await using var life = await DisturbedWarehouse.BeginAsync(servers, project, folder, number);
            try
            {
                await ExecuteAsync(life, baseline, plan);
            }
            catch (Exception exception) when (exception is not OutOfMemoryException)
            {
                // What the other sessions found is reported all the same.
                Fail($"{life.Name}: a disturbance broke off: {exception}");
            }
        }
        _faults.AddRange(plan.Missed.Select(missed => $"it never came to this: {missed}"));
        return new FaultInjectionReport(_tally, _faults, plan.Boundaries, _runs, _reads, _waits, watch.Elapsed);
    }

    private string SqlFolder()
    {
        var sql = Path.Combine(AppContext.BaseDirectory, "sql");
        if (options.Cluster is null)
        {
            return sql;
        }
        var copy = Path.Combine(folder, "sql");
        ClusterShop.Copy(sql, copy);
        return copy;
    }

    // At once, since sessions side by side go on for long.
    private void Fail(string fault)
    {
        _faults.Add(fault);
        progress?.Report($"WRONG: {fault}");
    }

    // What this machine does not let a process do, or has no program for.
    private async Task<List<DisturbanceKind>> ImpossibleAsync()
    {
        var impossible = new List<DisturbanceKind>();
        if (options.Cluster is null && !await FaultInjector.CanFillTempAsync(folder))
        {
            impossible.Add(DisturbanceKind.FillTemp);
        }
        if (options.Chaos > 0 && !await Pooler.IsThereAsync())
        {
            impossible.Add(DisturbanceKind.Pooler);
        }
        impossible.ForEach(kind => progress?.Report($"not possible on this machine: {kind.Describe()}"));
        return impossible;
    }

    private async Task ExecuteAsync(DisturbedWarehouse life, IReadOnlyList<ExpectedResult> baseline, FaultPlan plan)
    {
        await using var reader = new ConcurrentReader(life.Services.Database, life.Name, baseline);
        foreach (var (before, expected) in baseline.Index().TakeWhile(_ => plan.Open > 0 && _faults.Count == 0))
        {
            reader.MaySee(before + 1);
            var disturbances = plan.Draw(expected);
            var run = new DisturbedRun(life, expected, _random, _tempo, _tally, progress);
            var watch = Stopwatch.StartNew();
            var faults = await run.ExecuteAsync(disturbances, plan.Return);
            var place = $"{life.Name}, {expected.Date:yyyy-MM-dd} ({string.Join(", ", disturbances)})";
            foreach (var fault in faults.Concat(reader.Faults))
            {
                Fail($"{place}: {fault}");
            }
            (_waits, _runs) = (_waits + run.Waits, _runs + 1);
            progress?.Report($"{_tally.Kills} kills, {plan.Open} to come: {life.Name} {expected.Date:yyyy-MM-dd}, "
                + $"{string.Join(", ", disturbances)}: {watch.Elapsed.TotalSeconds:f1} s");
        }
        _reads += reader.Reads;
    }
}
