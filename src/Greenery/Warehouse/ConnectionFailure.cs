using Npgsql;

namespace Greenery.Warehouse;

/// <summary>Says in words why a connection could not be had.</summary>
internal static class ConnectionFailure
{
    /// <param name="place">Host, port and database.</param>
    /// <param name="isLocal">It is the local services' server, so that no setting names it.</param>
    /// <param name="exception">What went wrong.</param>
    public static InfrastructureException Explain(string place, bool isLocal, Exception exception)
    {
        var reason = exception is PostgresException { MessageText: var text } && ConnectionPooler.IsRefusal(text)
            ? $"{text}. {ConnectionPooler.Advice}"
            : exception is PostgresException refused
            ? $"{refused.MessageText} ({refused.SqlState}). {(isLocal ? Local : Advice(refused.SqlState))}"
            : $"{Innermost(exception)}. "
                + (isLocal ? Local : "Is the server running, and is the address in Greenery:Warehouse right?");
        return new InfrastructureException($"{place} cannot be used: {reason}", exception);
    }

    private const string Local =
        "It is the local PostgreSQL, which is started again by the next command, and by 'greenery serve' within "
        + "seconds; its log is services/postgres.log in the folder of the local data.";

    private static string Advice(string sqlState) => sqlState switch
    {
        PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification =>
            "Check Username and Password in Greenery:Warehouse.",
        PostgresErrorCodes.InvalidCatalogName => "Create the database, or correct Database in Greenery:Warehouse.",
        PostgresErrorCodes.TooManyConnections =>
            "Raise max_connections on the server, or have other programs use fewer connections.",
        PostgresErrorCodes.CannotConnectNow => "The server is starting or stopping; try again in a moment.",
        _ => "See the server's log.",
    };

    private static string Innermost(Exception exception) =>
        exception.InnerException is { } inner ? Innermost(inner) : exception.Message.TrimEnd('.');
}
