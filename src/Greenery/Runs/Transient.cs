using System.Data;
using System.Net.Sockets;
using System.Xml;
using Azure;
using Azure.Identity;
using Npgsql;

namespace Greenery.Runs;

/// <summary>Which errors may be gone the next time. Errors of data and of contracts never are.</summary>
internal static class Transient
{
    /// <summary>
    /// Lost connections, a server that starts or stops, too many connections, a server without disk space or memory,
    /// one that is read-only (a run's steps come after writing its lease, so it is being demoted), locks held by
    /// others, deadlocks, serialization failures, HTTP 408, 429 and 5xx, a storage that is not reached or answers by
    /// halves, an identity whose service is away.
    /// </summary>
    public static bool Is(Exception exception) => exception switch
    {
        PostgresException postgres =>
            postgres.SqlState is "25006" or "40001" or "40P01" or "53100" or "53200" or "53300" or "55P03"
                or "57P01" or "57P02" or "57P03"
            || postgres.SqlState.StartsWith("08", StringComparison.Ordinal) || IsNodeLost(postgres),
        NpgsqlException npgsql =>
            npgsql.IsTransient || npgsql.InnerException is IOException || IsInner(npgsql.InnerException),
        RequestFailedException request => IsTransientStatus(request.Status),
        AuthenticationFailedException identity => IsServiceAway(identity),
        AggregateException => IsInner(exception),
        // As Dapper reports a connection that breaks while it reads a row.
        DataException { InnerException: NpgsqlException broken } => Is(broken),
        InfrastructureException { InnerException: { } inner } => IsInner(inner),
        _ => false,
    };

    /// <summary>
    /// What is an outage only where the code around it says that a service was asked: a bare one may have any reason.
    /// </summary>
    private static bool IsInner(Exception? inner) => inner switch
    {
        // A client that asked several times gives all its failures; the last one says how things are now.
        AggregateException { InnerExceptions: [.., var last] } => IsInner(last),
        IOException broken => !IsInTheWay(broken),
        // Cancelled by the client's own time limit: what a user cancels is never wrapped.
        SocketException or HttpRequestException or TimeoutException or OperationCanceledException or XmlException =>
            true,
        null => false,
        _ => Is(inner),
    };

    // As the coordinator of a cluster says that a node broke off in the middle of a transaction; Citus has no code
    // for it.
    private static readonly string[] LostNodes =
        ["failure on connection", "failed to prepare transaction", "failed to read result"];

    private static bool IsNodeLost(PostgresException exception) =>
        exception.SqlState == PostgresErrorCodes.InternalError
        && LostNodes.Any(start => exception.MessageText.StartsWith(start, StringComparison.Ordinal));

    // The service of tokens failed, or was not reached. That no identity is set up, or that one is refused, remains so.
    private static bool IsServiceAway(AuthenticationFailedException failed)
    {
        if (failed is CredentialUnavailableException)
        {
            return false;
        }
        for (var inner = failed.InnerException; inner is not null; inner = Last(inner))
        {
            if (StatusOf(inner) is { } status)
            {
                return IsTransientStatus(status);
            }
        }
        return true;
    }

    private static Exception? Last(Exception exception) =>
        exception is AggregateException { InnerExceptions: [.., var last] } ? last : exception.InnerException;

    private static int? StatusOf(Exception exception) => exception switch
    {
        RequestFailedException request => request.Status,
        Microsoft.Identity.Client.MsalServiceException refused => refused.StatusCode,
        _ => null,
    };

    // Zero: no answer came.
    private static bool IsTransientStatus(int status) => status is 0 or 408 or 429 or >= 500;

    // A file system's own errors. Their numbers are the same on Linux and macOS: EEXIST, ENOTDIR, EISDIR, ENOSPC,
    // EROFS; on Windows ERROR_FILE_EXISTS, ERROR_DISK_FULL, ERROR_ALREADY_EXISTS.
    private static bool IsInTheWay(IOException exception) => exception
        is FileNotFoundException or DirectoryNotFoundException or DriveNotFoundException or PathTooLongException
        || exception.HResult is 17 or 20 or 21 or 28 or 30
            or unchecked((int)0x80070050) or unchecked((int)0x80070070) or unchecked((int)0x800700B7);
}
