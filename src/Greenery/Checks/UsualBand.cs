using System.Globalization;

namespace Greenery.Checks;

/// <summary>
/// What a day's number usually is: the median of the same weekday, and a band around it that holds every change which
/// is small, usual for this number, or explained by the number of rows. Median and MAD, so that one bad day among
/// those compared with moves nothing.
/// </summary>
/// <param name="Usual">The median.</param>
/// <param name="Low">The least that is usual.</param>
/// <param name="High">The most that is usual.</param>
/// <param name="Basis">What it is the median of, for people: <c>4 Mondays</c>.</param>
internal sealed record UsualBand(double Usual, double Low, double High, string Basis)
{
    // Fewer of a weekday say less than all days together.
    private const int FewestOfWeekday = 3;
    private const int FewestDays = 3;

    // Makes the median absolute deviation of normally distributed numbers their standard deviation.
    private const double DeviationsPerMad = 1.4826;

    // No change of a share below one point is of interest.
    private const double LeastPoints = 0.01;

    /// <summary>Whether the number is usual.</summary>
    public bool Holds(double found) => found >= Low - 1e-9 && found <= High + 1e-9;

    /// <summary>The band for a day; null while too little is known (<see cref="DaysKnown"/>).</summary>
    /// <param name="known">Numbers of other days; those after the day, or long before it, do not count.</param>
    /// <param name="found">The day that is judged.</param>
    /// <param name="range">How far it may be from what is usual.</param>
    public static UsualBand? Find(IEnumerable<DayValue> known, DayValue found, UsualRange range)
    {
        var past = Past(known, found.Day, range);
        if (past.Count < FewestDays || DaysKnown(past, found.Day, range) < UsualRange.LearningDays)
        {
            return null;
        }
        var center = Center(past, found.Day.DayOfWeek, out var isOfWeekday);
        var spread = DeviationsPerMad * Median(past.Select(day => Math.Abs(
            Stretch(day.Value, range) - Stretch(Center(past, day.Day.DayOfWeek, out _), range))));
        var sameDays = past.Where(day => day.Day.DayOfWeek == found.Day.DayOfWeek).Select(day => day.Value).ToList();
        (double Low, double High)[] bands =
        [
            SmallChange(center, range),
            // A shop that is closed on Sundays is so on the second one too.
            .. isOfWeekday ? [] : sameDays.Select(value => SmallChange(value, range)),
            (Low: Shrink(Stretch(center, range) - (range.Sensitivity * spread), range),
                High: Shrink(Stretch(center, range) + (range.Sensitivity * spread), range)),
            Chance(center, past, found, range),
        ];
        return new UsualBand(
            center, bands.Min(band => band.Low), bands.Max(band => band.High),
            string.Create(CultureInfo.InvariantCulture,
                $"{(isOfWeekday ? $"{sameDays.Count} {found.Day.DayOfWeek}s" : $"{past.Count} days")}"));
    }

    /// <summary>For how many days the number is known, at most those that are compared.</summary>
    public static int DaysKnown(IEnumerable<DayValue> known, DateOnly day, UsualRange range) =>
        DaysKnown(Past(known, day, range), day, range);

    private static int DaysKnown(List<(DateOnly Day, double Value, double Of)> past, DateOnly day, UsualRange range) =>
        past.Count == 0 ? 0 : Math.Min(range.Days, day.DayNumber - past.Min(one => one.Day.DayNumber));

    private static List<(DateOnly Day, double Value, double Of)> Past(
        IEnumerable<DayValue> known, DateOnly day, UsualRange range) =>
        [
            .. known.Where(one => one.Day < day && one.Day >= day.AddDays(-range.Days))
                .Select(one => (one.Day, Value: one.On(range.Scale), one.Of))
                .Where(one => one.Value is not null).Select(one => (one.Day, one.Value!.Value, one.Of)),
        ];

    private static double Center(
        List<(DateOnly Day, double Value, double Of)> past, DayOfWeek weekday, out bool isOfWeekday)
    {
        var same = past.Where(day => day.Day.DayOfWeek == weekday).Select(day => day.Value).ToList();
        isOfWeekday = same.Count >= FewestOfWeekday;
        return Median(isOfWeekday ? same : past.Select(day => day.Value));
    }

    // What min_change allows.
    private static (double Low, double High) SmallChange(double center, UsualRange range)
    {
        if (range.Scale == UsualScale.Share)
        {
            var points = Math.Max(LeastPoints, range.MinChange * Math.Min(center, 1 - center));
            return (Math.Max(0, center - points), Math.Min(1, center + points));
        }
        var (less, more) = (center * (1 - range.MinChange), center / (1 - range.MinChange));
        return (Math.Min(less, more), Math.Max(less, more));
    }

    // What chance alone does to so many rows: counts as Poisson's, shares as binomial, both made of equal variance.
    private static (double Low, double High) Chance(
        double center, List<(DateOnly Day, double Value, double Of)> past, DayValue found, UsualRange range)
    {
        if (range.Scale == UsualScale.Share)
        {
            if (found.Of <= 0)
            {
                return (center, center);
            }
            var (angle, slack) = (Math.Asin(Math.Sqrt(center)), range.Sensitivity / 2 / Math.Sqrt(found.Of));
            return (Share(angle - slack), Share(angle + slack));
        }
        var rows = Median(past.Select(day => day.Of));
        if (rows <= 0 || center <= 0)
        {
            // Where there were no rows so far, a few may come.
            return (center, found.Of > 0 ? center + (range.Sensitivity * range.Sensitivity / 4) : center);
        }
        var root = Math.Sqrt(rows);
        var low = Math.Max(0, root - (range.Sensitivity / 2));
        var high = root + (range.Sensitivity / 2);
        return (center * low * low / rows, center * high * high / rows);
    }

    // On the stretched scale a change weighs the same wherever it happens.
    private static double Stretch(double value, UsualRange range) =>
        range.Scale == UsualScale.Share ? Math.Asin(Math.Sqrt(Math.Clamp(value, 0, 1))) : Math.Asinh(value);

    private static double Shrink(double value, UsualRange range) =>
        range.Scale == UsualScale.Share ? Share(value) : Math.Sinh(value);

    private static double Share(double angle)
    {
        var sine = Math.Sin(Math.Clamp(angle, 0, Math.PI / 2));
        return sine * sine;
    }

    private static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToList();
        var middle = sorted.Count / 2;
        return sorted.Count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
