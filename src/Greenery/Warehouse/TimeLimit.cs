namespace Greenery.Warehouse;

/// <summary>
/// Ends the waiting for a server that stays connected and never answers. A statement that is cancelled first asks the
/// server to cancel it and waits for that, too; here nothing waits for longer than it should, and work that does not
/// end is left to itself: whatever it still wants to write is refused for want of the lease.
/// </summary>
public static class TimeLimit
{
    /// <summary>How long cancelled work may take to roll back, in a process that is about to end.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromSeconds(6);

    // Once a limit is over, not much more is expected.
    private static readonly TimeSpan ShortGrace = TimeSpan.FromSeconds(1);

    /// <summary>Does work until it is cancelled; then waits for its end for the grace only.</summary>
    /// <param name="workAsync">Its token is cancelled on another thread, so that the caller never waits.</param>
    /// <param name="cancellationToken">Cancels the work.</param>
    /// <exception cref="OperationCanceledException">It was cancelled and did not end within the grace.</exception>
    public static Task<T> RunAsync<T>(
        Func<CancellationToken, Task<T>> workAsync, CancellationToken cancellationToken) =>
        RunAsync(Timeout.InfiniteTimeSpan, Grace, workAsync, cancellationToken);

    /// <summary>As the other, and cancels the work when the limit is over.</summary>
    /// <exception cref="InfrastructureException">The limit was over.</exception>
    public static Task<T> RunAsync<T>(
        TimeSpan limit, Func<CancellationToken, Task<T>> workAsync, CancellationToken cancellationToken) =>
        RunAsync(limit, ShortGrace, workAsync, cancellationToken);

    /// <summary>As the others, with a grace of the caller's.</summary>
    public static async Task<T> RunAsync<T>(
        TimeSpan limit, TimeSpan grace, Func<CancellationToken, Task<T>> workAsync,
        CancellationToken cancellationToken)
    {
        // Not disposed of: work that was left to itself may look at it much later.
        var stop = new CancellationTokenSource();
        var work = Task.Run(() => workAsync(stop.Token), CancellationToken.None);
        if (await EndsAsync(work, limit, cancellationToken))
        {
            return await work;
        }
        _ = stop.CancelAsync();
        if (!await EndsAsync(work, grace, CancellationToken.None))
        {
            Forget(work);
            throw cancellationToken.IsCancellationRequested
                ? new OperationCanceledException(cancellationToken)
                : Silence(limit, null);
        }
        try
        {
            return await work;
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw Silence(limit, exception);
        }
        catch (OperationCanceledException exception)
        {
            throw new OperationCanceledException(exception.Message, exception, cancellationToken);
        }
    }

    /// <summary>As the others, for work without a result.</summary>
    public static Task RunAsync(
        TimeSpan limit, Func<CancellationToken, Task> workAsync, CancellationToken cancellationToken) => RunAsync(
        limit,
        async token =>
        {
            await workAsync(token);
            return true;
        },
        cancellationToken);

    /// <summary>What is said of a server that is connected and does not answer.</summary>
    public static InfrastructureException Silence(TimeSpan limit, Exception? inner) => new(
        $"The database did not answer for {Seconds(limit)}. See whether the server and the network "
        + "between are well; a run that was under way is resumed by the next one.", inner);

    private static string Seconds(TimeSpan limit) =>
        Math.Round(limit.TotalSeconds) is var seconds and not 1 ? $"{seconds:0} seconds" : "1 second";

    private static async Task<bool> EndsAsync(Task work, TimeSpan limit, CancellationToken cancellationToken)
    {
        using var waiting = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var ended = await Task.WhenAny(work, Task.Delay(limit, waiting.Token)) == work;
        await waiting.CancelAsync();
        return ended;
    }

    // An exception that is never looked at would be reported as one when it is collected.
    private static void Forget(Task work) => _ = work.ContinueWith(
        task => task.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
}
