using System.Diagnostics;
using System.Globalization;
using Greenery.Benchmarks.Marts;
using Greenery.Drops;
using Greenery.Runs;
using Greenery.Warehouse;

namespace Greenery.Benchmarks.History;

/// <summary>
/// Measures whether a daily run costs what changed: the same day on top of a history and of one four times as long, and
/// against a full build of it. All of a run counts: load, build, check, publish and measure.
/// </summary>
internal static class HistoryBenchmark
{
    private const int DayEvents = 10_000;
    private const int Days = 3;

    public static async Task<int> RunAsync(string[] options)
    {
        var events = long.Parse(Options.Value(options, "--events") ?? "2700000", CultureInfo.InvariantCulture);
        if (Options.Warehouse(options) is not { } connection)
        {
            return Options.NoWarehouse();
        }
        var folder = Directory.CreateTempSubdirectory("greenery-history-").FullName;
        try
        {
            await using var warehouse = await PostgresWarehouse.OpenAsync(connection, default);
            var project = Project.Read(Path.Combine(AppContext.BaseDirectory, "sql"));
            await new Measured(warehouse, project, folder, events).CompareAsync();
            return 0;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private sealed class Measured(PostgresWarehouse warehouse, Project project, string folder, long events)
    {
        private readonly SyntheticShop _shop = new(warehouse, project);
        private readonly DayFiles _files = new(warehouse, folder, Math.Max(1, events / 50));
        private DateOnly _date = new(2021, 6, 1);
        private long _next;

        public async Task CompareAsync()
        {
            await _shop.FillAsync(events);
            _next = events + 1;
            await DayAsync("first run, everything is built");
            var small = await DaysAsync();
            var more = 3 * events;
            await _shop.AddEventsAsync(_next, more, await NextSequenceAsync());
            _next += more;
            await using (var connection = await warehouse.ConnectAsync(default))
            {
                await connection.ExecuteAsync("vacuum analyze", null, default);
            }
            await DayAsync($"a day of {more + DayEvents:n0} events");
            var full = await DayAsync("full refresh", isFullRefresh: true);
            var large = await DaysAsync();
            var nothing = await TimeAsync(new RunRequest { Date = _date }, RunState.Unchanged);
            Say($"nothing new: {nothing.TotalSeconds:f2} s (goal: under 1)");
            Compare($"a day after {_next:n0} events, against after {events:n0}", large, small, 1.3);
            Compare("a day, against a full build", large, full, 0.15);
        }

        // The first day builds the indexes that a full build does not need.
        private async Task<TimeSpan> DaysAsync()
        {
            await DayAsync("a day, with its indexes to be built");
            var days = new List<TimeSpan>();
            for (var i = 0; i < Days; i++)
            {
                days.Add(await DayAsync("a day"));
            }
            return days.Order().ElementAt(Days / 2);
        }

        private async Task<TimeSpan> DayAsync(string what, bool isFullRefresh = false)
        {
            _date = _date.AddDays(1);
            await _files.WriteAsync(_date, _next, DayEvents);
            _next += DayEvents;
            var took = await TimeAsync(
                new RunRequest { Date = _date, IsFullRefresh = isFullRefresh }, RunState.Published);
            Say($"{what}, on top of {_next - DayEvents - 1:n0} events: {took.TotalSeconds:f2} s");
            foreach (var step in await SlowestAsync())
            {
                Say($"    {step}");
            }
            return took;
        }

        private async Task<TimeSpan> TimeAsync(RunRequest request, RunState expected)
        {
            var pipeline = new Pipeline(warehouse, DropStores.Open(folder, "drops"), project, TimeProvider.System, []);
            var watch = Stopwatch.StartNew();
            var outcome = await pipeline.RunAsync(request, null, default);
            return outcome.State == expected && outcome.Message is null or DailyRun.NothingNew
                ? watch.Elapsed
                : throw new InvalidOperationException($"The run ended as {outcome.State}: {outcome.Message}");
        }

        private async Task<List<string>> SlowestAsync()
        {
            await using var connection = await warehouse.ConnectAsync(default);
            return await connection.QueryAsync<string>(
                """
                select format('%s %s s', step, round(extract(epoch from finished_at - started_at), 2)) from ops.step
                where run_id = (select max(run_id) from ops.run)
                order by finished_at - started_at desc
                limit 6
                """, null, default);
        }

        private async Task<long> NextSequenceAsync()
        {
            await using var connection = await warehouse.ConnectAsync(default);
            return await connection.ExecuteScalarAsync<long>("select nextval('ops.load_seq')", null, default);
        }
    }

    private static void Compare(string what, TimeSpan ours, TimeSpan other, double goal) =>
        Say($"- {what}: {ours / other:f2} (goal: at most {goal}{(ours / other <= goal ? "" : ", missed")})");

    private static void Say(FormattableString text) => Console.WriteLine(text.ToString(CultureInfo.InvariantCulture));
}
