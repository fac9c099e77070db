using Greenery.Publishing;
using Greenery.Warehouse;

namespace Greenery.FaultInjection;

/// <summary>What must hold when a daily run is done, whatever happened to it.</summary>
internal static class Invariants
{
    private static readonly (string What, string Sql)[] All =
    [
        ("a lease is left of run", "select run_id::text from ops.lease"),
        ("a run is left running", "select run_id::text from ops.run where state = 'running'"),
        ("a step of the last run is not done", """
            select step from ops.step where run_id = (select max(run_id) from ops.run) and state <> 'done'
            """),
        ("a drop was loaded twice",
            "select path from ops.load inner join ops.drop using (drop_id) group by path having count(*) > 1"),
        ("a table is in no ledger", """
            select relname from pg_class where relnamespace = 'warehouse'::regnamespace and relkind = 'r'
                and relname not in (select table_name from ops.model_table)
            """),
        ("a table of the ledger is not there", """
            select table_name from ops.model_table where to_regclass(format('warehouse.%I', table_name)) is null
            """),
        ("a session is left in a transaction", """
            select pid::text from pg_stat_activity
            where datname = current_database() and application_name = 'greenery' and state like 'idle in transaction%'
            """),
        // Of those that statements take: Citus has others, by other numbers.
        ("an advisory lock is left", """
            select concat(classid, '/', objid) from pg_locks
            where locktype = 'advisory' and objsubid in (1, 2)
                and database = (select oid from pg_database where datname = current_database())
            """),
    ];

    // What clean-up leaves when a reader is in its way, it takes the next time.
    private static readonly (string What, string Sql)[] Tidy =
    [
        ("a run's schema is left", @"select nspname from pg_namespace where nspname ~ '^run_\d+$'"),
        ("more runs are kept than should be", $"""
            select run_id::text from ops.run where state = 'published' and is_kept order by run_id desc offset {CleanUp.RunsKept}
            """),
        ("a table that is no longer needed is left", """
            select table_name from ops.model_table
            where table_name not in (select table_name from ops.live where table_name is not null)
                and table_name not in (select table_name from ops.run_model inner join ops.run using (run_id)
                    where (state = 'published' and is_kept) or run_id = (select max(run_id) from ops.run))
            """),
    ];

    /// <summary>What does not hold.</summary>
    public static async Task<IReadOnlyList<string>> BrokenAsync(DisturbedWarehouse life)
    {
        var broken = await AskAsync(life, All);
        // A process that is killed between making a file and taking its name away leaves an empty one.
        broken.AddRange(new DirectoryInfo(life.Temp).GetFiles().Where(file => file.Length > 0)
            .Select(file => $"a file is left in the temp folder: {file.Name}, {file.Length} bytes"));
        return broken;
    }

    /// <summary>What clean-up has left.</summary>
    public static async Task<IReadOnlyList<string>> LeftAsync(DisturbedWarehouse life) => await AskAsync(life, Tidy);

    private static async Task<List<string>> AskAsync(DisturbedWarehouse life, (string What, string Sql)[] questions)
    {
        await using var connection = await life.ConnectAsync();
        var broken = new List<string>();
        foreach (var (what, sql) in questions)
        {
            broken.AddRange((await connection.QueryAsync<string>(sql, null, default))
                .Select(offender => $"{what}: {offender}"));
        }
        return broken;
    }
}
