namespace Greenery.Alerts.Channels;

/// <summary>Lets senders pass one after another, a gap apart; who comes too early waits.</summary>
internal sealed class RateLimiter(TimeSpan gap, TimeProvider time)
{
    private readonly Lock _lock = new();
    private readonly long _start = time.GetTimestamp();
    private TimeSpan _next = TimeSpan.Zero;

    public Task WaitAsync(CancellationToken cancellationToken)
    {
        var wait = Reserve();
        return wait > TimeSpan.Zero ? Task.Delay(wait, time, cancellationToken) : Task.CompletedTask;
    }

    private TimeSpan Reserve()
    {
        lock (_lock)
        {
            var now = time.GetElapsedTime(_start);
            var turn = _next > now ? _next : now;
            _next = turn + gap;
            return turn - now;
        }
    }
}
