using System.Text.RegularExpressions;
using Npgsql;

namespace Greenery.Warehouse;

/// <summary>
/// What PostgreSQL says of a failed statement, for messages that leave the database: without the values of rows that it
/// quotes, which may be personal data.
/// </summary>
internal static partial class PostgresMessage
{
    // PostgreSQL manual, appendix A. Class 22: a value does not fit. The others arise where a value is taken for a name,
    // as in 'x'::regclass.
    private static readonly string[] NamesFromValues = ["42704", "42P01", "42883", "42703", "3F000"];

    /// <summary>Such as <c>invalid input syntax for type integer: "***" (22P02)</c>.</summary>
    public static string Of(PostgresException exception) => $"{Words(exception)} ({exception.SqlState})";

    private static string Words(PostgresException exception) => exception switch
    {
        // Text of a function, with whatever it put into it.
        { Routine: "exec_stmt_raise" } => "a function raised an exception; call it by hand to read its text",
        // With a position the statement itself is quoted, without one a value that it read.
        { Position: > 0 } => exception.MessageText,
        _ when exception.SqlState.StartsWith("22", StringComparison.Ordinal)
            || NamesFromValues.Contains(exception.SqlState) => Quoted().Replace(exception.MessageText, "\"***\""),
        _ => exception.MessageText,
    };

    // From the first quote to the last: a value may hold quotes itself.
    [GeneratedRegex("\".*\"", RegexOptions.Singleline)]
    private static partial Regex Quoted();
}
