namespace Greenery.Tests.Support;

/// <summary>
/// A clock that a test sets. Pauses of up to half a minute are over at once, and the clock is later by them.
/// </summary>
internal sealed class TestTime(DateTime start) : TimeProvider
{
    private long _ticks = start.Ticks;

    /// <summary>UTC.</summary>
    public DateTime Now => new(Interlocked.Read(ref _ticks), DateTimeKind.Utc);

    public void Set(DateTime now) => Interlocked.Exchange(ref _ticks, now.Ticks);

    public void Advance(TimeSpan by) => Interlocked.Add(ref _ticks, by.Ticks);

    public override DateTimeOffset GetUtcNow() => new(Now);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var isShort = dueTime > TimeSpan.Zero && dueTime <= TimeSpan.FromSeconds(30);
        if (isShort)
        {
            Advance(dueTime);
        }
        return base.CreateTimer(callback, state, isShort ? TimeSpan.Zero : dueTime, period);
    }
}
