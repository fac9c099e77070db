using Greenery.Runs;
using Greenery.Warehouse;
using Npgsql;

namespace Greenery.Alerts.Digests;

/// <summary>What marketing's models say, as readers see them; empty where a project has no such models.</summary>
/// <param name="Campaigns">Those that need a review, the most visited first.</param>
/// <param name="Movers">Products, regions and promotions of the newest day.</param>
internal sealed record DigestShop(IReadOnlyList<CampaignAtRisk> Campaigns, IReadOnlyList<ShopMover> Movers)
{
    public const string CampaignModel = "campaign_performance";

    public const string MoverModel = "daily_movers";

    /// <summary>On a connection of its own: a query that fails, because a user changed the model, ends nothing else.
    /// </summary>
    public static async Task<DigestShop> ReadAsync(
        PostgresWarehouse warehouse, Project project, CancellationToken cancellationToken)
    {
        await using var connection = await warehouse.ConnectAsync(cancellationToken);
        return new DigestShop(
            await ReadAsync<CampaignAtRisk>(connection, project, CampaignModel, CampaignSql, cancellationToken),
            await ReadAsync<ShopMover>(connection, project, MoverModel, MoverSql, cancellationToken));
    }

    private static async Task<IReadOnlyList<T>> ReadAsync<T>(
        NpgsqlConnection connection, Project project, string model, string sql, CancellationToken cancellationToken)
    {
        if (project.Catalogue.Find(model)?.Mart != "marketing")
        {
            return [];
        }
        try
        {
            return await connection.QueryAsync<T>(sql, null, cancellationToken);
        }
        catch (Exception exception) when (UnfitRows.Is(exception))
        {
            // The digest goes without this part.
            return [];
        }
    }

    // Cast, because a record takes one type only, and a user may give a model's column another one.
    private const string CampaignSql =
        """
        select campaign_name::text as name, sent_at::timestamptz as sent_at, impressions::bigint as impressions,
            open_rate::numeric as open_rate, landing_page_sessions::bigint as sessions,
            bounce_rate::numeric as bounce_rate, conversion_rate::numeric as conversion_rate
        from marketing.campaign_performance
        where needs_review
        order by landing_page_sessions desc, campaign_name
        limit 50
        """;

    private const string MoverSql =
        """
        select kind::text as kind, name::text as name, order_date::date as order_date, revenue::numeric as revenue,
            usual_revenue::numeric as usual_revenue, revenue_change::numeric as revenue_change
        from marketing.daily_movers
        where revenue <> 0 or usual_revenue <> 0
        order by kind, name
        limit 1000
        """;
}

/// <summary>A campaign whose page loses most of what the mail won. Rates are shares of 1.</summary>
/// <param name="SentAt">UTC; null when it was not sent yet.</param>
internal sealed record CampaignAtRisk(
    string Name, DateTime? SentAt, long Impressions, decimal? OpenRate, long Sessions, decimal? BounceRate,
    decimal? ConversionRate);

/// <summary>What a product, region or promotion took on the newest day, and usually, in dollars.</summary>
/// <param name="Kind">product, region or promotion.</param>
/// <param name="UsualRevenue">Null where too few of the same weekday are known.</param>
/// <param name="RevenueChange">The day's less the usual one.</param>
internal sealed record ShopMover(
    string Kind, string Name, DateOnly OrderDate, decimal Revenue, decimal? UsualRevenue, decimal? RevenueChange);
