namespace Greenery;

/// <summary>
/// Between UTC and the business's local time (<c>Greenery:TimeZone</c>), also on days when clocks are changed.
/// </summary>
/// <param name="Zone">The business's time zone.</param>
public sealed record LocalTime(TimeZoneInfo Zone)
{
    public static LocalTime Utc { get; } = new(TimeZoneInfo.Utc);

    /// <summary>What clocks show there.</summary>
    public DateTime Of(DateTime utc) => TimeZoneInfo.ConvertTimeFromUtc(utc, Zone);

    /// <summary>The same moment with the zone's offset, for texts that say which zone they are in.</summary>
    public DateTimeOffset At(DateTime utc) => TimeZoneInfo.ConvertTime(new DateTimeOffset(utc, TimeSpan.Zero), Zone);

    /// <summary>The date there.</summary>
    public DateOnly DateOf(DateTime utc) => DateOnly.FromDateTime(Of(utc));

    /// <summary>
    /// When clocks there show this time. A time that is skipped when clocks are put forward counts at the moment they
    /// jump; of a time that comes twice it is the first.
    /// </summary>
    public DateTime ToUtc(DateOnly date, TimeOnly time) => Instant(date.ToDateTime(time)).UtcDateTime;

    /// <summary>As <see cref="ToUtc"/>, of a date with a time.</summary>
    public DateTimeOffset Instant(DateTime local)
    {
        // Only the conversion from UTC is used: the other one errs in zones whose winter is the exception, such as
        // Dublin.
        var asUtc = new DateTimeOffset(DateTime.SpecifyKind(local, DateTimeKind.Unspecified), TimeSpan.Zero);
        DateTimeOffset[] moments =
            [.. new[] { asUtc.AddDays(-1), asUtc.AddDays(1) }.Select(day => asUtc - Zone.GetUtcOffset(day)).Order()];
        foreach (var moment in moments.Where(moment => Shown(moment) == local))
        {
            return moment;
        }
        return Jump(local, moments[0], moments[1]);
    }

    /// <summary>The last moment, not after <paramref name="now"/>, at which clocks there showed this time.</summary>
    public DateTime Last(TimeOnly time, DateTime now)
    {
        var today = ToUtc(DateOf(now), time);
        return today <= now ? today : ToUtc(DateOf(now).AddDays(-1), time);
    }

    private DateTime Shown(DateTimeOffset moment) => TimeZoneInfo.ConvertTime(moment, Zone).DateTime;

    /// <summary>When the clock goes past a time it skips.</summary>
    private DateTimeOffset Jump(DateTime local, DateTimeOffset before, DateTimeOffset after)
    {
        while (after - before > TimeSpan.FromSeconds(1))
        {
            var middle = before + ((after - before) / 2);
            (before, after) = Shown(middle) < local ? (middle, after) : (before, middle);
        }
        return new DateTimeOffset(after.Ticks - (after.Ticks % TimeSpan.TicksPerSecond), TimeSpan.Zero);
    }
}
