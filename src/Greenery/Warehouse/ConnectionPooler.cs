using Npgsql;

namespace Greenery.Warehouse;

/// <summary>
/// Finds a connection pooler that gives a client another server session for each transaction, such as PgBouncer with
/// <c>pool_mode = transaction</c>. Advisory locks and settings of a session are worth nothing there.
/// </summary>
internal static class ConnectionPooler
{
    public const string Advice =
        "A connection pooler such as PgBouncer in transaction mode cannot be used: locks and settings of a session get "
        + "lost between transactions. Set Greenery:Warehouse to the server's own port (5432 by default), or the pooler "
        + "to pool_mode = session and ignore_startup_parameters = options.";

    /// <summary>The message for a user.</summary>
    /// <param name="place">Host, port and database.</param>
    public static string Refusal(string place) =>
        $"{place} leads to another session of the server for each transaction; expected one session. {Advice}";

    /// <summary>Whether a refusal to connect is PgBouncer's, which by default takes no <c>options</c>.</summary>
    public static bool IsRefusal(string text) =>
        text.Contains("unsupported startup parameter", StringComparison.OrdinalIgnoreCase);

    /// <param name="dataSource">Gives a second connection.</param>
    /// <param name="first">An open connection, outside of transactions.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<bool> IsInTransactionModeAsync(
        NpgsqlDataSource dataSource, NpgsqlConnection first, CancellationToken cancellationToken)
    {
        var pid = await ServerProcessAsync(first, cancellationToken);
        // The server itself says its process when it is connected to; a pooler in session mode says another one, too.
        if (pid == first.ProcessID)
        {
            return false;
        }
        await using var second = await dataSource.OpenConnectionAsync(cancellationToken);
        var other = await ServerProcessAsync(second, cancellationToken);
        // While both are open, sessions that are kept stay the same, and are not shared.
        return other == pid || await ServerProcessAsync(first, cancellationToken) != pid
            || await ServerProcessAsync(second, cancellationToken) != other;
    }

    private static Task<int> ServerProcessAsync(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        connection.ExecuteScalarAsync<int>("select pg_backend_pid()", null, cancellationToken);
}
