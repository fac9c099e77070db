using System.Diagnostics;
using Npgsql;

namespace Greenery.Warehouse;

/// <summary>
/// Ends work that has no lease when the database ceases to answer for as long as a lease lasts. The work may take as
/// long as it likes while the database answers others: it is asked again and again, on another connection.
/// </summary>
public static class SilenceLimit
{
    /// <summary>The same as that of a run in one process.</summary>
    public static readonly TimeSpan Usual = RunLease.SessionHeldLength;

    /// <summary>Does work until it is done, is cancelled, or the database is silent for too long.</summary>
    /// <param name="warehouse">Is asked.</param>
    /// <param name="limit">How long it may be silent.</param>
    /// <param name="workAsync">The work.</param>
    /// <param name="cancellationToken">Cancels the work.</param>
    /// <exception cref="InfrastructureException">It was silent for too long.</exception>
    public static async Task<T> RunAsync<T>(
        PostgresWarehouse warehouse, TimeSpan limit, Func<CancellationToken, Task<T>> workAsync,
        CancellationToken cancellationToken)
    {
        using var silent = new CancellationTokenSource();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, silent.Token);
        using var end = new CancellationTokenSource();
        var watching = WatchAsync(warehouse, limit, silent, end.Token);
        try
        {
            return await TimeLimit.RunAsync(workAsync, stop.Token);
        }
        catch (OperationCanceledException exception) when (silent.IsCancellationRequested
            && !cancellationToken.IsCancellationRequested)
        {
            throw TimeLimit.Silence(limit, exception);
        }
        finally
        {
            await end.CancelAsync();
            await watching;
        }
    }

    private static async Task WatchAsync(
        PostgresWarehouse warehouse, TimeSpan limit, CancellationTokenSource silent, CancellationToken end)
    {
        var answered = Stopwatch.GetTimestamp();
        try
        {
            while (Stopwatch.GetElapsedTime(answered) < limit)
            {
                await Task.Delay(limit / 6, end);
                // A server that refuses is none that is silent: the work finds out by itself.
                answered = await AnswersAsync(warehouse, limit / 3, end) ? Stopwatch.GetTimestamp() : answered;
            }
            await silent.CancelAsync();
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            // The work is done.
        }
    }

    private static async Task<bool> AnswersAsync(
        PostgresWarehouse warehouse, TimeSpan limit, CancellationToken cancellationToken)
    {
        try
        {
            return await TimeLimit.RunAsync(limit, async token =>
            {
                await using var connection = await warehouse.ConnectAsync(token);
                return await connection.ExecuteScalarAsync<bool>("select true", null, token);
            }, cancellationToken);
        }
        catch (PostgresException)
        {
            return true;
        }
        catch (InfrastructureException exception) when (exception.InnerException is PostgresException)
        {
            return true;
        }
        catch (Exception exception) when (exception is InfrastructureException or NpgsqlException)
        {
            return false;
        }
    }
}
