using NCrontab;

namespace Greenery;

/// <summary>When runs are due: an NCRONTAB expression, read in the business's time zone.</summary>
public sealed class Schedule
{
    /// <summary>Five in the morning.</summary>
    public const string Default = "0 0 5 * * *";

    /// <summary>Every day at <see cref="Default"/>, UTC.</summary>
    public static Schedule Daily { get; } = TryParse(Default, TimeZoneInfo.Utc)!;

    private readonly CrontabSchedule _times;

    private Schedule(CrontabSchedule times, TimeZoneInfo zone) => (_times, Zone) = (times, zone);

    /// <summary>The business's time zone.</summary>
    public TimeZoneInfo Zone { get; }

    /// <summary>Reads an expression of six fields, seconds first (<c>0 0 5 * * *</c>), or of five.</summary>
    /// <returns>Null when it is none.</returns>
    public static Schedule? TryParse(string expression, TimeZoneInfo zone)
    {
        var fields = expression.Split(default(char[]), StringSplitOptions.RemoveEmptyEntries);
        var times = CrontabSchedule.TryParse(
            string.Join(' ', fields), new CrontabSchedule.ParseOptions { IncludingSeconds = fields.Length == 6 });
        return times is null ? null : new Schedule(times, zone);
    }

    /// <summary>
    /// The nights after one moment up to another, in order. A local time that the clocks skip counts at the moment they
    /// jump; one that they show twice counts the first time.
    /// </summary>
    public IEnumerable<Slot> Between(DateTimeOffset after, DateTimeOffset upTo)
    {
        // Local times near the ends may lie on the other side of a change of the clocks.
        var (from, to) = (Local(after).AddHours(-3), Local(upTo).AddHours(3));
        return _times.GetNextOccurrences(from, to)
            .Select(local => new Slot(Instant(local), DateOnly.FromDateTime(local)))
            .Where(slot => slot.At > after && slot.At <= upTo)
            .DistinctBy(slot => slot.At);
    }

    /// <summary>The last night at or before a moment; null when there was none within a year.</summary>
    public Slot? LastBefore(DateTimeOffset moment)
    {
        // By larger and larger steps: the schedule may be every minute, or once a year.
        for (var span = TimeSpan.FromDays(1); span < TimeSpan.FromDays(800); span *= 3)
        {
            if (Between(moment - span, moment).LastOrDefault() is { } last)
            {
                return last;
            }
        }
        return null;
    }

    /// <summary>The next night after a moment; null when there is none within a year.</summary>
    public Slot? NextAfter(DateTimeOffset moment) => Between(moment, moment.AddDays(366)).FirstOrDefault();

    /// <summary>The expression.</summary>
    public override string ToString() => _times.ToString();

    private DateTime Local(DateTimeOffset moment) => TimeZoneInfo.ConvertTime(moment, Zone).DateTime;

    private DateTimeOffset Instant(DateTime local)
    {
        if (Zone.IsInvalidTime(local))
        {
            // By the offset before the jump, every skipped time falls at or behind the jump; all of them count as the jump itself.
            return Jump(local);
        }
        var offset = Zone.IsAmbiguousTime(local) ? Zone.GetAmbiguousTimeOffsets(local).Max() : Zone.GetUtcOffset(local);
        return new DateTimeOffset(local, offset).ToUniversalTime();
    }

    private DateTimeOffset Jump(DateTime local)
    {
        var valid = local;
        while (Zone.IsInvalidTime(valid))
        {
            valid = new DateTime(valid.Ticks - (valid.Ticks % TimeSpan.TicksPerMinute) + TimeSpan.TicksPerMinute, DateTimeKind.Unspecified);
        }
        return new DateTimeOffset(valid, Zone.GetUtcOffset(valid)).ToUniversalTime();
    }
}
