using System.Diagnostics;
using System.Globalization;
using Greenery.Drops;
using Greenery.Runs;
using Greenery.Tests.Support;
using Greenery.Warehouse;

namespace Greenery.Benchmarks.SmallFiles;

/// <summary>
/// Measures one run that finds thousands of files of a few rows each, beside one that finds the same rows in one file a
/// day. Half of the rows of each file update what an earlier file brought.
/// </summary>
internal static class SmallFilesBenchmark
{
    private const int Days = 10;

    public static async Task<int> RunAsync(string[] options)
    {
        if (Options.Warehouse(options) is not { } connection)
        {
            return Options.NoWarehouse();
        }
        var files = Number(options, "--files", 10_000);
        var rows = Number(options, "--rows", 3);
        var folder = Directory.CreateTempSubdirectory("greenery-small-").FullName;
        try
        {
            await using var warehouse = await PostgresWarehouse.OpenAsync(connection, default);
            WriteProject(Path.Combine(folder, "sql"));
            var small = Path.Combine(folder, "small");
            var whole = Path.Combine(folder, "whole");
            WriteDrops(small, files, rows);
            WriteDrops(whole, Days, rows * files / Days);
            Say($"| what | files | rows | seconds | of them loading |");
            Say($"|---|---:|---:|---:|---:|");
            await MeasureAsync(warehouse, folder, whole, Format($"{Days} files"), Days, rows * files);
            await MeasureAsync(warehouse, folder, small, Format($"{files:n0} files"), files, rows * files);
            return 0;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task MeasureAsync(
        PostgresWarehouse warehouse, string folder, string drops, string name, int files, int rows)
    {
        await ClearAsync(warehouse);
        await new Migrations(warehouse).RunAsync(default);
        var project = Project.Read(Path.Combine(folder, "sql"));
        var pipeline = new Pipeline(
            warehouse, DropStores.Open(drops, null), project, new SetTime("2026-12-01 06:00"), []);
        var watch = Stopwatch.StartNew();
        var outcome = await pipeline.RunAsync(new RunRequest(), null, default);
        watch.Stop();
        if (outcome.State != RunState.Published)
        {
            throw new InvalidOperationException($"The run ended as {outcome.State}: {outcome.Message}");
        }
        await using var connection = await warehouse.ConnectAsync(default);
        var (loaded, received) = await connection.QueryFirstOrDefaultAsync<(long, long)>(
            "select count(*), sum(rows_in_file)::bigint from ops.load", null, default);
        if (loaded != files || received != rows)
        {
            throw new InvalidOperationException($"{loaded} of {files} files and {received} of {rows} rows are loaded.");
        }
        var loading = await connection.ExecuteScalarAsync<double>(
            "select extract(epoch from finished_at - started_at)::float8 from ops.step where step like 'load:%'", null,
            default);
        Say($"| {name} | {files:n0} | {rows:n0} | {watch.Elapsed.TotalSeconds:f1} | {loading:f1} |");
        foreach (var (step, seconds) in await connection.QueryAsync<(string, double)>(
            """
            select step, extract(epoch from finished_at - started_at)::float8 from ops.step
            where finished_at - started_at > interval '0.2 s'
            """, null, default))
        {
            await Console.Error.WriteLineAsync(Format($"{step}: {seconds:f1} s"));
        }
    }

    private static void WriteDrops(string folder, int files, int rows)
    {
        var random = new Random(1);
        for (var i = 0; i < files; i++)
        {
            var day = new DateOnly(2026, 11, 20).AddDays(i * Days / files);
            var path = Path.Combine(folder, Format($"{day:yyyy-MM-dd}"), Format($"orders-{i}.csv"));
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllLines(path, Enumerable.Range(0, rows).Select(row => Format(
                $"{Key(random, (i * rows) + row)},{random.Next(500)},{random.Next(10_000) / 100m},{day:yyyy-MM-dd}"))
                .Prepend("order_id,user_id,amount,placed_on"));
        }
    }

    // A new key, or one that came earlier.
    private static int Key(Random random, int next) => next % 2 == 0 ? next : random.Next(next);

    private static void WriteProject(string folder)
    {
        Directory.CreateDirectory(Path.Combine(folder, "core"));
        File.WriteAllText(Path.Combine(folder, "sources.yml"),
            """
            version: 2
            sources:
              - name: shop
                tables:
                  - name: orders
                    columns:
                      - {name: order_id, data_type: integer, constraints: [{type: primary_key}]}
                      - {name: user_id, data_type: integer, constraints: [{type: not_null}]}
                      - {name: amount, data_type: "numeric(12,2)"}
                      - {name: placed_on, data_type: date}
            """);
        File.WriteAllText(Path.Combine(folder, "core", "user_orders.sql"),
            "select user_id, count(*) as orders, sum(amount) as amount\nfrom orders\ngroup by user_id\n");
        File.WriteAllText(Path.Combine(folder, "core", "core.yml"),
            """
            version: 2
            models:
              - name: user_orders
                columns:
                  - name: user_id
                    data_tests: [unique, not_null]
            """);
    }

    private static async Task ClearAsync(PostgresWarehouse warehouse)
    {
        await using var connection = await warehouse.ConnectAsync(default);
        var schemas = await connection.QueryAsync<string>(
            """
            select nspname::text from pg_namespace
            where nspname in ('ops', 'staging', 'warehouse', 'core', 'marketing', 'product') or nspname ~ '^run_\d+$'
            """, null, default);
        foreach (var schema in schemas)
        {
            await connection.ExecuteAsync($"drop schema {SqlText.Name(schema)} cascade", null, default);
        }
    }

    private static int Number(string[] options, string name, int value) => Options.Value(options, name) is { } text
        ? int.Parse(text, CultureInfo.InvariantCulture)
        : value;

    private static void Say(FormattableString text) => Console.WriteLine(Format(text));

    private static string Format(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
