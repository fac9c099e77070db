using System.Globalization;

namespace Greenery.Checks;

/// <summary>Judges what was taken of a day's drops while they were loaded.</summary>
internal static class DropValues
{
    /// <summary>What the check finds of a day.</summary>
    public static DayFinding Judge(Check check, DateOnly day, IReadOnlyList<StoredValue> values)
    {
        var asked = DropMeasures.Of(check).ToDictionary(
            measure => measure.Category, measure => measure.Asked, StringComparer.Ordinal);
        var own = values.Where(value => asked.GetValueOrDefault(value.Category) == value.Asked).ToList();
        var found = own.Where(value => value.Day == day).ToList();
        if (found.Count == 0)
        {
            return new DayFinding(
                day, 0, 0, $"{UsualText.Day(day)} was loaded before the check was declared as it is now");
        }
        if (found.Find(value => value.Error is not null)?.Error is { } error)
        {
            return new DayFinding(
                day, 0, 0, $"it could not be evaluated for {UsualText.Day(day)} ({check.Place}): {error}")
            {
                IsError = true,
            };
        }
        return check.Rule is StatisticRule rule
            ? UsualJudge.Judge(day, rule.Range, [.. asked.Keys.Select(category => (category, Series(own, category)))])
            : OfRows(day, found[0]);
    }

    private static IReadOnlyList<DayValue> Series(List<StoredValue> values, string category) =>
    [
        .. values.Where(value => value.Category == category && value.Error is null)
            .Select(value => value.ToDayValue()),
    ];

    private static DayFinding OfRows(DateOnly day, StoredValue found)
    {
        var (failing, rows) = ((long)(found.Value ?? 0), (long)(found.OfRows ?? 0));
        return new DayFinding(day, rows, failing, rows == 0
            ? $"{UsualText.Day(day)} has no row to look at"
            : string.Create(
                CultureInfo.InvariantCulture,
                $"{failing} of {rows} {(rows == 1 ? "row" : "rows")} of {UsualText.Day(day)} "
                    + $"{(failing == 1 ? "fails" : "fail")}"));
    }
}
