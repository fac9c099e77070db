using System.Globalization;

namespace Greenery.Checks;

/// <summary>Judges what was taken of a day's drops while they were loaded.</summary>
internal static class DropValues
{
    /// <summary>
    /// What the check finds of a day; null when that was loaded before the check was declared as it is now.
    /// </summary>
    public static DayResult? Judge(Check check, DateOnly day, IReadOnlyList<StoredValue> values)
    {
        var asked = DropMeasures.Of(check).ToDictionary(
            measure => measure.Category, measure => measure.Asked, StringComparer.Ordinal);
        var own = values.Where(value => asked.GetValueOrDefault(value.Category) == value.Asked).ToList();
        var found = own.Where(value => value.Day == day).ToList();
        if (found.Count == 0)
        {
            return null;
        }
        if (found.Find(value => value.Error is not null)?.Error is { } error)
        {
            return NotEvaluated(check, day, error);
        }
        return check.Rule is StatisticRule rule
            ? UsualJudge.Judge(
                day, rule.Range, [.. asked.Keys.Select(category => (category, Series(rule, own, category)))])
            : OfRows(day, (long)(found[0].OfRows ?? 0), (long)(found[0].Value ?? 0));
    }

    // A sum of no rows is no number: that rows are missing is for rows_per_drop to say.
    private static IReadOnlyList<DayValue> Series(StatisticRule rule, List<StoredValue> values, string category) =>
    [
        .. values.Where(value => value.Category == category && value.Error is null
                && (rule.Readings[0].IsCount || value.OfRows > 0))
            .Select(value => value.ToDayValue()),
    ];

    /// <summary>The finding where nothing was taken.</summary>
    public static DayResult NotTaken(DateOnly day) =>
        new(day, 0, 0, $"{UsualText.Day(day)} was loaded before the check was declared as it is now");

    /// <summary>The finding of a check whose SQL fails.</summary>
    public static DayResult NotEvaluated(Check check, DateOnly day, string error) =>
        new(day, 0, 0, $"it could not be evaluated for {UsualText.Day(day)} ({check.Place}): {error}")
        {
            IsError = true,
        };

    /// <summary>The finding of a row check.</summary>
    public static DayResult OfRows(DateOnly day, long rows, long failing) =>
        new(day, rows, failing, rows == 0
            ? $"{UsualText.Day(day)} has no row to look at"
            : string.Create(
                CultureInfo.InvariantCulture,
                $"{failing} of {rows} {(rows == 1 ? "row" : "rows")} of {UsualText.Day(day)} "
                    + $"{(failing == 1 ? "fails" : "fail")}"));
}
