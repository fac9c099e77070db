using System.Data;
using System.Text;
using Npgsql;

namespace Greenery.Warehouse;

/// <summary>
/// What exceptions say, for logs and ledgers: without the values of rows that PostgreSQL and the mapping of rows quote
/// in their messages, which may be personal data.
/// </summary>
public static class ExceptionText
{
    /// <summary>The message alone.</summary>
    public static string MessageOf(Exception exception) => exception switch
    {
        PostgresException => PostgresMessage.Describe(exception),
        // Dapper names the value that it could not take: "Error parsing column 0 (name=Ana - String)".
        DataException { InnerException: { } inner } => $"A row cannot be read: {MessageOf(inner)}",
        DataException => "A row cannot be read.",
        // Its own message has those of the others in it.
        AggregateException several => string.Join(' ', several.InnerExceptions.Select(MessageOf)),
        _ => exception.Message,
    };

    /// <summary>Types, messages and traces of an exception and of all that caused it, to mend a defect by.</summary>
    public static string Trace(Exception exception)
    {
        var text = new StringBuilder();
        Append(text, exception);
        return text.ToString();
    }

    private static void Append(StringBuilder text, Exception exception)
    {
        text.Append(exception.GetType().FullName).Append(": ").Append(MessageOf(exception));
        if (exception.StackTrace is { } trace)
        {
            text.Append('\n').Append(trace);
        }
        foreach (var cause in Causes(exception))
        {
            text.Append("\n ---> ");
            Append(text, cause);
        }
    }

    private static Exception[] Causes(Exception exception) => exception switch
    {
        AggregateException several => [.. several.InnerExceptions],
        { InnerException: { } inner } => [inner],
        _ => [],
    };
}
