namespace Greenery.Tests.Alerts.Channels;

/// <summary>A clock that stands still; timers run as they do.</summary>
internal sealed class FrozenTime(DateTimeOffset now) : TimeProvider
{
    public override DateTimeOffset GetUtcNow() => now;
}
