using Npgsql;

namespace Greenery.Warehouse;

/// <summary>Work that may be undone without the end of the connection's transaction.</summary>
internal static class Savepoint
{
    private const string RollBack = "rollback to savepoint before; release savepoint before";

    // PostgreSQL manual, appendix A: classes of errors that the statement and its values are the reason of.
    private static readonly string[] OfStatement =
        ["0A", "20", "21", "22", "23", "2B", "2F", "38", "39", "3F", "42", "54", "P0"];

    /// <summary>
    /// Executes statements; where PostgreSQL refuses them for what they say, the transaction is as it was.
    /// </summary>
    /// <returns>The refusal; null when there is none.</returns>
    public static Task<PostgresException?> TryAsync(
        NpgsqlConnection connection, string sql, CancellationToken cancellationToken) =>
        TryAsync(
            connection, sql, null, refusal => OfStatement.Contains(refusal.SqlState[..2]), cancellationToken);

    /// <summary>Executes statements; after a refusal that is expected the transaction is as it was.</summary>
    /// <param name="connection">In a transaction.</param>
    /// <param name="sql">The statements.</param>
    /// <param name="parameters">Their parameters; null for none.</param>
    /// <param name="isExpected">Says whether a refusal is returned; any other one is thrown.</param>
    /// <param name="cancellationToken">Stops the statements.</param>
    /// <returns>The refusal; null when there is none.</returns>
    public static async Task<PostgresException?> TryAsync(
        NpgsqlConnection connection, string sql, object? parameters, Func<PostgresException, bool> isExpected,
        CancellationToken cancellationToken)
    {
        await connection.ExecuteAsync("savepoint before", null, cancellationToken);
        try
        {
            await connection.ExecuteAsync(sql, parameters, cancellationToken);
            // Not with the statements: they may end in a comment.
            await connection.ExecuteAsync("release savepoint before", null, cancellationToken);
            return null;
        }
        catch (PostgresException exception) when (isExpected(exception))
        {
            await connection.ExecuteAsync(RollBack, null, cancellationToken);
            return exception;
        }
    }

    /// <summary>
    /// Asks for one value; where PostgreSQL refuses the question for what it says, too, the transaction is as it was.
    /// </summary>
    /// <returns>The value, or the refusal.</returns>
    public static async Task<(T? Value, PostgresException? Refusal)> AskAsync<T>(
        NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await connection.ExecuteAsync("savepoint before", null, cancellationToken);
        (T?, PostgresException?) answer;
        try
        {
            answer = (await connection.ExecuteScalarAsync<T>(sql, null, cancellationToken), null);
        }
        catch (PostgresException refusal) when (OfStatement.Contains(refusal.SqlState[..2]))
        {
            answer = (default, refusal);
        }
        await connection.ExecuteAsync(RollBack, null, cancellationToken);
        return answer;
    }

    /// <summary>Does work for the sake of what it returns; the transaction is as it was then.</summary>
    public static async Task<T> UndoAsync<T>(
        NpgsqlConnection connection, Func<Task<T>> workAsync, CancellationToken cancellationToken)
    {
        await connection.ExecuteAsync("savepoint before", null, cancellationToken);
        var result = await workAsync();
        await connection.ExecuteAsync(RollBack, null, cancellationToken);
        return result;
    }
}
