using Greenery.Models;
using Greenery.Staging;

namespace Greenery.Checks;

/// <summary>What checks of source tables ask of the rows of each drop.</summary>
public static class DropMeasures
{
    /// <summary>By table, what is to be taken while its drops are loaded.</summary>
    public static ILookup<string, DropMeasure> Of(IEnumerable<Check> checks) => checks
        .Where(check => check.Source is not null)
        .SelectMany(check => Of(check).Select(measure => (check.Source!.Name, Measure: measure)))
        .ToLookup(x => x.Name, x => x.Measure, StringComparer.Ordinal);

    /// <summary>
    /// Whether the check is answered by such numbers. Others read the whole table after all are loaded, because other
    /// rows or tables than the drop's decide.
    /// </summary>
    internal static bool IsMeasured(Check check) =>
        check.Rule is StatisticRule or RowCheckRule && check.Reads.All(name => name == check.Model.Name);

    internal static IEnumerable<DropMeasure> Of(Check check) => !IsMeasured(check) ? [] : check.Rule switch
    {
        RowCheckRule rule =>
            [Create(check, "", Rows($"({rule.LookedAt}) and ({rule.Failing})", check), Rows(rule.LookedAt, check))],
        StatisticRule rule => rule.Readings.Select(reading =>
            Create(check, reading.Category, reading.Value(check.Where), reading.Rows(check.Where))),
        _ => [],
    };

    private static string Rows(string condition, Check check) =>
        new Reading("", "count(*)", condition, "").Value(check.Where);

    private static DropMeasure Create(Check check, string category, string value, string rows) =>
        new(check.Id, category, value, rows, ModelFingerprint.Hash([value, rows])[..12]);
}
