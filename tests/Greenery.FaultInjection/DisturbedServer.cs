using System.Diagnostics;
using Greenery.Warehouse;
using Npgsql;

namespace Greenery.FaultInjection;

/// <summary>
/// The PostgreSQL whose runs are disturbed: one of the session's own, or a cluster that others have set up.
/// </summary>
internal abstract class DisturbedServer : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private volatile bool _isRestarting;
    private volatile int _restarts;

    /// <summary>Whether connections are rightly lost at this moment.</summary>
    public bool IsRestarting => _isRestarting;

    /// <summary>How often it was restarted, or a node of it.</summary>
    public int Restarts => _restarts;

    /// <summary>The connection string of a database.</summary>
    public abstract string Of(string database);

    /// <summary>Makes a database.</summary>
    public abstract Task CreateAsync(string database);

    /// <summary>Drops it again, whatever sessions it has.</summary>
    public abstract Task DropAsync(string database);

    /// <summary>Does something to the server itself; returns when it answers again.</summary>
    /// <param name="kind">What.</param>
    /// <param name="database">Whose run is at work.</param>
    public abstract Task DisturbAsync(DisturbanceKind kind, string database);

    public abstract ValueTask DisposeAsync();

    /// <summary>A session that no disturbance but a restart touches.</summary>
    public async Task<NpgsqlConnection> ConnectAsync(string database)
    {
        var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(Of(database))
        {
            Pooling = false, ApplicationName = "fault-injection", CommandTimeout = 120,
        }.ConnectionString);
        await connection.OpenAsync();
        return connection;
    }

    /// <summary>Ends it, or a node of it, and waits until it answers.</summary>
    /// <param name="endAsync">Returns when it takes no connections any more.</param>
    /// <param name="answerAsync">Throws while it does not answer.</param>
    protected async Task RestartAsync(Func<Task> endAsync, Func<Task> answerAsync)
    {
        _restarts++;
        _isRestarting = true;
        await endAsync();
        for (var patience = Stopwatch.StartNew(); _isRestarting;)
        {
            try
            {
                await answerAsync();
                _isRestarting = false;
            }
            catch (Exception exception) when (
                exception is NpgsqlException or InfrastructureException && patience.Elapsed < Patience)
            {
                await Task.Delay(50);
            }
        }
    }
}
