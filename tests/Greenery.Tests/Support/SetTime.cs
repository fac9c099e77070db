using System.Globalization;

namespace Greenery.Tests.Support;

/// <summary>A clock that shows what the test sets. Pauses last as long as they do.</summary>
internal sealed class SetTime(string now) : TimeProvider
{
    public DateTimeOffset Now { get; set; } = At(now);

    public override DateTimeOffset GetUtcNow() => Now;

    /// <summary>A moment in UTC: <c>2026-03-29 01:00</c>.</summary>
    public static DateTimeOffset At(string utc) => DateTimeOffset.Parse(
        utc, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
}
