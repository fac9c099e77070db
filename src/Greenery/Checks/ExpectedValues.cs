namespace Greenery.Checks;

/// <summary>What a check expects of a metric's newest day, to be drawn.</summary>
/// <param name="Low">The least that is usual.</param>
/// <param name="High">The most that is usual.</param>
/// <param name="Text">In words: <c>expected 12 to 60 (median of 4 Mondays: 30)</c>.</param>
public sealed record ExpectedValues(decimal Low, decimal High, string Text)
{
    /// <summary>Null for another kind of check, and while too few days are known.</summary>
    /// <param name="check">The metric's check.</param>
    /// <param name="days">The metric's values by day, the newest last.</param>
    public static ExpectedValues? Of(Check? check, IReadOnlyList<(DateOnly Day, decimal Value)> days)
    {
        if (check?.Rule is not MetricRule rule || days is not [.., var newest])
        {
            return null;
        }
        var known = days.Select(day => MetricDays.ToDayValue(rule, day.Day, (double)day.Value)).ToList();
        if (UsualBand.Find(known, known[^1], rule.Range) is not { } band)
        {
            return null;
        }
        // What was never below 0 is not expected to be.
        var low = band.Usual >= 0 ? Math.Max(0, band.Low) : band.Low;
        return double.Abs(band.High) > 1e15 ? null : new ExpectedValues(
            (decimal)low, (decimal)band.High, UsualText.Expected(band, (double)newest.Value, rule.Range.Scale));
    }
}
