using System.Globalization;
using Greenery.Presentation;
using Greenery.Warehouse;
using Npgsql;

namespace Greenery.Workshop;

/// <summary>
/// Evaluates a project's SQL where it cannot change anything: in a transaction that only reads, sees one state of the
/// database, and has a time limit for each statement.
/// </summary>
/// <param name="warehouse">The database.</param>
/// <param name="timeLimit">Of each statement.</param>
internal sealed class ReadOnlySession(PostgresWarehouse warehouse, TimeSpan timeLimit)
{
    // PostgreSQL manual, appendix A: what the statement and the values that it reads are the reason of.
    private static readonly string[] OfStatement = ["0A", "20", "21", "22", "2F", "38", "39", "3F", "42", "54", "P0"];

    /// <summary>Does work with a connection whose transaction only reads.</summary>
    /// <param name="place">For messages: what is evaluated; PostgreSQL's refusal may say where in it.</param>
    /// <param name="workAsync">The work.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="ConfigurationException">The SQL is refused, or takes too long.</exception>
    public async Task<T> RunAsync<T>(
        Func<PostgresException, string> place, Func<NpgsqlConnection, CancellationToken, Task<T>> workAsync,
        CancellationToken cancellationToken)
    {
        await using var connection = await warehouse.ConnectAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await connection.ExecuteBatchAsync(
            ["set transaction isolation level repeatable read, read only",
                "set local datestyle to 'ISO, YMD'", "set local work_mem = '64MB'",
                string.Create(CultureInfo.InvariantCulture,
                    $"set local statement_timeout = {timeLimit.TotalMilliseconds:0}")], cancellationToken);
        try
        {
            return await workAsync(connection, cancellationToken);
        }
        catch (PostgresException exception) when (Explain(exception) is { } reason)
        {
            throw new ConfigurationException(place(exception), reason);
        }
    }

    private string? Explain(PostgresException exception) => exception.SqlState switch
    {
        PostgresErrorCodes.QueryCanceled when exception.MessageText.Contains(
            "statement timeout", StringComparison.Ordinal) =>
            $"takes longer than {NumberFormat.Duration(timeLimit)} and was stopped. Nothing was changed.",
        PostgresErrorCodes.InsufficientPrivilege =>
            $"{exception.MessageText}. Expected a role that may read what runs read and build: that of the runs, or "
            + "one with select on all tables of schemas staging, warehouse and ops.",
        PostgresErrorCodes.ReadOnlySqlTransaction =>
            $"{exception.MessageText}; expected a select that only reads.",
        PostgresErrorCodes.UndefinedColumn or PostgresErrorCodes.UndefinedTable =>
            $"{Refusal(exception)} Tables and views are as the last run left them: what came into the project since "
            + "is there after the next run.",
        _ => OfStatement.Contains(exception.SqlState[..2]) ? Refusal(exception) : null,
    };

    private static string Refusal(PostgresException exception) =>
        $"PostgreSQL refuses it: {PostgresMessage.Of(exception)}.{(exception.Hint is { } hint ? $" {hint}" : "")}";
}
