using Greenery.Warehouse;
using Npgsql;

namespace Greenery.Models;

/// <summary>Statements that may be refused without the end of their transaction.</summary>
internal static class Savepoint
{
    // PostgreSQL manual, appendix A: classes of errors that the statement and its values are the reason of.
    private static readonly string[] OfStatement =
        ["0A", "20", "21", "22", "23", "2B", "2F", "38", "39", "3F", "42", "54", "P0"];

    /// <summary>
    /// Executes statements; where PostgreSQL refuses them for what they say, the transaction is as it was.
    /// </summary>
    /// <returns>The refusal; null when there is none.</returns>
    public static async Task<PostgresException?> TryAsync(
        NpgsqlConnection connection, NpgsqlTransaction transaction, string sql, CancellationToken cancellationToken)
    {
        await transaction.SaveAsync("before", cancellationToken);
        try
        {
            await connection.ExecuteAsync(sql, null, cancellationToken);
            await transaction.ReleaseAsync("before", cancellationToken);
            return null;
        }
        catch (PostgresException exception) when (OfStatement.Contains(exception.SqlState[..2]))
        {
            await transaction.RollbackAsync("before", cancellationToken);
            await transaction.ReleaseAsync("before", cancellationToken);
            return exception;
        }
    }
}
