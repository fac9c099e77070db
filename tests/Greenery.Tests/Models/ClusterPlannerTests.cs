using Greenery.Models;
using Greenery.Tests.Support;

namespace Greenery.Tests.Models;

/// <summary>What a cluster says of selects before anything runs.</summary>
[Collection(ClusterFactAttribute.Collection)]
public sealed class ClusterPlannerTests
{
    private const string Expected =
        """
        core.dim_users: each node computes and keeps its own rows.
        core.fact_orders: each node computes and keeps its own rows.
        marketing.amounts: each node computes and keeps its own rows.
        marketing.days: its rows go through the coordinator; subqueries of orders go through the coordinator first.
        marketing.fact_user_orders: its rows go through the coordinator.
        marketing.spenders: its rows go through the coordinator; subqueries of orders go through the coordinator first.
        marketing.seen: each node computes and keeps its own rows.
        """;

    [ClusterFact]
    public async Task Which_rows_move_is_known_before_anything_runs()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync(await TestCluster.ConnectAsync());
        ClusterPair.Spread(test);
        ClusterPair.AddModels(test);
        var refused = new List<Diagnostic>();

        var traffic = await new ClusterPlanner(test.Database.Warehouse)
            .ReadAsync(test.Project.Catalogue, refused, default);

        Assert.Empty(refused);
        Assert.Equal(Expected, string.Join('\n', traffic!.Select(model => model.Describe())));
        Assert.Empty(await test.ListAsync("select nspname from pg_namespace where nspname like 'greenery_plan%'"));
    }

    [ClusterFact]
    public async Task A_select_that_a_cluster_does_not_take_is_refused_with_its_line()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync(await TestCluster.ConnectAsync());
        ClusterPair.Spread(test);
        test.WriteSql("marketing/fact_user_orders.sql",
            "select user_id, city,\n    (select count(*) from orders where orders.user_id = users.user_id) as "
            + "total_orders,\n    0 as total_spend\nfrom users\n");
        var refused = new List<Diagnostic>();

        await new ClusterPlanner(test.Database.Warehouse).ReadAsync(test.Project.Catalogue, refused, default);

        var diagnostic = Assert.Single(refused).ToString();
        Assert.StartsWith(
            "sql/marketing/fact_user_orders.sql:1: Citus refuses it: ", diagnostic, StringComparison.Ordinal);
        Assert.Contains("(0A000)", diagnostic, StringComparison.Ordinal);
    }
}
