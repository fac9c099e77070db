namespace Greenery.Checks;

/// <summary>Compares a day's numbers with those of the days before it.</summary>
internal static class UsualJudge
{
    /// <summary>One finding for all numbers of a day.</summary>
    /// <param name="day">The day.</param>
    /// <param name="range">How far a number may be from what is usual.</param>
    /// <param name="series">The numbers by category, that of the day among them.</param>
    /// <param name="unit">What is counted, for people: <c> rows</c>; empty where the check's name says it.</param>
    public static DayResult Judge(
        DateOnly day, UsualRange range, IReadOnlyList<(string Category, IReadOnlyList<DayValue> Days)> series,
        string unit = "")
    {
        var judged = series.Select(one => (one.Category, one.Days, Found: one.Days.FirstOrDefault(x => x.Day == day)))
            .Where(one => one.Found?.On(range.Scale) is not null)
            .Select(one => (one.Category, one.Days, Found: one.Found!,
                Band: UsualBand.Find(one.Days, one.Found!, range))).ToList();
        if (judged.Count == 0)
        {
            return new DayResult(day, 0, 0, $"{UsualText.Day(day)} has no row to look at");
        }
        var known = judged.Where(one => one.Band is not null).ToList();
        if (known.Count == 0)
        {
            return new DayResult(
                day, 0, 0, UsualText.Learning(judged.Max(one => UsualBand.DaysKnown(one.Days, day, range))));
        }
        var unusual = known.Where(one => !one.Band!.Holds(one.Found.On(range.Scale)!.Value)).ToList();
        var shown = (unusual.Count > 0 ? unusual : known).Select(one => Describe(
            one.Category, one.Found.On(range.Scale)!.Value, one.Band!, range.Scale, unit));
        return new DayResult(
            day, known.Count, unusual.Count, $"{UsualText.Day(day)} has {string.Join("; ", shown)}");
    }

    private static string Describe(string category, double found, UsualBand band, UsualScale scale, string unit)
    {
        var what = category.Length > 0 ? $" '{category}'" : unit;
        return $"{UsualText.Number(found, scale)}{what}, {UsualText.Expected(band, found, scale)}";
    }
}
