using Greenery.Runs;
using Greenery.Tests.Support;

namespace Greenery.Tests.Runs;

/// <summary>Tries a change of a test's shop, publishes it, and says what all others see.</summary>
internal static class Tried
{
    /// <summary>What a try may leave in the ledgers, under its own number.</summary>
    private static readonly string[] OfTries =
        ["check_result", "environment", "failing_row", "run", "run_model", "step"];

    public static Task<RunReport> TryAsync(this TestWarehouse test, params string[] selection) =>
        test.RunAsync(new RunRequest { StartedBy = RunTrigger.Try, Selection = selection });

    public static Task<RunOutcome> PublishAsync(this TestWarehouse test, long run) =>
        test.Pipeline().PublishAsync(run, null, CancellationToken.None);

    /// <summary>Publishes a try, which must work.</summary>
    public static async Task<RunReport> PublishedAsync(this TestWarehouse test, long run)
    {
        var outcome = await test.PublishAsync(run);
        Assert.Equal((RunState.Published, null), (outcome.State, outcome.Message));
        return await test.LastAsync();
    }

    /// <summary>Why a try cannot be published.</summary>
    public static async Task<string> RefusalAsync(this TestWarehouse test, long run) =>
        (await Assert.ThrowsAsync<ConfigurationException>(() => test.PublishAsync(run))).Message;

    /// <summary>
    /// All that is in the database for others than who tries: marts, staging, the tables that were there, and what the
    /// ledgers say of runs that are no tries.
    /// </summary>
    public static async Task<List<string>> OthersSeeAsync(this TestWarehouse test, IEnumerable<string> tables)
    {
        var lines = await test.MartsAsync();
        foreach (var table in await test.ListAsync(
            "select format('staging.%I', relname) from pg_class where relnamespace = 'staging'::regnamespace "
            + "and relkind = 'r' order by 1"))
        {
            lines.AddRange(await RowsAsync(test, table, ""));
        }
        foreach (var table in tables)
        {
            lines.AddRange(await RowsAsync(test, table, ""));
        }
        foreach (var table in await LedgersAsync(test, hasRuns: false))
        {
            lines.AddRange(await RowsAsync(
                test, $"ops.{table}", table == "model_table" ? NotOfTries("built_by_run") : ""));
        }
        foreach (var table in await LedgersAsync(test, hasRuns: true))
        {
            lines.AddRange(await RowsAsync(test, $"ops.{table}", NotOfTries("run_id")));
            if (!OfTries.Contains(table))
            {
                lines.AddRange(await RowsAsync(
                    test, $"ops.{table}", "where run_id in (select run_id from ops.run where started_by = 'try')"));
            }
        }
        return lines;
    }

    /// <summary>The tables of models that are there.</summary>
    public static Task<List<string>> ModelTablesAsync(this TestWarehouse test) => test.ListAsync(
        "select format('warehouse.%I', relname) from pg_class where relnamespace = 'warehouse'::regnamespace "
        + "and relkind in ('r', 'p') order by 1");

    /// <summary>The schemas of runs that are there.</summary>
    public static Task<List<string>> SchemasAsync(this TestWarehouse test) =>
        test.ListAsync("select nspname::text from pg_namespace where nspname like 'run\\_%' order by 1");

    private static string NotOfTries(string column) =>
        $"where coalesce({column}, 0) not in (select run_id from ops.run where started_by = 'try')";

    private static Task<List<string>> RowsAsync(TestWarehouse test, string table, string where) => test.ListAsync(
        $"select '{table} ' || coalesce(row_of_table::text, '') from {table} as row_of_table {where} order by 1");

    private static Task<List<string>> LedgersAsync(TestWarehouse test, bool hasRuns) => test.ListAsync(
        $"""
        select relname::text from pg_class
        where relnamespace = 'ops'::regnamespace and relkind in ('r', 'v') and relname <> 'lease'
            and exists (select from pg_attribute where attrelid = pg_class.oid and attname = 'run_id') = {hasRuns}
        order by 1
        """);
}
