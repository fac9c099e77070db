namespace Greenery.Checks;

/// <summary>What a check expects of the newest day, to be drawn.</summary>
/// <param name="Low">The least that is usual.</param>
/// <param name="High">The most that is usual.</param>
/// <param name="Text">In words: <c>expected 12 to 60 (median of 4 Mondays: 30)</c>.</param>
public sealed record ExpectedValues(decimal Low, decimal High, string Text)
{
    /// <summary>What a metric's check expects; null for another kind of check, and while too few days are known.
    /// </summary>
    /// <param name="check">The metric's check.</param>
    /// <param name="days">The metric's values by day, the newest last.</param>
    public static ExpectedValues? Of(Check? check, IReadOnlyList<(DateOnly Day, decimal Value)> days) =>
        check?.Rule is MetricRule rule
            ? Of([.. days.Select(day => MetricDays.ToDayValue(rule, day.Day, (double)day.Value))], rule.Range) : null;

    /// <summary>What <c>rows_per_drop</c> expects; null for another kind of check, and while too few days are known.
    /// </summary>
    /// <param name="check">The source table's check.</param>
    /// <param name="days">Rows in the drops by day, the newest last.</param>
    public static ExpectedValues? OfRows(Check? check, IReadOnlyList<(DateOnly Day, long Rows)> days) =>
        check?.Rule is DropRowsRule rule
            ? Of([.. days.Select(day => new DayValue(day.Day, day.Rows, day.Rows))], rule.Range) : null;

    private static ExpectedValues? Of(IReadOnlyList<DayValue> known, UsualRange range)
    {
        if (known is not [.., var newest] || UsualBand.Find(known, newest, range) is not { } band
            || double.Abs(band.High) > 1e15)
        {
            return null;
        }
        // What was never below 0 is not expected to be.
        var low = band.Usual >= 0 ? Math.Max(0, band.Low) : band.Low;
        return new ExpectedValues((decimal)low, (decimal)band.High,
            UsualText.Expected(band, newest.On(range.Scale) ?? 0, range.Scale));
    }
}
