using Greenery.Runs;
using Greenery.Staging.Loading;
using Greenery.Tests.Support;
using Greenery.Warehouse;

namespace Greenery.Tests.Warehouse;

/// <summary>How the tables of a single server come to the nodes of a cluster, with a run or before it.</summary>
[Collection(ClusterFactAttribute.Collection)]
public sealed class ClusterMoveTests
{
    private const string Live = "select concat(model, ' ', table_name) from ops.live order by 1";

    [ClusterFact]
    public async Task Tables_of_before_move_to_the_nodes_when_the_project_says_so()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync(await TestCluster.ConnectAsync());
        Assert.Equal(RunState.Published, (await test.RunAsync()).State);
        Assert.Empty(await test.ListAsync("select table_name::text from citus_tables"));
        var before = await test.MartsAsync();

        ClusterPair.Spread(test);
        Assert.Equal(
            [
                "staging.users moves within the cluster: to every node (reference); loads wait until that is done",
                "staging.orders moves within the cluster: distributed by order_id; loads wait until that is done",
            ],
            await new StagingTables(test.Database.Warehouse).PreviewAsync(test.Project.Catalogue.Sources, default));
        var report = await test.RunAsync();
        Assert.True(report.State == RunState.Published, report.Message);
        Assert.Contains(
            "staging.orders was moved within the cluster: distributed by order_id.",
            string.Join(Environment.NewLine, report.Notes),
            StringComparison.Ordinal);

        Assert.Equal(before, await test.MartsAsync());
        // Also what nothing is said of, and is built by increments.
        test.Put("2021-02-13/orders.csv", "order_id,user_id,amount,placed_on\n13,1,4,2021-02-13\n");
        Assert.Equal(RunState.Published, (await test.RunAsync()).State);
        Assert.Equal(
            ["fact_orders order_id", "fact_user_orders <none>"],
            await test.ListAsync(
                """
                select concat(model, ' ', distribution_column) from ops.live
                inner join citus_tables on citus_tables.table_name = ('warehouse.' || live.table_name)::regclass
                where model in ('fact_orders', 'fact_user_orders')
                order by 1
                """));
        Assert.Equal(
            ["staging.orders order_id", "staging.users <none>"],
            await test.ListAsync(
                """
                select concat(table_name, ' ', distribution_column) from citus_tables
                where table_name::text like 'staging.%'
                order by 1
                """));
    }

    [ClusterFact]
    public async Task Tables_are_moved_by_themselves_and_what_was_moved_is_not_built_again()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync(await TestCluster.ConnectAsync());
        test.ChangeSql(
            "sources.yml", "      - name: users\n", "      - name: users\n        config: {history: [city]}\n");
        await test.RunAsync();
        test.Put("2021-02-13/orders.csv", "order_id,user_id,amount,placed_on\n12,3,8,2021-02-11\n13,1,4,2021-02-13\n");
        await test.RunAsync();
        var before = await test.MartsAsync();
        var tables = await test.ListAsync(Live);
        test.ChangeSql("sources.yml", "{history: [city]}", "{history: [city], reference: true}");
        ClusterPair.SpreadOrders(test);

        // Who reads meanwhile is not waited for; what it reads is freed later.
        await using var reader = await test.Database.Warehouse.ConnectAsync(default);
        await using (var reading = await reader.BeginTransactionAsync())
        {
            await reader.ExecuteScalarAsync<long>("select count(*) from core.fact_orders", null, default);
            var move = await MoveAsync(test, TimeSpan.FromSeconds(1));
            Assert.Superset(
                new HashSet<string> { "staging.orders", "staging.users", "staging.users_observation" },
                move.Moved.ToHashSet());
            Assert.Contains(move.Kept, table => table.Contains("fact_orders", StringComparison.Ordinal));
            Assert.Equal(3, await reader.ExecuteScalarAsync<long>(
                "select count(*) from core.fact_orders where order_id > 10", null, default));
        }
        Assert.Equal(before, await test.MartsAsync());

        var (outcome, again) = await test.Pipeline().MoveAsync(null, default);
        Assert.Equal(
            (RunState.Unchanged, "Every table is where the project has it."), (outcome.State, outcome.Message));
        Assert.Empty(again!.Kept);
        Assert.Equal(
            0, await test.ValueAsync<long>(
                "select sum(pg_relation_size(logicalrelid))::bigint from pg_dist_partition"));

        Assert.Equal(DailyRun.NothingNew, (await test.RunAsync()).Message);
        test.Put("2021-02-14/orders.csv", "order_id,user_id,amount,placed_on\n14,1,4,2021-02-14\n");
        Assert.Equal(RunState.Published, (await test.RunAsync()).State);
        Assert.Equal(
            tables.Where(table => table.Contains("fact_orders", StringComparison.Ordinal)),
            (await test.ListAsync(Live)).Where(table => table.Contains("fact_orders", StringComparison.Ordinal)));
        Assert.Equal(
            ["observation <none>", "orders order_id", "users <none>"],
            await test.ListAsync(
                """
                select concat(regexp_replace(table_name::text, 'staging.(users_)?', ''), ' ', distribution_column)
                from citus_tables where table_name::text like 'staging.%' order by 1
                """));
        await test.Pipeline().RollbackAsync(null, default);
        Assert.Equal(before, await test.MartsAsync());
    }

    [ClusterFact]
    public async Task A_move_that_broke_off_goes_on_and_a_key_gets_the_column_that_it_lacks()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync(await TestCluster.ConnectAsync());
        await test.RunAsync();
        var before = await test.MartsAsync();
        test.ChangeSql("sources.yml", "      - name: orders\n",
            "      - name: orders\n        config: {distributed_by: user_id}\n");
        test.ChangeSql("sources.yml", "constraints: [{type: not_null}]", "constraints: [{type: primary_key}]");
        test.ChangeSql("core/core.yml", "{materialized: incremental, unique_key: order_id}",
            "{materialized: incremental, unique_key: [order_id, user_id], distributed_by: user_id}");
        using var stop = new CancellationTokenSource();

        var (stopped, _) = await test.Pipeline().MoveAsync(new Stopping(stop), stop.Token);
        Assert.Equal(RunState.Cancelled, stopped.State);
        Assert.Equal(1, await test.ValueAsync<long>("select count(*) from citus_tables"));
        var (outcome, result) = await test.Pipeline().MoveAsync(null, default);

        Assert.Equal(RunState.Unchanged, outcome.State);
        Assert.Contains("lacks user_id", Assert.Single(result!.Rebuilt), StringComparison.Ordinal);
        Assert.Equal(before, await test.MartsAsync());
        Assert.Equal(
            ["order_id", "user_id"],
            await test.ListAsync(
                """
                select attname::text from pg_index
                inner join pg_attribute on attrelid = indrelid and attnum = any(indkey)
                where indrelid = 'staging.orders'::regclass and indisprimary order by 1
                """));
        test.Put("2021-02-13/orders.csv", "order_id,user_id,amount,placed_on\n12,2,8,2021-02-11\n");
        Assert.Equal(RunState.Published, (await test.RunAsync()).State);
    }

    [ClusterFact]
    public async Task A_project_without_a_place_for_its_tables_moves_none()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync(await TestCluster.ConnectAsync());

        var refused = await Assert.ThrowsAsync<ConfigurationException>(
            () => test.Pipeline().MoveAsync(null, default));

        Assert.StartsWith(
            "--to-citus: the project says of no table where its rows are to be.", refused.Message,
            StringComparison.Ordinal);
    }

    private sealed class Stopping(CancellationTokenSource stop) : IProgress<string>
    {
        public void Report(string value) => stop.Cancel();
    }

    // With little patience for who reads.
    private static async Task<ClusterMoveResult> MoveAsync(TestWarehouse test, TimeSpan patience)
    {
        var start = await test.Pipeline().StartAsync(
            new RunRequest { StartedBy = RunTrigger.Move }, RunLease.SessionHeldLength, default);
        var lease = Assert.IsType<RunStart.Started>(start).Lease;
        var result = new ClusterMoveResult();
        await new ClusterMove(test.Database.Warehouse, test.Project, patience).RunAsync(result, lease, null, default);
        await RunStore.EndAsync(test.Database.Warehouse, lease, RunState.Unchanged, "moved", default);
        return result;
    }
}
