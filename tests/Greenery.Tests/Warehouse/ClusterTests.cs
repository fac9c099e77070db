using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Greenery.Models.Building;
using Greenery.Runs;
using Greenery.SampleData;
using Greenery.Staging.Loading;
using Greenery.Tests.SampleData;
using Greenery.Tests.Support;
using Greenery.Warehouse;
using Npgsql;

namespace Greenery.Tests.Warehouse;

/// <summary>
/// What holds on one server holds on a cluster: the same drops give the same rows, whatever comes in between.
/// </summary>
[Collection(ClusterFactAttribute.Collection)]
public sealed partial class ClusterTests
{
    [ClusterFact]
    public async Task Days_of_the_shop_give_the_same_marts_as_on_one_server()
    {
        using var days = new SampleFolder(new SampleOptions { Days = 4, Seed = 8 });
        await using var pair = await Pair.OfRepositoryAsync();
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
        await using var pair = await Pair.OfTinyShopAsync();
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

    // Citus 13 would count each user once a node.
    [ClusterFact]
    public async Task A_union_over_models_that_are_distributed_otherwise_gives_the_same_rows_as_on_one_server()
    {
        await using var pair = await Pair.OfTinyShopAsync();
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
        await using var pair = await Pair.OfTinyShopAsync();
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
    public async Task Tables_of_before_move_to_the_nodes_when_the_project_says_so()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync(await TestCluster.ConnectAsync());
        Assert.Equal(RunState.Published, (await test.RunAsync()).State);
        Assert.Empty(await test.ListAsync("select table_name::text from citus_tables"));
        var before = await test.MartsAsync();

        Pair.Spread(test);
        Assert.Equal(
            [
                "staging.users moves within the cluster: to every node (reference); loads wait until that is done",
                "staging.orders moves within the cluster: distributed by order_id; loads wait until that is done",
            ],
            await new StagingTables(test.Database.Warehouse).PreviewAsync(test.Project.Catalogue.Sources, default));
        var report = await test.RunAsync();
        Assert.Equal(RunState.Published, report.State);
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
    public async Task A_reader_reads_the_marts_and_nothing_of_staging()
    {
        await using var pair = await Pair.OfTinyShopAsync();
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

    // The same project and drops on one server and on a cluster.
    private sealed partial class Pair(TestWarehouse one, TestWarehouse cluster) : IAsyncDisposable
    {
        public TestWarehouse Cluster => cluster;

        public static async Task<Pair> OfRepositoryAsync()
        {
            var pair = new Pair(
                await TestWarehouse.OfRepositoryAsync(),
                await TestWarehouse.OfRepositoryAsync(await TestCluster.ConnectAsync()));
            pair.Each(test => ClusterShop.DistributeIn(test.Sql));
            return pair;
        }

        public static async Task<Pair> OfTinyShopAsync()
        {
            var pair = new Pair(
                await TestWarehouse.OfTinyShopAsync(),
                await TestWarehouse.OfTinyShopAsync(await TestCluster.ConnectAsync()));
            pair.Each(Spread);
            pair.Each(AddModels);
            return pair;
        }

        public static void Spread(TestWarehouse test)
        {
            test.ChangeSql("sources.yml", "      - name: users\n",
                "      - name: users\n        config: {reference: true}\n");
            test.ChangeSql("sources.yml", "      - name: orders\n",
                "      - name: orders\n        config: {distributed_by: order_id}\n");
            test.ChangeSql("core/core.yml", "{materialized: incremental, unique_key: order_id}",
                "{materialized: incremental, unique_key: order_id, distributed_by: order_id}");
        }

        private static void AddModels(TestWarehouse test)
        {
            test.ChangeSql(
                "sources.yml", "{distributed_by: order_id}", "{distributed_by: order_id, history: [amount]}");
            test.WriteSql("marketing/spenders.sql",
                "select user_id, count(*) as orders, sum(amount) as spent from orders group by user_id\n");
            test.WriteSql("marketing/seen.sql",
                "select user_id, count(*) as times from (select user_id from spenders union all "
                + "select user_id from fact_orders) as seen group by user_id\n");
            test.WriteSql("marketing/days.sql",
                "select placed_on, user_id, sum(amount) as total from orders where placed_on in "
                + "(select placed_on from orders where _load_seq > :since) group by placed_on, user_id\n");
            test.WriteSql("marketing/amounts.sql",
                "select order_id, count(*) as amounts, max(valid_from) as since from orders_history "
                + "group by order_id\n");
            test.WriteSql("marketing/marketing.yml",
                """
                version: 2
                models:
                  - name: spenders
                    config:
                      materialized: incremental
                      incremental_strategy: by_key
                      unique_key: user_id
                      distributed_by: user_id
                      inputs: {orders: user_id}
                  - name: seen
                    config:
                      materialized: incremental
                      incremental_strategy: by_key
                      unique_key: user_id
                      distributed_by: user_id
                      inputs: {spenders: user_id, fact_orders: user_id}
                  - name: days
                    config:
                      materialized: incremental
                      incremental_strategy: replace_window
                      window: placed_on
                      unique_key: [placed_on, user_id]
                      distributed_by: user_id
                  - name: amounts
                    config:
                      materialized: incremental
                      incremental_strategy: by_key
                      unique_key: order_id
                      distributed_by: order_id
                      inputs: {orders_history: order_id}
                """);
        }

        public void Put(string path, string content) => Put(path, Encoding.UTF8.GetBytes(content));

        public void Put(string path, byte[] content) => Each(test => test.Put(path, content));

        public async Task RunAsync(RunRequest? request = null)
        {
            var expected = await one.RunAsync(request);
            var found = await cluster.RunAsync(request);
            Assert.True(expected.State == found.State, $"{expected.State} and {found.State}: {found.Message}");
            await AssertSameAsync();
        }

        public async Task RollBackAsync()
        {
            foreach (var test in new[] { one, cluster })
            {
                await test.Pipeline().RollbackAsync(null, default);
            }
            await AssertSameAsync();
        }

        public async Task VerifyAsync()
        {
            foreach (var percent in new[] { 100m, 99.999m })
            {
                var catalogue = cluster.Project.Catalogue;
                var results = await new ModelVerifier(cluster.Database.Warehouse, catalogue)
                    .RunAsync(catalogue.Models.Where(model => model.IsByKey), percent, seed: 1, default);
                Assert.All(results, result => Assert.Equal(
                    ($"{result.Model}", false, null), ($"{result.Model}", result.Differs, result.Skipped)));
            }
        }

        public async ValueTask DisposeAsync()
        {
            await one.DisposeAsync();
            await cluster.DisposeAsync();
        }

        public void Each(Action<TestWarehouse> change)
        {
            change(one);
            change(cluster);
        }

        private async Task AssertSameAsync()
        {
            Assert.Equal((await one.MartsAsync()).Select(Rounded), (await cluster.MartsAsync()).Select(Rounded));
            Assert.Equal(await LoadsAsync(one), await LoadsAsync(cluster));
            Assert.Equal(await StagingAsync(one), await StagingAsync(cluster));
        }

        // A sum of floating point depends on the order of the rows.
        private static string Rounded(string line) => LongNumber().Replace(
            line, number => double.Parse(number.Value, CultureInfo.InvariantCulture)
                .ToString("G9", CultureInfo.InvariantCulture));

        private static Task<List<string>> LoadsAsync(TestWarehouse test) => test.ListAsync(
            """
            select concat_ws(' ', path, rows_in_file, rows_inserted, rows_updated, rows_unchanged, rows_superseded,
                rows_quarantined, rows_restored, rows_removed, rows_soft_deleted, rows_returned, message)
            from ops.load
            inner join ops.drop using (drop_id)
            order by load.table_name, load_seq
            """);

        private static async Task<List<string>> StagingAsync(TestWarehouse test)
        {
            var lines = new List<string>();
            foreach (var table in test.Project.Catalogue.Sources)
            {
                lines.AddRange(await test.ListAsync(
                    $"""
                    select concat('{table.Name} ', path, ' ', (to_jsonb(t) - '_load_seq' - '_drop_id')::text)
                    from staging.{table.Name} as t
                    left join ops.drop on t._drop_id = ops.drop.drop_id
                    order by 1
                    """));
            }
            return lines;
        }

        [GeneratedRegex(@"\d+\.\d{10,}")]
        private static partial Regex LongNumber();
    }
}
