using System.Text;
using Greenery.Models.Building;
using Greenery.Runs;

namespace Greenery.Tests.Support;

/// <summary>The same project and drops on one server and on a cluster.</summary>
internal sealed class ClusterPair(TestWarehouse one, TestWarehouse cluster) : IAsyncDisposable
{
    /// <summary>The part of marketing.yml about a model that reads a history.</summary>
    public const string Amounts =
        """

          - name: amounts
            config:
              materialized: incremental
              incremental_strategy: by_key
              unique_key: order_id
              distributed_by: order_id
              inputs: {orders_history: order_id}
        """;

    public TestWarehouse One => one;

    public TestWarehouse Cluster => cluster;

    public static async Task<ClusterPair> OfRepositoryAsync()
    {
        var pair = new ClusterPair(
            await TestWarehouse.OfRepositoryAsync(),
            await TestWarehouse.OfRepositoryAsync(await TestCluster.ConnectAsync()));
        pair.Each(test => ClusterShop.DistributeIn(test.Sql));
        return pair;
    }

    public static async Task<ClusterPair> OfTinyShopAsync()
    {
        var pair = new ClusterPair(
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
        SpreadOrders(test);
    }

    public static void SpreadOrders(TestWarehouse test)
    {
        test.ChangeSql("sources.yml", "      - name: orders\n",
            "      - name: orders\n        config: {distributed_by: order_id}\n");
        test.ChangeSql("core/core.yml", "{materialized: incremental, unique_key: order_id}",
            "{materialized: incremental, unique_key: order_id, distributed_by: order_id}");
    }

    public static void AddModels(TestWarehouse test)
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
            """ + Amounts);
    }

    public void Put(string path, string content) => Put(path, Encoding.UTF8.GetBytes(content));

    public void Put(string path, byte[] content) => Each(test => test.Put(path, content));

    public async Task RunAsync(RunRequest? request = null)
    {
        var expected = await one.RunAsync(request);
        var found = await cluster.RunAsync(request);
        Assert.True(expected.State == found.State, $"{expected.State} and {found.State}: {found.Message}");
        Assert.True(
            found.State is RunState.Published or RunState.Unchanged or RunState.Tried,
            $"{found.State}: {found.Message}");
        await AssertSameAsync();
    }

    public Task RollBackAsync() => BothAsync(test => test.Pipeline().RollbackAsync(null, default));

    public Task ReplayAsync() => BothAsync(test => test.Pipeline().ReplayAsync(null, default));

    /// <summary>Publishes what the last run has tried.</summary>
    public Task PublishAsync() => BothAsync(async test =>
    {
        var tried = await test.ValueAsync<long>("select max(run_id) from ops.run where state = 'tried'");
        var outcome = await test.Pipeline().PublishAsync(tried, null, default);
        Assert.Equal((RunState.Published, null), (outcome.State, outcome.Message));
    });

    private async Task BothAsync(Func<TestWarehouse, Task> workAsync)
    {
        await workAsync(one);
        await workAsync(cluster);
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
        Assert.Equal((await one.MartsAsync()).Select(RoundedNumbers.Of),
            (await cluster.MartsAsync()).Select(RoundedNumbers.Of));
        Assert.Equal(await LoadsAsync(one), await LoadsAsync(cluster));
        Assert.Equal(await StagingAsync(one), await StagingAsync(cluster));
    }

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
}
