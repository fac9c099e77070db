using System.Diagnostics;
using System.Globalization;
using Greenery.Benchmarks.Load;
using Greenery.Runs;
using Greenery.Warehouse;
using Npgsql;

namespace Greenery.Benchmarks.Marts;

/// <summary>Measures a daily run after staging against a hand-written psql script, on one database in one go.</summary>
internal static class MartsBenchmark
{
    private const string Incremental = "fact_page_views";

    public static async Task<int> RunAsync(string[] options)
    {
        var events = long.Parse(Options.Value(options, "--events") ?? "5000000", CultureInfo.InvariantCulture);
        if (Options.Warehouse(options) is not { } connection)
        {
            return Options.NoWarehouse();
        }
        var folder = Directory.CreateTempSubdirectory("greenery-marts-").FullName;
        try
        {
            await using var warehouse = await PostgresWarehouse.OpenAsync(connection, default);
            var project = Project.Read(Path.Combine(AppContext.BaseDirectory, "sql"));
            await CompareAsync(warehouse, project, new NpgsqlConnectionStringBuilder(connection), events, folder);
            return 0;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task CompareAsync(
        PostgresWarehouse warehouse, Project project, NpgsqlConnectionStringBuilder server, long events, string folder)
    {
        var shop = new SyntheticShop(warehouse, project);
        var bookkeeping = await EmptyRunAsync(shop, new MeasuredRun(warehouse, project, Sub(folder, "empty")));
        await shop.FillAsync(events);
        var run = new MeasuredRun(warehouse, project, Sub(folder, "full"));
        var byHand = await ByHandAsync(run, server, folder);
        var ours = await run.RunAsync(new DateOnly(2021, 3, 1));
        Say($"a daily run of {events:n0} events: {ours.TotalSeconds:f1} s");
        Compare("a daily run, against the same selects and checks in psql one by one", ours, byHand, 0.8);
        Compare("bookkeeping (a daily run on empty tables), against a daily run", bookkeeping, ours, 0.05);
        var nothingNew = await NothingNewAsync(server, Sub(folder, "full"));
        Say($"nothing new, as a process: {nothingNew.TotalSeconds:f2} s (goal: under 1)");
        var small = await DayAsync(shop, run, events + 1, events / 100, new DateOnly(2021, 3, 2), loadSeq: 1000);
        await shop.AddEventsAsync(2 * events, 3 * events, loadSeq: 1001);
        await run.RunAsync(new DateOnly(2021, 3, 3));
        var large = await DayAsync(shop, run, 6 * events + 1, events / 100, new DateOnly(2021, 3, 4), loadSeq: 1002);
        Compare($"{Incremental}: a day of {events / 100:n0} events after {4 * events:n0}, against after {events:n0}",
            large, small, 1.3);
    }

    private static async Task<TimeSpan> EmptyRunAsync(SyntheticShop shop, MeasuredRun run)
    {
        await shop.FillAsync(0);
        await run.RunAsync(new DateOnly(2021, 3, 1));
        await shop.FillAsync(0);
        var took = await run.RunAsync(new DateOnly(2021, 3, 1));
        Say($"a daily run on empty tables: {took.TotalSeconds:f2} s");
        return took;
    }

    private static async Task<TimeSpan?> ByHandAsync(
        MeasuredRun run, NpgsqlConnectionStringBuilder server, string folder)
    {
        if (!Psql.IsThere())
        {
            Say($"psql is not on the path: the hand-written script is skipped.");
            return null;
        }
        var script = Path.Combine(folder, "daily-run.sql");
        await File.WriteAllTextAsync(script, "\\o /dev/null\n" + run.Script());
        var watch = Stopwatch.StartNew();
        await new Psql(server).RunAsync($"\\i {script}");
        Say($"the script in psql: {watch.Elapsed.TotalSeconds:f1} s");
        var took = watch.Elapsed;
        await new Psql(server).RunAsync("drop schema by_hand cascade");
        return took;
    }

    private static async Task<TimeSpan> DayAsync(
        SyntheticShop shop, MeasuredRun run, long first, long count, DateOnly date, long loadSeq)
    {
        await shop.AddEventsAsync(first, count, loadSeq);
        await run.RunAsync(date);
        var seconds = await run.SecondsOfAsync(Incremental);
        Say($"{Incremental}, {count:n0} new events: {seconds:f2} s");
        return TimeSpan.FromSeconds(seconds);
    }

    private static async Task<TimeSpan> NothingNewAsync(NpgsqlConnectionStringBuilder server, string drops)
    {
        var best = TimeSpan.MaxValue;
        for (var i = 0; i < 5; i++)
        {
            var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true };
            start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "Greenery.Cli.dll"));
            start.ArgumentList.Add("run");
            start.Environment["Greenery__Warehouse"] = server.ConnectionString;
            start.Environment["Greenery__Drops"] = drops;
            start.Environment["Greenery__Sql"] = Path.Combine(AppContext.BaseDirectory, "sql");
            var watch = Stopwatch.StartNew();
            using var process = Process.Start(start)!;
            await process.StandardOutput.ReadToEndAsync();
            await process.WaitForExitAsync();
            best = watch.Elapsed < best ? watch.Elapsed : best;
            if (process.ExitCode != 0)
            {
                throw new InvalidOperationException($"A run with nothing new ended with {process.ExitCode}.");
            }
        }
        return best;
    }

    private static void Compare(string what, TimeSpan ours, TimeSpan? other, double goal)
    {
        if (other is { } yardstick)
        {
            var ratio = ours / yardstick;
            Say($"- {what}: {ratio:f2} (goal: at most {goal}{(ratio <= goal ? "" : ", missed")})");
        }
    }

    private static string Sub(string folder, string name) =>
        Directory.CreateDirectory(Path.Combine(folder, name)).FullName;

    private static void Say(FormattableString text) => Console.WriteLine(text.ToString(CultureInfo.InvariantCulture));
}
