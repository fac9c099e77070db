using Greenery.Alerts.Digests;
using Greenery.Alerts.Incidents;
using Greenery.Alerts.Messages;
using Greenery.Presentation;
using Greenery.Publishing;
using Greenery.Runs;

namespace Greenery.Tests.Alerts.Pictures;

/// <summary>What a digest is written from: a day of the shop as a usual one, and one with things to look at.</summary>
internal sealed class PictureShop(Project shop)
{
    private static readonly DateOnly Day = new(2026, 11, 23);

    // Metric: the day, the usual one, a week before, 7 and 28 days, all days.
    private static readonly (string Name, decimal[] Values)[] Figures =
    [
        ("revenue", [18_240.50m, 16_286.10m, 17_010.00m, 112_410.20m, 430_118.90m, 1_842_240.50m]),
        ("orders", [214, 213, 220, 1_402, 5_511, 23_610]),
        ("average_order_value", [85.24m, 76.46m, 77.32m, 80.18m, 78.05m, 78.03m]),
        ("conversion_rate", [0.0412m, 0.0440m, 0.0432m, 0.0421m, 0.0431m, 0.0428m]),
        ("sessions", [5_194, 4_846, 5_093, 33_301, 127_865, 551_636]),
        ("repeat_rate", [0, 0, 0, 0, 0, 0.798m]),
    ];

    /// <summary>Nothing needs its readers.</summary>
    public DigestData Calm(RunReport run, DateTime now) => new(
        run, new ReaderView(run.RunId, Day), Loads(0),
        History().ToLookup(point => point.Metric, StringComparer.Ordinal), [], [], [.. Periods()],
        new DigestShop([], Movers), now);

    /// <summary>A campaign, quarantined rows and a warning need marketing.</summary>
    public DigestData Busy(RunReport run, DateTime now) => Calm(run, now) with
    {
        Loads = Loads(33),
        Open = [
            new Incident
            {
                Subject = "marketing.campaign_performance.utm_campaign.unique",
                Kind = IncidentKind.Check,
                Level = IncidentSeverity.Warn,
                Message = "unique on marketing.campaign_performance.utm_campaign: 2 of 31 rows fail",
                RowsFailing = 2,
                OpenedAt = now.AddDays(-3),
                ChangedAt = now.AddDays(-3),
            },
        ],
        Shop = new DigestShop(
        [
            new ShopCampaign(
                "Winter plants", "Half price for everything green",
                new DateTime(2026, 11, 22, 8, 0, 0, DateTimeKind.Utc), 12_040, 0.62m, 0.283m, 3_410, 0.81m, 0.006m,
                true),
        ], Movers),
    };

    private static readonly ShopMover[] Movers =
    [
        Mover("product", "Monstera", 1_210, 640), Mover("product", "Bamboo", 80, 310),
        Mover("product", "Fiddle Leaf Fig", 410, 300), Mover("region", "Texas, United States", 2_105, 1_480),
        Mover("region", "California, United States", 3_310, 3_420), Mover("promotion", "Leaf-10", 940, 520),
    ];

    private static ShopMover Mover(string kind, string name, decimal revenue, decimal usual) =>
        new(kind, name, Day, revenue, usual, revenue - usual);

    private static LoadLine[] Loads(long quarantined) =>
    [
        Load("users", 180, 0), Load("addresses", 175, 0), Load("products", 30, 0), Load("promos", 8, 0),
        Load("orders", 611, 0), Load("order_items", 1_204, 0), Load("events", 36_821, 0), Load("campaigns", 2, 0),
        Load("email_events", 24_080, quarantined),
    ];

    private static LoadLine Load(string table, long rows, long quarantined) =>
        new(table, 1, rows, rows - quarantined, 0, 0, 0, quarantined);

    private IEnumerable<MetricPeriodValue> Periods() =>
        from figure in Figures
        where shop.Metrics.Single(metric => metric.Name == figure.Name).IsDaily
        from period in (string[])["day", "usual", "weekday_before", "week", "four_weeks"]
        let place = Array.IndexOf(["day", "usual", "weekday_before", "week", "four_weeks"], period)
        let to = period is "usual" or "weekday_before" ? Day.AddDays(-7) : Day
        select new MetricPeriodValue(figure.Name, period, to.AddDays(period switch
        {
            "week" => -6,
            "four_weeks" => -27,
            _ => 0,
        }), to, figure.Values[place]);

    // Two weeks of the figure over all days: what a day added to it.
    private static IEnumerable<MetricPoint> History() =>
        from figure in Figures
        from back in Enumerable.Range(0, DigestData.Days)
        let growth = 1 - (back * 0.0035m) + (back % 7 == 2 ? 0.001m : 0)
        select new MetricPoint(figure.Name, Day.AddDays(-back), decimal.Round(figure.Values[^1] * growth, 4));
}
