using Greenery.Publishing;
using Greenery.Tests.Support;
using Greenery.Warehouse;

namespace Greenery.Tests.Publishing;

/// <summary>What clean-up reads of the ops tables does not grow with the runs and drops there ever were.</summary>
public sealed class CleanUpCostTests
{
    [Fact]
    public async Task A_long_history_costs_no_more_than_a_short_one()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        await test.RunAsync();
        await AddAsync(test, runs: 300, drops: 1000);
        var few = await RowsReadAsync(test);
        await AddAsync(test, runs: 3000, drops: 30_000);
        var many = await RowsReadAsync(test);

        Assert.InRange(many, 1, few + 300);
    }

    private const string Sessions =
        "pg_stat_activity where datname = current_database() and backend_type = 'client backend'";

    private static Task AddAsync(TestWarehouse test, int runs, int drops) => test.ExecuteAsync(
        $"""
        insert into ops.run (business_date, started_by, host, state, started_at, finished_at)
        select '2021-02-12', 'cli', 'x', 'unchanged', now() - interval '1 day', now() - interval '1 day'
        from generate_series(1, {runs});
        insert into ops.drop (path, sort_key, etag, table_name, drop_date, bytes, state)
        select 'p' || n + {runs}, 'p' || n + {runs}, 'x{runs}', 'other', date '2021-02-12' - n % 300, 1, 'loaded'
        from generate_series(1, {drops}) as n;
        analyze ops.run;
        analyze ops.drop
        """);

    // A server process hands in what it has counted when it ends.
    private static async Task<long> RowsReadAsync(TestWarehouse test)
    {
        var lease = await test.Database.StartAsync();
        var others = string.Join(", ", await test.ListAsync($"select pid::text from {Sessions}"));
        var before = await CountAsync(test);
        await using (var own = await PostgresWarehouse.OpenAsync(test.Database.ConnectionString, default))
        {
            await new CleanUp(own, TimeProvider.System).RunAsync(lease, default);
        }
        await Wait.UntilAsync(() => test.ValueAsync<bool>(
            $"select not exists (select from {Sessions} and pid not in ({others}))"), () => false);
        await test.ExecuteAsync($"delete from ops.lease; delete from ops.run where run_id = {lease.RunId}");
        return await CountAsync(test) - before;
    }

    private static Task<long> CountAsync(TestWarehouse test) => test.ValueAsync<long>(
        "select sum(seq_tup_read + coalesce(idx_tup_fetch, 0))::bigint from pg_stat_user_tables "
        + "where schemaname = 'ops' and relname in ('run', 'drop')");
}
