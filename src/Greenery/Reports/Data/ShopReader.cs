using Greenery.Runs;
using Greenery.Warehouse;
using Npgsql;

namespace Greenery.Reports.Data;

/// <summary>
/// Reads marketing's two models that the page shows rows of, as readers see them, where a project has them.
/// </summary>
internal static class ShopReader
{
    public const string CampaignModel = "campaign_performance";

    public const string SignalModel = "repeat_signal_lift";

    public static async Task<ShopFindings> ReadAsync(
        NpgsqlConnection connection, Project project, IReadOnlyList<ShownModel> live,
        CancellationToken cancellationToken)
    {
        bool IsThere(string model) =>
            project.Catalogue.Find(model)?.Mart == "marketing" && live.Any(shown => shown.Model == model);
        var (count, campaigns, signals) = ((List<long>?)null, (List<CampaignToReview>?)null, (List<RepeatSignal>?)null);
        string? campaignFault = null;
        string? signalFault = null;
        if (IsThere(CampaignModel))
        {
            (campaigns, campaignFault) = await TryAsync<CampaignToReview>(connection, Campaigns, cancellationToken);
            (count, _) = await TryAsync<long>(connection, "select count(*) from marketing.campaign_performance",
                cancellationToken);
        }
        if (IsThere(SignalModel))
        {
            (signals, signalFault) = await TryAsync<RepeatSignal>(connection, Signals, cancellationToken);
        }
        return new ShopFindings(campaigns, count is [var all] ? all : 0, signals, campaignFault, signalFault);
    }

    // The models are the shop's own: a user may have given them other columns.
    private static async Task<(List<T>? Rows, string? Fault)> TryAsync<T>(
        NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        try
        {
            return (await connection.QueryAsync<T>(sql, null, cancellationToken), null);
        }
        catch (Exception exception) when (UnfitRows.Is(exception))
        {
            return (null, UnfitRows.Describe(exception));
        }
    }

    private const string Campaigns =
        """
        select campaign_name::text as name, subject::text as subject, sent_at::timestamptz as sent_at,
            impressions::bigint as impressions, open_rate::numeric as open_rate,
            click_through_rate::numeric as click_through_rate, landing_page_sessions::bigint as sessions,
            bounce_rate::numeric as bounce_rate, conversion_rate::numeric as conversion_rate
        from marketing.campaign_performance
        where needs_review
        order by landing_page_sessions desc, campaign_name
        limit 50
        """;

    private const string Signals =
        """
        select signal::text as signal, unit::text as unit, repeat_average::numeric as repeat_average,
            one_time_average::numeric as one_time_average, difference::numeric as difference,
            interval_low::numeric as interval_low, interval_high::numeric as interval_high, verdict::text as verdict,
            repeat_buyers::bigint as repeat_buyers, one_time_buyers::bigint as one_time_buyers
        from marketing.repeat_signal_lift
        order by verdict not in ('more', 'less'), adjusted_p_value, p_value, signal
        limit 100
        """;
}
