namespace Greenery.Models;

/// <summary>Lengths of time as people say them.</summary>
public static class Durations
{
    /// <summary><c>2 days 3 hours</c>, <c>3 hours</c>, <c>5 minutes</c>; two units at most, and the smaller one only where it counts.</summary>
    public static string Words(TimeSpan time) => time switch
    {
        { TotalMinutes: < 1 } => "less than a minute",
        { TotalHours: < 1 } => Figures.Count((long)time.TotalMinutes, "minute"),
        { TotalHours: < 6, Minutes: > 0 } => $"{Figures.Count((long)time.TotalHours, "hour")} {Figures.Count(time.Minutes, "minute")}",
        { TotalDays: < 1 } => Figures.Count((long)time.TotalHours, "hour"),
        { TotalDays: < 3, Hours: > 0 } => $"{Figures.Count((long)time.TotalDays, "day")} {Figures.Count(time.Hours, "hour")}",
        _ => Figures.Count((long)time.TotalDays, "day"),
    };
}
