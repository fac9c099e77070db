using Greenery.Runs;
using Greenery.SampleData;
using Greenery.Tests.SampleData;
using Greenery.Tests.Support;
using Greenery.Warehouse;
using Npgsql;

namespace Greenery.Tests.Warehouse;

/// <summary>
/// What holds on one server holds on a cluster: the same drops give the same rows, whatever comes in between.
/// </summary>
[Collection(ClusterFactAttribute.Collection)]
public sealed class ClusterTests
{
    [ClusterFact]
    public async Task Days_of_the_shop_give_the_same_marts_as_on_one_server()
    {
        using var days = new SampleFolder(new SampleOptions { Days = 4, Seed = 8 });
        await using var pair = await ClusterPair.OfRepositoryAsync();
        foreach (var day in Directory.GetDirectories(days.Path).Order(StringComparer.Ordinal))
        {
            foreach (var file in Directory.GetFiles(day))
            {
                pair.Put($"{Path.GetFileName(day)}/{Path.GetFileName(file)}", await File.ReadAllBytesAsync(file));
            }
            await pair.RunAsync();
        }

        await pair.VerifyAsync();
        Assert.True(await pair.Cluster.ValueAsync<long>(
            """
            select count(*) from citus_tables
            where citus_table_type = 'distributed' and table_name::text like 'warehouse.%'
            """) > 10, "Few models are distributed.");
    }

    [ClusterFact]
    public async Task Corrections_removals_reloads_and_rollbacks_give_the_same_rows_as_on_one_server()
    {
        await using var pair = await ClusterPair.OfTinyShopAsync();
        await pair.RunAsync();
        // Changed, new and late rows; a key twice; a bad row.
        pair.Put("2021-02-13/orders.csv",
            "order_id,user_id,amount,placed_on\n12,3,8,2021-02-11\n13,1,4,2021-02-13\n13,1,6,2021-02-13\n"
            + "14,x,1,2021-02-13\n");
        pair.Put("2021-02-13/users.csv", "user_id,name,city\n1,Ana,Porto\n2,Bo,Malmo\n4,Di,Graz\n");
        await pair.RunAsync();
        pair.Put("2021-02-11/orders.csv", "order_id,user_id,amount,placed_on\n9,2,3,2021-02-09\n12,2,1,2021-02-11\n");
        await pair.RunAsync();
        // A corrected upload lacks rows: one goes back to what an earlier drop said, one goes for good.
        pair.Put("2021-02-13/orders.csv", "order_id,user_id,amount,placed_on\n14,2,1,2021-02-13\n");
        await pair.RunAsync();
        await pair.RunAsync(new RunRequest { Date = new DateOnly(2021, 2, 13), IsReload = true });
        await pair.RollBackAsync();
        await pair.RunAsync();
        await pair.RunAsync(new RunRequest { IsFullRefresh = true });

        await pair.VerifyAsync();
    }

    [ClusterFact]
    public async Task Quarantined_rows_that_are_replayed_give_the_same_rows_as_on_one_server()
    {
        const string Nullable = "{name: amount, data_type: \"numeric(12,2)\"}";
        const string NotNull = "{name: amount, data_type: \"numeric(12,2)\", constraints: [{type: not_null}]}";
        await using var pair = await ClusterPair.OfTinyShopAsync();
        pair.Each(test => test.ChangeSql("sources.yml", Nullable, NotNull));
        pair.Put("2021-02-13/orders.csv",
            "order_id,user_id,amount,placed_on\n12,2,7,2021-02-11\n14,2,,2021-02-13\n15,1,,2021-02-13\n"
            + "16,1,3,2021-02-13\n17,x,1,2021-02-13\n");
        await pair.RunAsync();
        pair.Each(test => test.ChangeSql("sources.yml", NotNull, Nullable));

        await pair.ReplayAsync();

        Assert.Equal(6, await pair.Cluster.ValueAsync<long>("select count(*) from staging.orders"));
        await pair.RunAsync();
        await pair.VerifyAsync();
    }

    [ClusterFact]
    public async Task What_is_tried_and_published_gives_the_same_rows_as_on_one_server()
    {
        await using var pair = await ClusterPair.OfTinyShopAsync();
        await pair.RunAsync();
        pair.Each(test =>
            test.ChangeSql("core/dim_users.sql", "city from", "upper(city) as city from"));
        var tried = new RunRequest { StartedBy = RunTrigger.Try, Selection = [], Environment = "dev_ana" };

        await pair.RunAsync(tried);

        var marts = await pair.Cluster.MartsAsync("dev_ana_");
        Assert.Equal(await pair.One.MartsAsync("dev_ana_"), marts);
        Assert.Contains(marts, line => line.Contains("LISBON", StringComparison.Ordinal));
        pair.Put("2021-02-13/orders.csv", "order_id,user_id,amount,placed_on\n12,2,7,2021-02-11\n14,2,1,2021-02-13\n");
        pair.Each(test => test.ChangeSql("core/dim_users.sql", "upper(city) as city from", "city from"));
        await pair.RunAsync();
        pair.Each(test => test.ChangeSql("core/dim_users.sql", "city from", "lower(city) as city from"));
        await pair.RunAsync(new RunRequest { StartedBy = RunTrigger.Try, Selection = ["dim_users+"] });
        await pair.PublishAsync();
        Assert.Equal(marts, await pair.Cluster.MartsAsync("dev_ana_"));
        await pair.RunAsync(tried);
        await pair.VerifyAsync();
    }

    [ClusterFact]
    public async Task Months_that_expire_leave_the_same_rows_as_on_one_server()
    {
        await using var pair = await ClusterPair.OfTinyShopAsync();
        pair.Each(test =>
        {
            test.ChangeSql("sources.yml", "{distributed_by: order_id, history: [amount]}",
                "{distributed_by: order_id, partition_by: placed_on month, keep: 2 months}");
            test.DeleteSql("marketing/amounts.sql");
            test.ChangeSql("marketing/marketing.yml", ClusterPair.Amounts, "");
            test.ChangeSql("marketing/marketing.yml", "window: placed_on\n",
                "window: placed_on\n      needs: {orders: 2 months}\n");
            test.ChangeSql("core/core.yml", "distributed_by: order_id}",
                "distributed_by: order_id, needs: {orders: 2 months}}");
        });
        for (var month = 3; month <= 6; month++)
        {
            pair.Put($"2021-0{month}-10/orders.csv",
                $"order_id,user_id,amount,placed_on\n{month}1,1,{month},2021-0{month}-05\n"
                + $"{month}2,2,1,2021-0{month}-06\n12,1,{month},2021-02-11\n");
            await pair.RunAsync();
        }

        Assert.NotEmpty(await pair.Cluster.ListAsync("select from_date::text from ops.expired_partition"));
        Assert.Equal("h", await pair.Cluster.ValueAsync<string>(
            "select partmethod::text from pg_dist_partition where logicalrelid = 'staging.orders'::regclass"));
    }

    // Citus 13 would count each user once a node.
    [ClusterFact]
    public async Task A_union_over_models_that_are_distributed_otherwise_gives_the_same_rows_as_on_one_server()
    {
        await using var pair = await ClusterPair.OfTinyShopAsync();
        pair.Each(test =>
        {
            test.WriteSql("marketing/counted.sql",
                "select user_id, count(*) as times from (select user_id from spenders union all "
                + "select user_id from fact_orders) as seen group by user_id\n");
            test.ChangeSql("marketing/marketing.yml", "models:\n",
                "models:\n  - {name: counted, config: {distributed_by: user_id}}\n");
        });
        pair.Put($"{TinyShop.Day}/orders.csv", Orders(200));

        await pair.RunAsync();
    }

    [ClusterFact]
    public async Task Rows_that_a_node_computed_from_a_part_of_them_are_found()
    {
        await using var pair = await ClusterPair.OfTinyShopAsync();
        pair.Put($"{TinyShop.Day}/orders.csv", Orders(200));
        await pair.RunAsync();
        await using var connection = await pair.Cluster.Database.Warehouse.ConnectAsync(default);
        await connection.ExecuteAsync(
            """
            create table public.seen (user_id integer, times bigint);
            select create_distributed_table('public.seen', 'user_id');
            insert into public.seen
            select user_id, count(*) from (
                select user_id from marketing.spenders union all select user_id from core.fact_orders
            ) as united group by user_id
            """, null, default);
        Assert.True(await Greenery.Warehouse.Cluster.HasMisplacedRowsAsync(connection, "public.seen", default));

        await connection.ExecuteAsync(
            "truncate public.seen; insert into public.seen select user_id, 1 from marketing.spenders", null, default);
        Assert.False(await Greenery.Warehouse.Cluster.HasMisplacedRowsAsync(connection, "public.seen", default));
    }

    [ClusterFact]
    public async Task What_points_to_rows_on_other_nodes_is_checked_as_on_one_server()
    {
        await using var pair = await ClusterPair.OfTinyShopAsync();
        pair.Each(test =>
        {
            test.ChangeSql("marketing/marketing.yml", "  - name: spenders\n",
                "  - name: spenders\n    columns:\n      - name: user_id\n        data_tests:\n          "
                + "- relationships: {to: fact_orders, field: user_id}\n          "
                + "- relationships: {to: amounts, field: order_id, config: {severity: warn, where: 'user_id > 0'}}\n");
        });
        await pair.RunAsync();
        pair.Put("2021-02-13/orders.csv", "order_id,user_id,amount,placed_on\n1,3,8,2021-02-11\n13,1,4,2021-02-13\n");
        await pair.RunAsync();

        const string Results =
            """
            select concat_ws(' ', run_id, check_id, status, rows_looked_at, rows_failing, message)
            from ops.check_result where kind = 'relationships' order by 1
            """;
        var found = await pair.Cluster.ListAsync(Results);
        Assert.Equal(await pair.One.ListAsync(Results), found);
        Assert.Contains(found, line => line.Contains(" warn ", StringComparison.Ordinal));
        Assert.DoesNotContain(found, line => line.Contains(" error ", StringComparison.Ordinal));
    }

    [ClusterFact]
    public async Task A_reader_reads_the_marts_and_nothing_of_staging()
    {
        await using var pair = await ClusterPair.OfTinyShopAsync();
        await pair.RunAsync();
        var name = $"reader_{Guid.NewGuid():n}";
        await pair.Cluster.ExecuteAsync($"create role {name} login password 'x' in role greenery_reader");
        try
        {
            var setting = new NpgsqlConnectionStringBuilder(pair.Cluster.Database.ConnectionString)
            {
                Username = name, Password = "x", Pooling = false,
            };
            await using var connection = new NpgsqlConnection(setting.ConnectionString);
            await connection.OpenAsync();

            Assert.Equal(3, await connection.ExecuteScalarAsync<long>(
                "select count(*) from core.fact_orders", null, default));
            var refused = await Assert.ThrowsAsync<PostgresException>(
                () => connection.ExecuteScalarAsync<long>("select count(*) from staging.orders", null, default));
            Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, refused.SqlState);
        }
        finally
        {
            await pair.Cluster.ExecuteAsync($"drop role {name}");
        }
    }

    private static string Orders(int count) => "order_id,user_id,amount,placed_on\n" + string.Concat(
        Enumerable.Range(1, count).Select(order => $"{order},{order % 3 + 1},{order},2021-02-11\n"));
}
