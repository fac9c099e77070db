using System.Globalization;
using Greenery.Alerts.Messages;
using Greenery.Presentation;
using Greenery.Runs;

namespace Greenery.Alerts.Digests;

/// <summary>The tables of a digest: what moved, what was loaded, what was slow.</summary>
internal sealed class DigestTables(Project project, DigestData data)
{
    private const int ModelsShown = 5;
    private const int MoversShown = 5;

    private static readonly (string Kind, string Caption, string Column)[] Kinds =
    [
        ("product", "Products that moved", "Product"), ("region", "Regions that moved", "Region"),
        ("promotion", "Promotions that moved", "Promotion"),
    ];

    /// <summary>Of each kind those that moved most against their usual day, whichever way.</summary>
    public IEnumerable<Block> Movers() => Kinds
        .Select(kind => (kind, Rows: data.Shop.Movers.Where(mover => mover.Kind == kind.Kind).ToList()))
        .Where(x => x.Rows.Count > 0)
        .Select(x => new Block.Table(
            x.kind.Caption, [x.kind.Column, Day(x.Rows[0].OrderDate), "Usual", "Change"], [1, 2, 3],
            [.. x.Rows.OrderByDescending(mover => Math.Abs(mover.RevenueChange ?? mover.Revenue))
                .ThenBy(mover => mover.Name, StringComparer.Ordinal).Take(MoversShown).Select(Row)],
            Math.Max(0, x.Rows.Count - MoversShown)));

    /// <summary>Rows loaded, by source table that concerns the reader.</summary>
    public IEnumerable<Block> Loads(DigestAudience interest)
    {
        var byTable = data.Loads.ToDictionary(load => load.Table, StringComparer.Ordinal);
        var rows = project.Catalogue.Sources.Select(table => table.Name).Where(interest.Has)
            .Select(name => Row(name, byTable.GetValueOrDefault(name))).ToList();
        return rows.Count == 0 ? []
            : [new Block.Table("Rows loaded", ["Table", "Rows", "New or changed", "Quarantined"], [1, 2, 3], rows)];
    }

    /// <summary>The models that took longest.</summary>
    public IEnumerable<Block> Slowest(DigestAudience interest)
    {
        var builds = data.Builds.Where(build => interest.Has(build.Model)).ToList();
        return builds.Count == 0 ? [] :
        [
            new Block.Table(
                "Slowest models",
                ["Model", "Took", "Rows"],
                [1, 2],
                [.. builds.Take(ModelsShown).Select(build => new[]
                {
                    $"{build.Mart}.{build.Model}", NumberFormat.Duration(TimeSpan.FromSeconds(build.Seconds)),
                    build.Rows is { } rows ? NumberFormat.Count(rows) : "-",
                })],
                Math.Max(0, builds.Count - ModelsShown)),
        ];
    }

    private string Money(decimal value) => NumberFormat.Of(value, project.Currency);

    private string[] Row(ShopMover mover) =>
    [
        mover.Name, Money(mover.Revenue),
        mover.UsualRevenue is { } usual ? Money(usual) : "-",
        mover.RevenueChange is { } change
            ? (change > 0 ? "+" : change < 0 ? "-" : "±") + Money(Math.Abs(change)) : "-",
    ];

    private static string[] Row(string table, LoadLine? load) => load is null
        ? [table, "no drop", "", ""]
        : [table, NumberFormat.Count(load.Rows), NumberFormat.Count(load.Inserted + load.Updated),
        NumberFormat.Count(load.Quarantined)];

    private static string Day(DateOnly date) => date.ToString("ddd d MMM", CultureInfo.InvariantCulture);
}
