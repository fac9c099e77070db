using System.Globalization;
using Greenery.Drops;
using Greenery.Sources;
using Greenery.Staging;
using Greenery.Staging.Reading;
using Greenery.Staging.Writing;
using Greenery.Warehouse;
using Npgsql;

namespace Greenery.Benchmarks.Load;

/// <summary>The things that are measured, one after the other; each twice, and the faster counts.</summary>
internal sealed class LoadSteps(
    PostgresWarehouse warehouse, NpgsqlConnectionStringBuilder server, string folder, long rows)
{
    private const string Day = "2026-11-21";
    private const int Repeats = 2;

    private readonly ResultTable _results = new();
    private readonly Psql _psql = new(server);
    private readonly BenchmarkRun _run = new(warehouse, folder);

    private string Csv => Path.Combine(folder, Day, "benchmark_events.csv");

    private string NdJson => Path.Combine(folder, Day, "benchmark_events.ndjson");

    public async Task RunAsync()
    {
        Console.WriteLine($"Making {rows:n0} events ...");
        Directory.CreateDirectory(Path.Combine(folder, Day));
        new EventFiles(seed: 1).Write(Csv, NdJson, rows);
        await _run.PrepareAsync();
        var psql = Psql.IsThere() ? await MeasurePsqlAsync() : null;
        if (psql is null)
        {
            Console.WriteLine("There is no psql on the path: the comparison with \\copy is skipped.");
        }
        await MeasureCopyAsync(psql);
        await MeasureDropsAsync(psql);
        await _run.CleanUpAsync();
        _results.Print();
    }

    private async Task<PsqlTimes> MeasurePsqlAsync()
    {
        var binary = Path.Combine(folder, "events.binary");
        var csv = await AddAsync("psql \\copy, csv, no index", Csv, Unlogged, () => _psql.RunAsync($"\\copy benchmark_plain from '{Csv}' csv header"));
        await _psql.RunAsync($"\\copy benchmark_plain to '{binary}' binary");
        var ready = await AddAsync("psql \\copy, ready-made binary file", binary, Unlogged, () => _psql.RunAsync($"\\copy benchmark_plain from '{binary}' binary"));
        var keyed = await AddAsync("psql \\copy, csv, with primary key", Csv, Keyed, () => _psql.RunAsync($"\\copy benchmark_keyed from '{Csv}' csv header"));
        File.Delete(binary);
        return new PsqlTimes(csv, ready, keyed);
    }

    private async Task MeasureCopyAsync(PsqlTimes? psql)
    {
        var csv = await AddAsync("parse + type + COPY, csv, no index", Csv, Unlogged, () => CopyAsync(Csv));
        _results.Compare("of psql's csv", csv, psql?.Csv, goal: 0.4);
        _results.Compare("of the ready-made binary file", csv, psql?.Binary, goal: 1.4);
        var json = await AddAsync("parse + type + COPY, ndjson, no index", NdJson, Unlogged, () => CopyAsync(NdJson));
        _results.Compare("of csv's time", json, csv, goal: 2);
    }

    private async Task MeasureDropsAsync(PsqlTimes? psql)
    {
        var whole = await AddAsync("whole drop into an empty staging table", Csv, _run.EmptyAsync, () => _run.LoadAsync(Csv, Day));
        _results.Compare("of psql's csv with primary key", whole, psql?.Keyed, goal: 0.7);
        var daily = Path.Combine(folder, "2026-11-22", "benchmark_events.csv");
        Directory.CreateDirectory(Path.GetDirectoryName(daily)!);
        new EventFiles(seed: 2).Write(daily, null, rows / 100);
        var into = await AddAsync("1% drop into the full table", daily, () => Task.CompletedTask, () => _run.LoadAsync(daily, "2026-11-22"), repeats: 1);
        var alone = await AddAsync("the same drop into an empty table", daily, _run.EmptyAsync, () => _run.LoadAsync(daily, "2026-11-22"));
        _results.Compare("of the same drop into an empty table", into, alone, goal: null);
    }

    private async Task<TimeSpan> AddAsync(
        string name, string file, Func<Task> prepare, Func<Task> action, int repeats = Repeats)
    {
        Measurement? best = null;
        for (var i = 0; i < repeats; i++)
        {
            await prepare();
            var measured = await Measurement.OfAsync(action);
            best = best is null || measured.Time < best.Time ? measured : best;
        }
        var count = file.Contains("2026-11-22", StringComparison.Ordinal) ? rows / 100 : rows;
        _results.Add(name, count, new FileInfo(file).Length, best!);
        return best!.Time;
    }

    private Task Unlogged() => _run.RunAsync(
        $"drop table if exists benchmark_plain; create unlogged table benchmark_plain ({BenchmarkTable.Columns}); checkpoint");

    private Task Keyed() => _run.RunAsync(
        $"drop table if exists benchmark_keyed; create table benchmark_keyed ({BenchmarkTable.Columns}, primary key (event_id)); checkpoint");

    private async Task CopyAsync(string file)
    {
        var table = BenchmarkTable.Named("benchmark_events");
        var format = Path.GetExtension(file) == ".csv" ? DropFormat.Csv : DropFormat.NdJson;
        var name = new DropName(default, table.DropName, "", format, IsCompressed: false);
        await using var connection = await warehouse.ConnectAsync(CancellationToken.None);
        await using var quarantine = new Quarantine(new QuarantineOrigin(0, 0, 0, ""), new RejectLimit(0, null));
        await using var reading = await DropReading.OpenAsync(File.OpenRead(file), name, table, quarantine, CancellationToken.None);
        // JSON rows have _extra; the plain table has not, so it is made to.
        await _run.RunAsync("alter table benchmark_plain add column if not exists _extra jsonb");
        await RawCopy.RunAsync(
            connection,
            "benchmark_plain",
            string.Join(", ", reading.Columns),
            target => reading.SendAsync(RowEnding.Nothing, target, CancellationToken.None),
            CancellationToken.None);
    }

    private sealed record PsqlTimes(TimeSpan Csv, TimeSpan Binary, TimeSpan Keyed);
}
