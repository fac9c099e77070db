using Greenery.Models;
using Greenery.Presentation;
using Greenery.Runs;
using Greenery.Warehouse;
using Npgsql;

namespace Greenery.Alerts.Digests;

/// <summary>What models say that the digest shows, as readers see them; empty where a project has none.</summary>
/// <param name="Campaigns">Those that need a review, the most visited first.</param>
/// <param name="Movers">Products, regions and promotions of the newest day.</param>
internal sealed record DigestShop(IReadOnlyList<ShopCampaign> Campaigns, IReadOnlyList<ShopMover> Movers)
{
    private const int MostCampaigns = 50;

    private const int MostMovers = 1000;

    /// <summary>On a connection of its own: a query that fails, because a user changed the model, ends nothing else.
    /// </summary>
    public static async Task<DigestShop> ReadAsync(
        PostgresWarehouse warehouse, Project project, CancellationToken cancellationToken)
    {
        await using var connection = await warehouse.ConnectAsync(cancellationToken);
        var campaigns = await ReadAsync<ShopCampaign>(
            connection, project, ReportSection.Campaigns, ShopCampaign.Sql, MostCampaigns, cancellationToken);
        return new DigestShop(
            [.. campaigns.Where(campaign => campaign.NeedsReview)],
            await ReadAsync<ShopMover>(
                connection, project, ReportSection.Movers, MoverSql, MostMovers, cancellationToken));
    }

    // Where a model cannot be read the digest goes without this part.
    private static async Task<IReadOnlyList<T>> ReadAsync<T>(
        NpgsqlConnection connection, Project project, ReportSection section, Func<Model, string> sql, int most,
        CancellationToken cancellationToken) =>
        project.Catalogue.Shown(section) is not { } model ? []
            : (await ShopRows<T>.ReadAsync(connection, sql(model), new { most }, cancellationToken)).Rows ?? [];

    private static string MoverSql(Model model) =>
        $"""
        select kind::text as kind, name::text as name, order_date::date as order_date, revenue::numeric as revenue,
            usual_revenue::numeric as usual_revenue, revenue_change::numeric as revenue_change
        from {model.QualifiedName}
        where revenue <> 0 or usual_revenue <> 0
        order by kind, name
        limit @most
        """;
}

/// <summary>What a product, region or promotion took on the newest day, and usually.</summary>
/// <param name="Kind">product, region or promotion.</param>
/// <param name="UsualRevenue">Null where too few of the same weekday are known.</param>
/// <param name="RevenueChange">The day's less the usual one.</param>
internal sealed record ShopMover(
    string Kind, string Name, DateOnly OrderDate, decimal Revenue, decimal? UsualRevenue, decimal? RevenueChange);
