using System.Net.Sockets;
using System.Xml;
using Azure;
using Azure.Identity;
using Azure.Storage.Blobs.Models;

namespace Greenery.Drops;

/// <summary>Says in words why blob storage could not be used.</summary>
internal static class BlobFailure
{
    /// <summary>
    /// Whether the storage, its network or its identity failed: also an answer that was cut short or is no XML, and a
    /// client that waited in vain.
    /// </summary>
    public static bool IsStorage(Exception exception) => exception
        is RequestFailedException or AuthenticationFailedException or IOException or AggregateException or XmlException
            or HttpRequestException or SocketException or TimeoutException or OperationCanceledException;

    /// <summary>A blob that is not the version that was listed is a changed drop; all else is infrastructure.</summary>
    public static Exception WhileReading(
        string path, StorePlace place, Exception exception, CancellationToken cancellationToken) => exception switch
    {
        RequestFailedException { ErrorCode: var code } when code == BlobErrorCode.ConditionNotMet =>
            new DropChangedException(path, "it was changed or deleted"),
        RequestFailedException { Status: 404 } => new DropChangedException(path, "it was deleted"),
        RequestFailedException { ErrorCode: var code } when code == BlobErrorCode.BlobArchived
            || code == BlobErrorCode.BlobBeingRehydrated => new DropUnreadableException(
            "is in the archive tier, from where it cannot be read; set its tier to Hot or Cool (az storage blob "
            + "set-tier) and run again once it is rehydrated"),
        AggregateException { InnerExceptions: [.., var last] } => WhileReading(path, place, last, cancellationToken),
        _ => Explain(place, exception, cancellationToken),
    };

    /// <summary>A client that was stopped while it tried again reports its failures, not that it was stopped.</summary>
    public static Exception Explain(StorePlace place, Exception exception, CancellationToken cancellationToken) =>
        cancellationToken.IsCancellationRequested
            ? new OperationCanceledException(exception.Message, exception, cancellationToken)
            : new InfrastructureException($"{place} cannot be used: {Reason(place, exception)}", exception);

    private static string Reason(StorePlace place, Exception exception) => exception switch
    {
        RequestFailedException { Status: 403 or 401 } refused =>
            $"the storage refused us ({refused.ErrorCode}). " + place.Advise(
                setting => $"Check the key in {setting}, or give the identity the role Storage Blob Data Contributor."),
        RequestFailedException { Status: 404 } missing =>
            $"not found ({missing.ErrorCode}). "
                + place.Advise(setting => $"Check the account and the container in {setting}."),
        RequestFailedException { Status: > 0 } failed => $"it answered {failed.Status} ({failed.ErrorCode}).",
        AuthenticationFailedException failed =>
            $"no identity could be used ({FirstLine(failed)}). Sign in, or set a storage connection string.",
        AggregateException { InnerExceptions: [.., var last] } => Reason(place, last),
        XmlException =>
            $"its answer was cut short or is not a storage's ({FirstLine(exception)}). "
                + place.Advise(setting => $"Is the address in {setting} right, and no proxy in between?"),
        OperationCanceledException or TimeoutException =>
            "it did not answer in time. Is it reachable from here, and not overloaded?",
        _ => $"it cannot be reached ({FirstLine(exception)}). "
            + place.Advise(setting => $"Is the address in {setting} right, and the service running?"),
    };

    private static string FirstLine(Exception exception) => exception.Message.Split('\n')[0].Trim().TrimEnd('.');
}
