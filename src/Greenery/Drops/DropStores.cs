using Azure.Identity;
using Azure.Storage.Blobs;

namespace Greenery.Drops;

/// <summary>Opens the store that the settings name.</summary>
public static class DropStores
{
    /// <summary>The container used when none is named.</summary>
    public const string DefaultContainer = "drops";

    /// <summary>The setting that names the drops.</summary>
    public const string UsualSetting = "Greenery:Drops";

    /// <summary>Nothing is read or written yet: a store that is not there shows when it is first used.</summary>
    /// <param name="drops">Setting <c>Greenery:Drops</c>: a folder,
    /// <c>https://account.blob.core.windows.net/container</c>
    /// (used with the ambient identity), or a storage connection string.</param>
    /// <param name="container">Setting <c>Greenery:DropsContainer</c>, for a connection string only; <c>drops</c> by
    /// default.</param>
    /// <param name="setting">What messages call it, when another setting than <c>Greenery:Drops</c> has this
    /// form; null for the local services' storage, which none names.</param>
    /// <exception cref="ConfigurationException">It is none of these.</exception>
    public static IDropStore Open(string drops, string? container, string? setting = UsualSetting)
    {
        if (string.IsNullOrWhiteSpace(drops))
        {
            throw Refusal(setting, "is empty");
        }
        if (Uri.TryCreate(drops, UriKind.Absolute, out var address) && address.Scheme is "https" or "http")
        {
            return OpenAddress(address, setting);
        }
        if (IsConnectionString(drops))
        {
            return OpenAccount(drops, string.IsNullOrWhiteSpace(container) ? DefaultContainer : container, setting);
        }
        // A folder's name is shown and kept, and this may have a password in it.
        if (drops.Contains("://", StringComparison.Ordinal))
        {
            throw Refusal(setting, "looks like a URL, but is not one of http or https that can be read");
        }
        return UserInfo.HostAfter(drops) is { } host
            ? throw Refusal(
                setting, $"looks like an address with a user name or a password before its host ('***@{host}'), and "
                + "there is no folder of that name. A folder's name is shown and kept with the drops: remove the "
                + "secret, and give the ambient identity a role, or put it into a storage connection string")
            : new FolderDropStore(drops);
    }

    /// <summary>Makes an account's container if it is not there yet.</summary>
    /// <exception cref="InfrastructureException">The storage cannot be reached or does not let us in.</exception>
    public static async Task EnsureContainerAsync(
        string connectionString, string container, CancellationToken cancellationToken)
    {
        var client = new BlobContainerClient(connectionString, container, Options);
        try
        {
            await client.CreateIfNotExistsAsync(cancellationToken: cancellationToken);
        }
        catch (Exception exception) when (BlobFailure.IsStorage(exception))
        {
            throw BlobFailure.Explain(
                new StorePlace(client.Uri.GetLeftPart(UriPartial.Path), null), exception, cancellationToken);
        }
    }

    // The default waits 25 seconds in all before it reports that the server does not answer. These retries bridge a
    // short outage as well; the run's own retries handle a long one.
    private static BlobClientOptions Options => new()
    {
        Retry = { MaxRetries = 4, Delay = TimeSpan.FromMilliseconds(300), NetworkTimeout = TimeSpan.FromSeconds(60) },
    };

    internal static bool IsConnectionString(string drops) =>
        drops.Contains("AccountName=", StringComparison.OrdinalIgnoreCase)
        || drops.Contains("BlobEndpoint=", StringComparison.OrdinalIgnoreCase)
        || drops.Contains("UseDevelopmentStorage=", StringComparison.OrdinalIgnoreCase);

    private static BlobDropStore OpenAddress(Uri address, string? setting)
    {
        if (HasSecret(address))
        {
            throw Refusal(
                setting, $"is an address on {address.Host} with a user name, a password or a signature in it, which "
                + "would be logged and kept with the drops; remove it and give the ambient identity a role, or put the "
                + "secret into a storage connection string");
        }
        return address.Segments.Length == 2
            ? new BlobDropStore(new BlobContainerClient(address, new DefaultAzureCredential(), Options), setting)
            : throw Refusal(setting, $"is {address.GetLeftPart(UriPartial.Path)}, which names no container");
    }

    private static bool HasSecret(Uri address) =>
        address.UserInfo.Length > 0 || address.Query.Length > 0 || address.Fragment.Length > 0;

    private static BlobDropStore OpenAccount(string connectionString, string container, string? setting)
    {
        try
        {
            return new BlobDropStore(new BlobContainerClient(connectionString, container, Options), setting);
        }
        catch (Exception exception)
            when (exception is FormatException or ArgumentException or InvalidOperationException)
        {
            // The text has a key in it: it is not shown.
            throw Refusal(setting, "looks like a storage connection string, but cannot be read as one");
        }
    }

    private static ConfigurationException Refusal(string? setting, string found) => new(
        setting ?? UsualSetting,
        $"{found}; expected a folder, https://<account>.blob.core.windows.net/<container>, or a storage connection "
        + "string.");
}
