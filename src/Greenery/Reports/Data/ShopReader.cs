using Greenery.Models;
using Greenery.Presentation;
using Greenery.Runs;
using Npgsql;

namespace Greenery.Reports.Data;

/// <summary>
/// Reads the models that the page shows rows of, as readers see them, where a project has them.
/// </summary>
internal sealed class ShopReader(NpgsqlConnection connection, Project project, IReadOnlyList<ShownModel> live)
{
    /// <summary>Campaigns that the page lists.</summary>
    public const int MostCampaigns = 200;

    public async Task<ShopFindings> ReadAsync(CancellationToken cancellationToken)
    {
        var campaigns = await ReadAsync<ShopCampaign>(
            ReportSection.Campaigns, ShopCampaign.Sql, new { most = MostCampaigns }, cancellationToken);
        var counts = await ReadAsync<(long Campaigns, long ToReview)>(
            ReportSection.Campaigns, ShopSql.CampaignCounts, null, cancellationToken);
        var (all, toReview) = counts.Rows is [var counted] ? counted : default;
        return new ShopFindings
        {
            Campaigns = campaigns,
            CampaignCount = all,
            ReviewCount = toReview,
            Signals = await ReadAsync<RepeatSignal>(
                ReportSection.Signals, ShopSql.Signals, null, cancellationToken),
            Cohorts = await ReadAsync<CohortConversion>(
                ReportSection.Conversion, ShopSql.Cohorts, null, cancellationToken),
            Retention = await ReadAsync<CohortMonth>(
                ReportSection.Retention, ShopSql.Retention, null, cancellationToken),
        };
    }

    private Task<ShopRows<T>> ReadAsync<T>(
        ReportSection section, Func<Model, string> sql, object? parameters, CancellationToken cancellationToken) =>
        project.Catalogue.Shown(section) is { } model && live.Any(shown => shown.Model == model.Name)
            ? ShopRows<T>.ReadAsync(connection, sql(model), parameters, cancellationToken)
            : Task.FromResult(ShopRows<T>.None);
}
