using Dapper;
using Npgsql;

namespace Greenery.Warehouse;

/// <summary>Locks of a session's own making, which end with the session or before.</summary>
internal static class AdvisoryLock
{
    /// <summary>A server that does not answer this is given up: the locks end with the session.</summary>
    private const int PatienceInSeconds = 30;

    /// <summary>
    /// Gives back all locks of the session and closes it. A pooled connection is only cleaned up when it is used again:
    /// until then any process that waits for the lock would wait for that.
    /// </summary>
    public static async ValueTask ReleaseAsync(NpgsqlConnection connection)
    {
        try
        {
            if (connection.State == System.Data.ConnectionState.Open)
            {
                await connection.ExecuteAsync(new CommandDefinition(
                    "select pg_advisory_unlock_all()", commandTimeout: PatienceInSeconds));
            }
        }
        catch (NpgsqlException)
        {
            // A session that was cut holds nothing.
        }
        await connection.DisposeAsync();
    }
}
