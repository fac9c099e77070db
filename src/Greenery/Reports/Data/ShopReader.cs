using Greenery.Models;
using Greenery.Runs;
using Greenery.Warehouse;
using Npgsql;

namespace Greenery.Reports.Data;

/// <summary>Reads marketing's two models that the page shows rows of, as readers see them, where a project has them.</summary>
internal static class ShopReader
{
    public const string CampaignModel = "campaign_performance";

    public const string SignalModel = "repeat_signal_lift";

    public static async Task<ShopFindings> ReadAsync(
        NpgsqlConnection connection, Project project, IReadOnlyList<ShownModel> live, CancellationToken cancellationToken)
    {
        bool IsThere(string model) =>
            project.Catalogue.Find(model)?.Mart == "marketing" && live.Any(shown => shown.Model == model);
        var (count, campaigns, signals) = ((List<long>?)null, (List<CampaignToReview>?)null, (List<RepeatSignal>?)null);
        string? campaignFault = null;
        string? signalFault = null;
        if (IsThere(CampaignModel))
        {
            (campaigns, campaignFault) = await TryAsync<CampaignToReview>(connection, Campaigns, cancellationToken);
            (count, _) = await TryAsync<long>(connection, "select count(*) from marketing.campaign_performance", cancellationToken);
        }
        if (IsThere(SignalModel))
        {
            (signals, signalFault) = await TryAsync<RepeatSignal>(connection, Signals, cancellationToken);
        }
        return new ShopFindings(campaigns, count is [var all] ? all : 0, signals, campaignFault, signalFault);
    }

    // The models are the shop's own: somebody may have given them other columns.
    private static async Task<(List<T>? Rows, string? Fault)> TryAsync<T>(
        NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        try
        {
            return (await connection.ListAsync<T>(sql, null, cancellationToken), null);
        }
        catch (PostgresException exception) when (!exception.IsTransient)
        {
            return (null, $"{exception.MessageText} ({exception.SqlState})");
        }
    }

    private const string Campaigns =
        """
        select campaign_name::text as "Name", subject::text as "Subject", sent_at as "SentAt", impressions as "Impressions",
            open_rate as "OpenRate", click_through_rate as "ClickThroughRate", landing_page_sessions as "Sessions",
            bounce_rate as "BounceRate", conversion_rate as "ConversionRate"
        from marketing.campaign_performance
        where needs_review
        order by landing_page_sessions desc, campaign_name
        limit 50
        """;

    private const string Signals =
        """
        select signal as "Signal", is_comparable as "IsComparable", repeat_average as "RepeatAverage",
            one_time_average as "OneTimeAverage", effect_size as "EffectSize", repeat_buyers as "RepeatBuyers",
            one_time_buyers as "OneTimeBuyers"
        from marketing.repeat_signal_lift
        order by is_comparable desc, abs(effect_size) desc nulls last, signal
        limit 100
        """;
}
