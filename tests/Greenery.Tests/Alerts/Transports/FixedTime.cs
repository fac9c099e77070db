namespace Greenery.Tests.Alerts.Transports;

/// <summary>A clock that stands still; timers run as they do.</summary>
internal sealed class FixedTime(DateTimeOffset now) : TimeProvider
{
    public override DateTimeOffset GetUtcNow() => now;
}
