using System.Diagnostics;
using System.Globalization;
using Greenery.Benchmarks.Marts;
using Greenery.Models.Planning;
using Greenery.Publishing;
using Greenery.Runs;
using Greenery.Warehouse;

namespace Greenery.Benchmarks.Publish;

/// <summary>
/// Measures how long publishing takes beside readers that query without a pause, and what it costs them.
/// </summary>
internal static class PublishBenchmark
{
    private static readonly TimeSpan Alone = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    public static async Task<int> RunAsync(string[] options)
    {
        var times = int.Parse(Options.Value(options, "--times") ?? "10", CultureInfo.InvariantCulture);
        if (Options.Warehouse(options) is not { } connection)
        {
            return Options.NoWarehouse();
        }
        var folder = Directory.CreateTempSubdirectory("greenery-publish-").FullName;
        try
        {
            await using var warehouse = await PostgresWarehouse.OpenAsync(connection, default);
            var project = Project.Read(Path.Combine(AppContext.BaseDirectory, "sql"));
            var versions = await BuildTwiceAsync(warehouse, project, folder);
            foreach (var readers in (int[])[0, 1, 2, 4, 8])
            {
                await MeasureAsync(warehouse, versions, readers, times);
            }
            return 0;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    // All sources change between the two, so that each publication replaces every view.
    private static async Task<List<IReadOnlyList<PlannedModel>>> BuildTwiceAsync(
        PostgresWarehouse warehouse, Project project, string folder)
    {
        const int Events = 20_000;
        var shop = new SyntheticShop(warehouse, project);
        var run = new MeasuredRun(warehouse, project, folder);
        await shop.FillAsync(Events);
        await run.RunAsync(new DateOnly(2021, 3, 1));
        await shop.AddEventsAsync(Events + 1, Events / 10, loadSeq: 1000);
        await using var connection = await warehouse.ConnectAsync(default);
        await connection.ExecuteAsync("update ops.source_state set load_seq = 1000", null, default);
        await run.RunAsync(new DateOnly(2021, 3, 2));
        var runs = await connection.QueryAsync<long>(
            "select run_id from ops.run where state = 'published' order by run_id", null, default);
        var plans = new RunPlan(warehouse, project.Catalogue);
        return [await plans.ReadAsync(runs[0], default), await plans.ReadAsync(runs[1], default)];
    }

    private static async Task MeasureAsync(
        PostgresWarehouse warehouse, List<IReadOnlyList<PlannedModel>> versions, int readers, int times)
    {
        using var stop = new CancellationTokenSource();
        var busy = Enumerable.Range(0, readers)
            .Select(seed => new BusyReader(warehouse, versions[0].Select(planned => planned.Model), seed)).ToList();
        var reading = busy.Select(reader => Task.Run(() => reader.ReadAsync(stop.Token))).ToList();
        await Task.Delay(readers > 0 ? Alone : TimeSpan.Zero);
        var own = Take(busy);
        var (seconds, blocked) = (new List<double>(), 0);
        var beside = new List<double>();
        for (var i = 0; i < times; i++)
        {
            Take(busy);
            var watch = Stopwatch.StartNew();
            var (isBlocked, lease) = await PublishAsync(warehouse, versions[i % 2]);
            blocked += isBlocked ? 1 : 0;
            seconds.Add(watch.Elapsed.TotalSeconds);
            await new CleanUp(warehouse, TimeProvider.System).RunAsync(lease, default);
            // A read that waited for the publication ends after it.
            await Task.Delay(TimeSpan.FromMilliseconds(200));
            beside.AddRange(Take(busy));
        }
        await PublishAsync(warehouse, versions[times % 2]);
        Take(busy);
        await Task.Delay(readers > 0 ? Alone : TimeSpan.Zero);
        var two = Take(busy);
        await stop.CancelAsync();
        await Task.WhenAll(reading);
        Say($"{readers} readers: published in {Percentile(seconds, 0.5):f2} s, at most {seconds.Max():f2} s");
        Say($"- gave up after {Patience.TotalSeconds:0} s: {blocked} of {times}");
        Say($"- readers' p99 by themselves {Percentile(own, 0.99):f0} ms");
        Say($"- readers' p99 beside publications and clean-up {Percentile(beside, 0.99):f0} ms");
        Say($"- readers' median with one version in each view {Percentile(own, 0.5):f1} ms");
        Say($"- readers' median with two versions in each view {Percentile(two, 0.5):f1} ms");
        Say($"- states that were never published, as readers saw them: {busy.Sum(reader => reader.Mixes)}");
    }

    private static async Task<(bool IsBlocked, RunLease Lease)> PublishAsync(
        PostgresWarehouse warehouse, IReadOnlyList<PlannedModel> plan)
    {
        var lease = await LeaseAsync(warehouse);
        try
        {
            await new Publisher(warehouse, TimeProvider.System, Patience).PublishAsync(
                plan, lease.RunId, lease, (_, _) => Task.CompletedTask, default);
            return (false, lease);
        }
        catch (PublishConflictException)
        {
            return (true, lease);
        }
    }

    private static async Task<RunLease> LeaseAsync(PostgresWarehouse warehouse)
    {
        await using var connection = await warehouse.ConnectAsync(default);
        var token = Guid.NewGuid();
        var runId = await connection.ExecuteScalarAsync<long>(
            """
            update ops.run set state = 'failed' where state = 'running';
            with run as (
                insert into ops.run (business_date, started_by, host, state)
                values ('2021-03-03', 'cli', 'benchmark', 'running') returning run_id
            )
            insert into ops.lease (run_id, token, expires_at, is_session_held)
            select run_id, @token, clock_timestamp() + interval '5 minutes', false from run
            returning run_id
            """, new { token }, default);
        return new RunLease(runId, token);
    }

    private static List<double> Take(List<BusyReader> busy) => [.. busy.SelectMany(reader => reader.Take())];

    private static double Percentile(IEnumerable<double> values, double share)
    {
        var sorted = values.Order().ToList();
        return sorted.Count == 0 ? 0 : sorted[Math.Min(sorted.Count - 1, (int)(share * sorted.Count))];
    }

    private static void Say(FormattableString text) => Console.WriteLine(text.ToString(CultureInfo.InvariantCulture));
}
