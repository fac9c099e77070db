namespace Greenery.Presentation;

/// <summary>Between UTC and the shop's local time (<c>Greenery:TimeZone</c>), also in nights when clocks are changed.</summary>
public sealed record LocalTime(TimeZoneInfo Zone)
{
    public static LocalTime Utc { get; } = new(TimeZoneInfo.Utc);

    /// <summary>What clocks show there.</summary>
    public DateTime Of(DateTime utc) => TimeZoneInfo.ConvertTimeFromUtc(utc, Zone);

    /// <summary>The date there.</summary>
    public DateOnly DateOf(DateTime utc) => DateOnly.FromDateTime(Of(utc));

    /// <summary>
    /// When clocks there show this time. A time that is skipped when clocks are put forward is as much later as they are
    /// put; of a time that comes twice it is the first.
    /// </summary>
    public DateTime ToUtc(DateOnly date, TimeOnly time)
    {
        var there = date.ToDateTime(time, DateTimeKind.Unspecified);
        if (Zone.IsInvalidTime(there))
        {
            // The offset of the day before still tells where the clocks were when they skipped it.
            return DateTime.SpecifyKind(there - Zone.GetUtcOffset(there.AddDays(-1)), DateTimeKind.Utc);
        }
        var offset = Zone.IsAmbiguousTime(there) ? Zone.GetAmbiguousTimeOffsets(there).Max() : Zone.GetUtcOffset(there);
        return DateTime.SpecifyKind(there - offset, DateTimeKind.Utc);
    }

    /// <summary>The last moment, not after <paramref name="now"/>, at which clocks there showed this time.</summary>
    public DateTime Last(TimeOnly time, DateTime now)
    {
        var today = ToUtc(DateOf(now), time);
        return today <= now ? today : ToUtc(DateOf(now).AddDays(-1), time);
    }
}
