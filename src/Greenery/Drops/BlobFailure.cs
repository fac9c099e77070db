using Azure;
using Azure.Identity;
using Azure.Storage.Blobs.Models;

namespace Greenery.Drops;

/// <summary>Says in words why blob storage could not be used.</summary>
internal static class BlobFailure
{
    public static bool IsStorage(Exception exception) => exception
        is RequestFailedException or AuthenticationFailedException or IOException or AggregateException;

    /// <summary>A blob that is not the version that was listed is a changed drop; all else is infrastructure.</summary>
    public static Exception WhileReading(string path, string place, Exception exception) => exception switch
    {
        RequestFailedException { ErrorCode: var code } when code == BlobErrorCode.ConditionNotMet =>
            new DropChangedException(path, "it was changed or deleted"),
        RequestFailedException { Status: 404 } => new DropChangedException(path, "it was deleted", isDeleted: true),
        RequestFailedException { ErrorCode: var code } when code == BlobErrorCode.BlobArchived
            || code == BlobErrorCode.BlobBeingRehydrated => new DropUnreadableException(
            "is in the archive tier, from where it cannot be read; set its tier to Hot or Cool (az storage blob "
            + "set-tier) and run again once it is rehydrated"),
        _ => Explain(place, exception),
    };

    public static InfrastructureException Explain(string place, Exception exception) =>
        new($"{place} cannot be used: {Reason(exception)}", exception);

    private static string Reason(Exception exception) => exception switch
    {
        RequestFailedException { Status: 403 or 401 } refused =>
            $"the storage refused us ({refused.ErrorCode}). Check the key in Greenery:Drops, or give the identity the "
            + "role Storage Blob Data Contributor.",
        RequestFailedException { Status: 404 } missing =>
            $"not found ({missing.ErrorCode}). Check the account and the container in Greenery:Drops.",
        RequestFailedException { Status: > 0 } failed => $"it answered {failed.Status} ({failed.ErrorCode}).",
        AuthenticationFailedException failed =>
            $"no identity could be used ({FirstLine(failed)}). Sign in, or set a storage connection string.",
        AggregateException { InnerExceptions: [.., var last] } => Reason(last),
        _ => $"it cannot be reached ({FirstLine(exception)}). Is the address in Greenery:Drops right, and the service "
            + "running?",
    };

    private static string FirstLine(Exception exception) => exception.Message.Split('\n')[0].Trim().TrimEnd('.');
}
