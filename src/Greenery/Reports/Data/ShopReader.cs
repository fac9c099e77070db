using Greenery.Presentation;
using Greenery.Runs;
using Npgsql;

namespace Greenery.Reports.Data;

/// <summary>
/// Reads marketing's models that the page shows rows of, as readers see them, where a project has them.
/// </summary>
internal sealed class ShopReader(NpgsqlConnection connection, Project project, IReadOnlyList<ShownModel> live)
{
    /// <summary>Campaigns that the page lists.</summary>
    public const int MostCampaigns = 200;

    public const string SignalModel = "repeat_signal_lift";

    public const string CohortModel = "conversion_cohorts";

    public const string RetentionModel = "user_retention";

    /// <summary>Whether the project has such a model, published or not.</summary>
    public static bool Knows(Project project, string model) => project.Catalogue.Find(model)?.Mart == "marketing";

    public async Task<ShopFindings> ReadAsync(CancellationToken cancellationToken)
    {
        var campaigns = await ReadAsync<ShopCampaign>(
            ShopCampaign.Model, ShopCampaign.Sql, new { most = MostCampaigns }, cancellationToken);
        var counts = await ReadAsync<(long Campaigns, long ToReview)>(
            ShopCampaign.Model, ShopSql.CampaignCounts, null, cancellationToken);
        var (all, toReview) = counts.Rows is [var counted] ? counted : default;
        return new ShopFindings
        {
            Campaigns = campaigns,
            CampaignCount = all,
            ReviewCount = toReview,
            Signals = await ReadAsync<RepeatSignal>(SignalModel, ShopSql.Signals, null, cancellationToken),
            Cohorts = await ReadAsync<CohortConversion>(CohortModel, ShopSql.Cohorts, null, cancellationToken),
            Retention = await ReadAsync<CohortMonth>(RetentionModel, ShopSql.Retention, null, cancellationToken),
        };
    }

    private Task<ShopRows<T>> ReadAsync<T>(
        string model, string sql, object? parameters, CancellationToken cancellationToken) =>
        Knows(project, model) && live.Any(shown => shown.Model == model)
            ? ShopRows<T>.ReadAsync(connection, sql, parameters, cancellationToken)
            : Task.FromResult(ShopRows<T>.None);
}
