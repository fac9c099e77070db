using System.Globalization;
using Greenery.Drops;
using Greenery.Sources;
using Greenery.Staging.Merging;
using Greenery.Staging.Parsing;
using Greenery.Staging.Quarantine;
using Greenery.Warehouse;
using Npgsql;

namespace Greenery.Benchmarks.Load;

/// <summary>The things that are measured, one after the other; each twice, and the faster counts.</summary>
internal sealed class LoadBenchmarkSteps(
    PostgresWarehouse warehouse, NpgsqlConnectionStringBuilder server, string folder, long rows, int growth)
{
    private const string Day = "2026-11-21";
    private const string SmallDay = "2026-12-01";
    private const int Repeats = 2;
    private const int SmallRows = 200_000;

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
        await MeasureSmallAsync();
        await _run.CleanUpAsync();
        _results.Print();
    }

    private async Task<PsqlTimes> MeasurePsqlAsync()
    {
        var binary = Path.Combine(folder, "events.binary");
        var csv = await AddAsync("psql \\copy, csv, no index", Csv, Unlogged, () =>
            _psql.RunAsync($"\\copy benchmark_plain from '{Csv}' csv header"));
        await _psql.RunAsync($"\\copy benchmark_plain to '{binary}' binary");
        var ready = await AddAsync("psql \\copy, ready-made binary file", binary, Unlogged, () =>
            _psql.RunAsync($"\\copy benchmark_plain from '{binary}' binary"));
        var keyed = await AddAsync("psql \\copy, csv, with primary key", Csv, Keyed, () =>
            _psql.RunAsync($"\\copy benchmark_keyed from '{Csv}' csv header"));
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
        await MeasureFormatsAsync();
    }

    // Of so many rows that a sheet has room for them, each beside the comma.
    private async Task MeasureFormatsAsync()
    {
        var comma = Small("csv");
        new EventFiles(seed: 98).Write(comma, null, SmallRows);
        var csv = await AddAsync("parse + type + COPY, csv", comma, Unlogged, () => CopyAsync(comma));
        var quoted = Path.Combine(Path.GetDirectoryName(comma)!, "benchmark_events-quoted.csv");
        FormatFiles.WriteQuoted(comma, quoted);
        var supplier = CsvOptions.Default with { Delimiter = ';', Encoding = "windows-1252" };
        _results.Compare("of csv's time", await AddAsync(
            "parse + type + COPY, csv, semicolons, quotes, Windows-1252", quoted, Unlogged,
            () => CopyAsync(quoted, supplier)), csv, goal: null);
        await FormatFiles.WriteParquetAsync(comma, Small("parquet"));
        _results.Compare("of csv's time", await AddAsync(
            "parse + type + COPY, parquet", Small("parquet"), Unlogged, () => CopyAsync(Small("parquet"))), csv,
            goal: null);
        FormatFiles.WriteWorkbook(comma, Small("xlsx"));
        _results.Compare("of csv's time", await AddAsync(
            "parse + type + COPY, xlsx", Small("xlsx"), Unlogged, () => CopyAsync(Small("xlsx"))), csv, goal: null);
    }

    private string Small(string extension)
    {
        var small = Path.Combine(folder, SmallDay, $"benchmark_events.{extension}");
        Directory.CreateDirectory(Path.GetDirectoryName(small)!);
        return small;
    }

    private async Task MeasureDropsAsync(PsqlTimes? psql)
    {
        var whole = await AddAsync("whole drop into an empty staging table", Csv, _run.EmptyAsync, () =>
            _run.LoadAsync(Csv, Day));
        _results.Compare("of psql's csv with primary key", whole, psql?.Keyed, goal: 0.7);
        await MeasureDailyAsync();
    }

    // The table is as the whole drop left it. Each drop brings other rows, so that each finds the table's pages as a
    // daily run does: some in memory, none just written by the drop before.
    private async Task MeasureDailyAsync()
    {
        var drops = Enumerable.Range(1, 2 * Repeats + 1).Select(MakeDaily).ToArray();
        var into = await AddDailyAsync(Format($"a drop of 1% into {rows:n0} rows"), drops[..Repeats]);
        TimeSpan? larger = null;
        if (growth > 1)
        {
            await _run.GrowAsync(growth);
            larger = await AddDailyAsync(Format($"a drop of 1% into {rows * growth:n0} rows"), drops[Repeats..^1]);
            _results.Compare(Format($"of the same into {rows:n0} rows"), larger.Value, into, goal: null);
        }
        var (file, date) = drops[^1];
        var alone = await AddAsync("the same drop into an empty table", file, _run.EmptyAsync, () =>
            _run.LoadAsync(file, date));
        _results.CompareWith(Format($"a drop of 1% into {rows:n0} rows"), into, alone);
        _results.CompareWith(Format($"a drop of 1% into {rows * growth:n0} rows"), larger, alone);
    }

    private (string File, string Date) MakeDaily(int number)
    {
        var date = new DateOnly(2026, 11, 21).AddDays(number).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        var file = Path.Combine(folder, date, "benchmark_events.csv");
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        new EventFiles(seed: 1 + number).Write(file, null, rows / 100);
        return (file, date);
    }

    private Task<TimeSpan> AddDailyAsync(string name, (string File, string Date)[] drops)
    {
        var next = 0;
        return AddAsync(name, drops[0].File, () => _run.RunAsync("checkpoint;"), () =>
        {
            var (file, date) = drops[next++];
            return _run.LoadAsync(file, date);
        });
    }

    // Memory must not follow the file; this one is a fraction of the others.
    private async Task MeasureSmallAsync()
    {
        var small = Small("csv");
        new EventFiles(seed: 99).Write(small, null, SmallRows);
        await AddAsync("a drop of 50 MB into an empty table", small, _run.EmptyAsync, () =>
            _run.LoadAsync(small, SmallDay));
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
        var count = file.Contains(Day, StringComparison.Ordinal) || file.EndsWith(".binary", StringComparison.Ordinal)
            ? rows
            : file.Contains(SmallDay, StringComparison.Ordinal) ? SmallRows : rows / 100;
        _results.Add(name, count, new FileInfo(file).Length, best!);
        return best!.Time;
    }

    private Task Unlogged() => _run.RunAsync(
        $"drop table if exists benchmark_plain; create unlogged table benchmark_plain ({BenchmarkTable.Columns}); "
            + $"checkpoint");

    private Task Keyed() => _run.RunAsync(
        $"drop table if exists benchmark_keyed; create table benchmark_keyed ({BenchmarkTable.Columns}, primary key "
            + $"(event_id)); checkpoint");

    private async Task CopyAsync(string file, CsvOptions? csv = null)
    {
        var table = BenchmarkTable.Named("benchmark_events") with { Csv = csv ?? CsvOptions.Default };
        var (format, isCompressed) = DropName.FormatOf(file)!.Value;
        var name = new DropName(default, table.DropName, "", format, isCompressed);
        await using var connection = await warehouse.ConnectAsync(CancellationToken.None);
        await using var quarantine = new QuarantineWriter(new QuarantineOrigin(0, 0, 0, ""), new RejectLimit(0, null));
        await using var reading =
            await DropReading.OpenAsync(
                File.OpenRead(file), name, table, new DropLimits(), quarantine, CancellationToken.None);
        // JSON rows have _extra; the plain table has not, so it is made to.
        await _run.RunAsync("alter table benchmark_plain add column if not exists _extra jsonb");
        await RawCopy.RunAsync(
            connection,
            "benchmark_plain",
            string.Join(", ", reading.Columns),
            target => reading.SendAsync(RowTrailer.Nothing, target, CancellationToken.None),
            CancellationToken.None);
    }

    private static string Format(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private sealed record PsqlTimes(TimeSpan Csv, TimeSpan Binary, TimeSpan Keyed);
}
