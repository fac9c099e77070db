namespace Greenery.Tests.Alerts.Channels;

/// <summary>A clock that does not advance; timers run as usual.</summary>
internal sealed class FrozenTime(DateTimeOffset now) : TimeProvider
{
    public override DateTimeOffset GetUtcNow() => now;
}
