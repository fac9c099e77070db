using System.Globalization;
using Greenery.Checks;
using Greenery.Drops;
using Greenery.Runs;
using Greenery.SampleData;
using Greenery.Tests.Support;
using Greenery.Warehouse;

namespace Greenery.Benchmarks.Noticed;

/// <summary>
/// Measures what the shipped checks notice: daily runs over sound days of the sample shop, none of which should be
/// noticed, and then each <see cref="SpoiledDay"/>, corrected after it was noticed or not.
/// </summary>
internal static class NoticedBenchmark
{
    public static async Task<int> RunAsync(string[] options)
    {
        if (Options.Warehouse(options) is not { } connection)
        {
            return Options.NoWarehouse();
        }
        var days = int.Parse(Options.Value(options, "--days") ?? "60", CultureInfo.InvariantCulture);
        var seed = int.Parse(Options.Value(options, "--seed") ?? "1", CultureInfo.InvariantCulture);
        var folder = Directory.CreateTempSubdirectory("greenery-noticed-").FullName;
        try
        {
            await using var warehouse = await PostgresWarehouse.OpenAsync(connection, default);
            var sql = Path.Combine(AppContext.BaseDirectory, "sql");
            await ClearAsync(warehouse);
            await new Migrations(warehouse).RunAsync(default);
            var shop = new SampleOptions
            {
                Days = days + SpoiledDay.All.Count, Seed = seed, PlantBadRows = false,
            };
            SampleShop.Write(Path.Combine(folder, "shop"), shop, default);
            var nightly = new DailyDrops(warehouse, Project.Read(sql), folder, shop.FirstDate);
            await MeasureSoundAsync(nightly, days);
            await MeasureSpoiledAsync(nightly, days);
            return 0;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
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

    private static async Task MeasureSoundAsync(DailyDrops drops, int days)
    {
        var (judged, noticed) = (0, new List<string>());
        for (var day = 0; day < days; day++)
        {
            drops.Give(day);
            var report = await drops.RunAsync(day);
            judged += report.Checks.Count(check => check.Status != CheckStatus.NotEvaluated);
            noticed.AddRange(Open(report).Select(check => Describe(report, check)));
        }
        Say($"{days} sound days: {judged} checks judged, {noticed.Count} noticed");
        noticed.ForEach(line => Say($"- {line}"));
    }

    private static async Task MeasureSpoiledAsync(DailyDrops drops, int first)
    {
        Say($"| what happened | noticed on the day by | run | what was found and expected | others |");
        Say($"|---|---|---|---|---|");
        foreach (var (i, spoiled) in SpoiledDay.All.Index())
        {
            spoiled.Spoil(drops.Give(first + i));
            var report = await drops.RunAsync(first + i);
            var found = Open(report).ToList();
            var right = found.Find(check => check.Id == spoiled.Expected);
            var others = string.Join(", ", found.Where(check => check != right).Select(check => $"`{check.Id}`"));
            var noticed = right is null ? "NOT NOTICED" : $"`{right.Id}`";
            Say($"| {spoiled.Name} | {noticed} | {EnumText.Name(report.State)} | {right?.Message} | {others} |");
            drops.Take(first + i);
            drops.Give(first + i);
            var corrected = await drops.RunAsync(first + i);
            foreach (var check in Open(corrected))
            {
                Say($"- after the correction: {Describe(corrected, check)}");
            }
        }
    }

    private static IEnumerable<CheckLine> Open(RunReport report) => report.Checks.Where(check =>
        check.Status is CheckStatus.Warn or CheckStatus.Fail or CheckStatus.Error);

    private static string Describe(RunReport report, CheckLine check) =>
        string.Create(CultureInfo.InvariantCulture,
            $"{report.BusinessDate:yyyy-MM-dd} {EnumText.Name(check.Status)} {check.Message}");

    private static void Say(FormattableString text) => Console.WriteLine(text.ToString(CultureInfo.InvariantCulture));
}
