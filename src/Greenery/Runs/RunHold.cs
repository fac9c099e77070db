using Dapper;
using Greenery.Warehouse;
using Npgsql;

namespace Greenery.Runs;

/// <summary>
/// Holds a run for as long as this process lives: the session keeps an advisory lock on the run's number, so that its
/// death is seen at once, and renews the lease.
/// </summary>
public sealed class RunHold : IAsyncDisposable
{
    /// <summary>A lease that was not renewed for this long is over, also where nobody can see its holder.</summary>
    public static readonly TimeSpan LeaseLength = TimeSpan.FromMinutes(2);

    private static readonly TimeSpan RenewEvery = TimeSpan.FromSeconds(20);

    private readonly NpgsqlConnection _connection;
    private readonly CancellationTokenSource _stop = new();
    private readonly CancellationTokenSource _lost = new();
    private readonly Task _renewing;

    internal RunHold(NpgsqlConnection connection, RunLease lease, TimeProvider time)
    {
        (_connection, Lease) = (connection, lease);
        _renewing = RenewAsync(time);
    }

    public RunLease Lease { get; }

    /// <summary>Cancelled when the lease could not be renewed: what is under way would be refused at its commit.</summary>
    public CancellationToken Lost => _lost.Token;

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _renewing;
        await _connection.DisposeAsync();
        _stop.Dispose();
        _lost.Dispose();
    }

    private async Task RenewAsync(TimeProvider time)
    {
        try
        {
            using var timer = new PeriodicTimer(RenewEvery, time);
            while (await timer.WaitForNextTickAsync(_stop.Token))
            {
                var renewed = await _connection.ExecuteAsync(new CommandDefinition(
                    "update ops.lease set expires_at = clock_timestamp() + @LeaseLength where run_id = @RunId and token = @Token",
                    new { LeaseLength, Lease.RunId, Lease.Token }, commandTimeout: 30, cancellationToken: _stop.Token));
                if (renewed == 0)
                {
                    await _lost.CancelAsync();
                    return;
                }
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The run is over.
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            // Whatever it was: without a renewal the run is not ours for long.
            await _lost.CancelAsync();
        }
    }
}
