using Greenery.Models;
using Greenery.Presentation;
using Greenery.Publishing;
using Greenery.Runs;
using Npgsql;

namespace Greenery.Reports.Data;

/// <summary>
/// Reads what a run has kept of the models that the page shows rows of, where a project has them.
/// </summary>
internal sealed class ShopReader(NpgsqlConnection connection, Project project)
{
    public async Task<ShopFindings> ReadAsync(CancellationToken cancellationToken)
    {
        var counts = await ReadAsync<CampaignCount>(ReportQuery.CampaignCounts, cancellationToken);
        return new ShopFindings
        {
            Campaigns = await ReadAsync<ShopCampaign>(ReportQuery.Campaigns, cancellationToken),
            CampaignCount = counts.Rows is [var all] ? all.Campaigns : 0,
            ReviewCount = counts.Rows is [var counted] ? counted.ToReview : 0,
            Signals = await ReadAsync<RepeatSignal>(ReportQuery.Signals, cancellationToken),
            Cohorts = await ReadAsync<CohortConversion>(ReportQuery.Cohorts, cancellationToken),
            Retention = await ReadAsync<CohortMonth>(ReportQuery.Retention, cancellationToken),
        };
    }

    private Task<ShopRows<T>> ReadAsync<T>(ReportQuery query, CancellationToken cancellationToken) =>
        ShopRows<T>.ReadAsync(connection, project, query, cancellationToken);

    private sealed record CampaignCount(long Campaigns, long ToReview);
}
