using Dapper;
using Npgsql;

namespace Greenery.Warehouse;

/// <summary>
/// Dapper with the cancellation token where it belongs: last, and never forgotten. Where the server refuses to write,
/// all sessions of the pool are given up: those that begin while it is read-only stay so when it is no more.
/// </summary>
public static class DapperExtensions
{
    /// <summary>Executes statements; returns the rows they changed.</summary>
    public static Task<int> ExecuteAsync(
        this NpgsqlConnection connection, string sql, object? parameters, CancellationToken cancellationToken) =>
        GuardAsync(connection, () => connection.ExecuteAsync(
            new CommandDefinition(sql, parameters, cancellationToken: cancellationToken)));

    /// <summary>Executes statements in one round trip, in the transaction at hand.</summary>
    public static async Task ExecuteBatchAsync(
        this NpgsqlConnection connection, IEnumerable<string> statements, CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(connection);
        foreach (var statement in statements)
        {
            batch.BatchCommands.Add(new NpgsqlBatchCommand(statement));
        }
        await GuardAsync(connection, () => batch.ExecuteNonQueryAsync(cancellationToken));
    }

    /// <summary>Executes a <c>create table ... as</c>; returns the rows of the table.</summary>
    public static async Task<long> CreateTableAsync(
        this NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(connection) { BatchCommands = { new NpgsqlBatchCommand(sql) } };
        await GuardAsync(connection, () => batch.ExecuteNonQueryAsync(cancellationToken));
        return (long)batch.BatchCommands[0].Rows;
    }

    /// <summary>All rows of a query.</summary>
    public static async Task<List<T>> QueryAsync<T>(
        this NpgsqlConnection connection, string sql, object? parameters, CancellationToken cancellationToken) =>
        (await GuardAsync(connection, () => connection.QueryAsync<T>(
            new CommandDefinition(sql, parameters, cancellationToken: cancellationToken)))).AsList();

    /// <summary>The first row of a query; default when there is none.</summary>
    public static Task<T?> QueryFirstOrDefaultAsync<T>(
        this NpgsqlConnection connection, string sql, object? parameters, CancellationToken cancellationToken) =>
        GuardAsync(connection, () => connection.QueryFirstOrDefaultAsync<T>(
            new CommandDefinition(sql, parameters, cancellationToken: cancellationToken)));

    /// <summary>The first column of the first row; default when there is none.</summary>
    public static Task<T?> ExecuteScalarAsync<T>(
        this NpgsqlConnection connection, string sql, object? parameters, CancellationToken cancellationToken) =>
        GuardAsync(connection, () => connection.ExecuteScalarAsync<T>(
            new CommandDefinition(sql, parameters, cancellationToken: cancellationToken)));

    private static async Task<T> GuardAsync<T>(NpgsqlConnection connection, Func<Task<T>> workAsync)
    {
        try
        {
            return await workAsync();
        }
        catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.ReadOnlySqlTransaction)
        {
            PostgresWarehouse.ForgetSessions(connection);
            throw;
        }
    }
}
