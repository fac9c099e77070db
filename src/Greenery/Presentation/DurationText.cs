namespace Greenery.Presentation;

/// <summary>Lengths of time as people say them.</summary>
public static class DurationText
{
    /// <summary>
    /// <c>2 days 3 hours</c>, <c>3 hours</c>, <c>5 minutes</c>; two units at most, and the smaller one only where it
    /// counts.
    /// </summary>
    public static string Describe(TimeSpan time) => time switch
    {
        { TotalMinutes: < 1 } => "less than a minute",
        { TotalHours: < 1 } => NumberFormat.Count((long)time.TotalMinutes, "minute"),
        { TotalHours: < 6, Minutes: > 0 } =>
            $"{NumberFormat.Count((long)time.TotalHours, "hour")} {NumberFormat.Count(time.Minutes, "minute")}",
        { TotalDays: < 1 } => NumberFormat.Count((long)time.TotalHours, "hour"),
        { TotalDays: < 3, Hours: > 0 } =>
            $"{NumberFormat.Count((long)time.TotalDays, "day")} {NumberFormat.Count(time.Hours, "hour")}",
        _ => NumberFormat.Count((long)time.TotalDays, "day"),
    };
}
