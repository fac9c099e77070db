using Greenery.Presentation;
using Greenery.Runs;
using Greenery.Warehouse;
using Npgsql;

namespace Greenery.Alerts.Digests;

/// <summary>What marketing's models say, as readers see them; empty where a project has no such models.</summary>
/// <param name="Campaigns">Those that need a review, the most visited first.</param>
/// <param name="Movers">Products, regions and promotions of the newest day.</param>
internal sealed record DigestShop(IReadOnlyList<ShopCampaign> Campaigns, IReadOnlyList<ShopMover> Movers)
{
    public const string MoverModel = "daily_movers";

    /// <summary>Why a model could not be read, by model.</summary>
    public IReadOnlyList<(string Model, string Reason)> Faults { get; init; } = [];

    private const int MostCampaigns = 50;

    private const int MostMovers = 1000;

    /// <summary>
    /// On a connection of its own: a query that fails, because a user changed the model, ends nothing else. Not while
    /// incidents are locked: marts may be large, or locked themselves, and alerts do not wait for them.
    /// </summary>
    public static async Task<DigestShop> ReadAsync(
        PostgresWarehouse warehouse, Project project, CancellationToken cancellationToken)
    {
        await using var connection = await warehouse.ConnectAsync(cancellationToken);
        var campaigns = await ReadAsync<ShopCampaign>(
            connection, project, ShopCampaign.Model, ShopCampaign.Sql, MostCampaigns, cancellationToken);
        var movers = await ReadAsync<ShopMover>(
            connection, project, MoverModel, MoverSql, MostMovers, cancellationToken);
        return new DigestShop(
            [.. (campaigns.Rows ?? []).Where(campaign => campaign.NeedsReview)], movers.Rows ?? [])
        {
            Faults =
            [
                .. new[] { (ShopCampaign.Model, campaigns.Fault), (MoverModel, movers.Fault) }
                    .Where(read => read.Fault is not null).Select(read => (read.Item1, read.Fault!)),
            ],
        };
    }

    // Where a model cannot be read the digest goes without this part, and says so.
    private static async Task<ShopRows<T>> ReadAsync<T>(
        NpgsqlConnection connection, Project project, string model, string sql, int most,
        CancellationToken cancellationToken) =>
        project.Catalogue.Find(model)?.Mart != "marketing" ? ShopRows<T>.None
            : await ShopRows<T>.ReadAsync(connection, sql, new { most }, cancellationToken);

    private const string MoverSql =
        """
        select kind::text as kind, name::text as name, order_date::date as order_date, revenue::numeric as revenue,
            usual_revenue::numeric as usual_revenue, revenue_change::numeric as revenue_change
        from marketing.daily_movers
        where revenue <> 0 or usual_revenue <> 0
        order by kind, name
        limit @most
        """;
}

/// <summary>What a product, region or promotion took on the newest day, and usually, in dollars.</summary>
/// <param name="Kind">product, region or promotion.</param>
/// <param name="UsualRevenue">Null where too few of the same weekday are known.</param>
/// <param name="RevenueChange">The day's less the usual one.</param>
internal sealed record ShopMover(
    string Kind, string Name, DateOnly OrderDate, decimal Revenue, decimal? UsualRevenue, decimal? RevenueChange);
