using Azure;
using Npgsql;

namespace Greenery.Runs;

/// <summary>Which errors may be gone the next time. Errors of data and of contracts never are.</summary>
internal static class Transient
{
    /// <summary>
    /// Lost connections, a server that starts or stops, too many connections, locks held by others, deadlocks,
    /// serialization failures, HTTP 408, 429 and 5xx.
    /// </summary>
    public static bool Is(Exception exception) => exception switch
    {
        PostgresException postgres =>
            postgres.SqlState is "40001" or "40P01" or "53300" or "55P03" or "57P01" or "57P02" or "57P03"
            || postgres.SqlState.StartsWith("08", StringComparison.Ordinal),
        NpgsqlException npgsql => npgsql.IsTransient || npgsql.InnerException is IOException,
        RequestFailedException request => request.Status is 0 or 408 or 429 or >= 500,
        InfrastructureException { InnerException: { } inner } => Is(inner),
        _ => false,
    };
}
