using System.Text.RegularExpressions;
using Npgsql;

namespace Greenery.Warehouse;

/// <summary>
/// What PostgreSQL says of a failed statement, for messages that leave the database: without the values of rows that it
/// quotes, which may be personal data.
/// </summary>
public static partial class PostgresMessage
{
    /// <summary>The message of an exception that may come from PostgreSQL or from the way to it.</summary>
    public static string Describe(Exception exception) =>
        exception is PostgresException refused ? $"PostgreSQL: {Of(refused)}." : exception.Message;

    /// <summary>Such as <c>invalid input syntax for type integer: "***" (22P02)</c>.</summary>
    public static string Of(PostgresException exception) => $"{Reason(exception)} ({exception.SqlState})";

    private static string Reason(PostgresException exception) => exception switch
    {
        { SqlState: PostgresErrorCodes.ReadOnlySqlTransaction } =>
            $"{exception.MessageText}; the server is a standby, or set to read-only. Set Greenery:Warehouse to the "
            + "primary server, or default_transaction_read_only to off",
        // Text of a function, with whatever it put into it.
        { Routine: "exec_stmt_raise" or "exec_stmt_assert" } =>
            "a function raised an exception; call it by hand to read its text",
        // With a position the statement itself is quoted, without one a value that it read.
        { Position: > 0 } => exception.MessageText,
        // PostgreSQL manual, appendix A: a value that does not fit, or that is taken for a name, as in 'x'::regclass.
        _ => exception.SqlState[..2] switch
        {
            "22" => Quoted().Replace(exception.MessageText, "\"***\""),
            "0A" or "3F" or "42" when exception.SqlState != PostgresErrorCodes.InsufficientPrivilege =>
                Said().Replace(Quoted().Replace(exception.MessageText, "\"***\""), ": ***"),
            _ => exception.MessageText,
        },
    };

    // From the first quote to the last: a value may hold quotes itself.
    [GeneratedRegex("\".*\"", RegexOptions.Singleline)]
    private static partial Regex Quoted();

    [GeneratedRegex(": .*$", RegexOptions.Singleline)]
    private static partial Regex Said();
}
