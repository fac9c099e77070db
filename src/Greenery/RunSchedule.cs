using NCrontab;

namespace Greenery;

/// <summary>When runs are due: an NCRONTAB expression, read in the business's time zone.</summary>
public sealed class RunSchedule
{
    /// <summary>Five in the morning.</summary>
    public const string Default = "0 0 5 * * *";

    /// <summary>Every day at <see cref="Default"/>, UTC.</summary>
    public static RunSchedule Daily { get; } = TryParse(Default, TimeZoneInfo.Utc)!;

    private readonly CrontabSchedule _times;
    private readonly LocalTime _local;

    private RunSchedule(CrontabSchedule times, TimeZoneInfo zone) => (_times, _local) = (times, new LocalTime(zone));

    /// <summary>The business's time zone.</summary>
    public TimeZoneInfo Zone => _local.Zone;

    /// <summary>Reads an expression of six fields, seconds first (<c>0 0 5 * * *</c>), or of five.</summary>
    /// <returns>Null when it is none.</returns>
    public static RunSchedule? TryParse(string expression, TimeZoneInfo zone)
    {
        var fields = expression.Split(default(char[]), StringSplitOptions.RemoveEmptyEntries);
        var times = CrontabSchedule.TryParse(
            string.Join(' ', fields), new CrontabSchedule.ParseOptions { IncludingSeconds = fields.Length == 6 });
        return times is null ? null : new RunSchedule(times, zone);
    }

    /// <summary>
    /// The scheduled runs after one moment up to another, in order. A local time that the clocks skip counts at the
    /// moment they jump; one that they show twice counts the first time.
    /// </summary>
    public IEnumerable<ScheduledRun> Between(DateTimeOffset after, DateTimeOffset upTo)
    {
        // Local times near the ends may lie on the other side of a change of the clocks.
        var (from, to) = (_local.Of(after.UtcDateTime).AddHours(-3), _local.Of(upTo.UtcDateTime).AddHours(3));
        return _times.GetNextOccurrences(from, to)
            .Select(local => new ScheduledRun(_local.Instant(local), DateOnly.FromDateTime(local)))
            .Where(scheduledRun => scheduledRun.At > after && scheduledRun.At <= upTo)
            .DistinctBy(scheduledRun => scheduledRun.At);
    }

    /// <summary>The last scheduled run at or before a moment; null when there was none within a year.</summary>
    public ScheduledRun? LastBefore(DateTimeOffset moment)
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

    /// <summary>The next scheduled run after a moment; null when there is none within a year.</summary>
    public ScheduledRun? NextAfter(DateTimeOffset moment) => Between(moment, moment.AddDays(366)).FirstOrDefault();

    /// <summary>The expression.</summary>
    public override string ToString() => _times.ToString();
}
