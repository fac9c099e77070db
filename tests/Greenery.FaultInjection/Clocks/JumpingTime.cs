namespace Greenery.FaultInjection.Clocks;

/// <summary>The system's clock, set wrong by what the test says; timers go on as they do.</summary>
internal sealed class JumpingTime : TimeProvider
{
    public TimeSpan Ahead { get; set; }

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Ahead;
}
