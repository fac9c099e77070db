using Greenery.Models;
using Greenery.Presentation;
using Greenery.Publishing;
using Greenery.Runs;
using Greenery.Warehouse;

namespace Greenery.Alerts.Digests;

/// <summary>What models say that the digest shows, as readers see them; empty where a project has none.</summary>
/// <param name="Campaigns">Those that need a review, the most visited first.</param>
/// <param name="Movers">Products, regions and promotions of the newest day.</param>
internal sealed record DigestShop(IReadOnlyList<ShopCampaign> Campaigns, IReadOnlyList<ShopMover> Movers)
{
    private const int MostCampaigns = 50;

    /// <summary>Why the rows of a model are not there, by model.</summary>
    public IReadOnlyList<(Model Model, string Reason)> Faults { get; init; } = [];

    /// <summary>Reads what the run that readers see has kept; the digest says which part is missing.</summary>
    public static async Task<DigestShop> ReadAsync(
        PostgresWarehouse warehouse, Project project, CancellationToken cancellationToken)
    {
        await using var connection = await warehouse.ConnectAsync(cancellationToken);
        var campaigns = await ShopRows<ShopCampaign>.ReadAsync(
            connection, project, ReportQuery.Campaigns, cancellationToken);
        var movers = await ShopRows<ShopMover>.ReadAsync(connection, project, ReportQuery.Movers, cancellationToken);
        return new DigestShop(
            [.. (campaigns.Rows ?? []).Take(MostCampaigns).Where(campaign => campaign.NeedsReview)],
            movers.Rows ?? [])
        {
            Faults =
            [
                .. Fault(project, ReportSection.Campaigns, campaigns.Fault),
                .. Fault(project, ReportSection.Movers, movers.Fault),
            ],
        };
    }

    private static IEnumerable<(Model Model, string Reason)> Fault(
        Project project, ReportSection section, string? reason)
    {
        if (reason is not null && project.Catalogue.Shown(section) is { } model)
        {
            yield return (model, reason);
        }
    }
}

/// <summary>What a product, region or promotion took on the newest day, and usually.</summary>
/// <param name="Kind">product, region or promotion.</param>
/// <param name="UsualRevenue">Null where too few of the same weekday are known.</param>
/// <param name="RevenueChange">The day's less the usual one.</param>
internal sealed record ShopMover(
    string Kind, string Name, DateOnly OrderDate, decimal Revenue, decimal? UsualRevenue, decimal? RevenueChange);
