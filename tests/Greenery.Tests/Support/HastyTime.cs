namespace Greenery.Tests.Support;

/// <summary>
/// The system's time, in which pauses of up to a minute are over at once; longer ones last as long as they do.
/// </summary>
internal sealed class HastyTime : TimeProvider
{
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        base.CreateTimer(callback, state, dueTime > TimeSpan.Zero && dueTime <= TimeSpan.FromMinutes(1) ? TimeSpan.Zero
            : dueTime, period);
}
