using System.Runtime.CompilerServices;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;

namespace Greenery.Drops;

/// <summary>Drops in a container of Azure blob storage.</summary>
/// <param name="container">The container.</param>
/// <param name="setting">What names it; null for the local services'.</param>
internal sealed class BlobDropStore(BlobContainerClient container, string? setting) : IDropStore
{
    private readonly StorePlace _place = new(container.Uri.GetLeftPart(UriPartial.Path), setting);

    public string Description => _place.Description;

    public async IAsyncEnumerable<DropFile> ListAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var blobs = container
            .GetBlobsAsync(new GetBlobsOptions { Traits = BlobTraits.Metadata }, cancellationToken)
            .GetAsyncEnumerator(cancellationToken);
        while (await NextAsync(blobs, cancellationToken))
        {
            // What an account with a hierarchical namespace lists for a folder.
            if (!(blobs.Current.Metadata?.TryGetValue("hdi_isfolder", out var isFolder) is true
                && bool.TryParse(isFolder, out var folder) && folder))
            {
                yield return Describe(blobs.Current);
            }
        }
    }

    public async Task<Stream> OpenAsync(DropFile file, CancellationToken cancellationToken)
    {
        // The condition holds for the whole download: when the connection breaks, the client goes on where it was
        // only if the blob is still this version.
        var options = new BlobDownloadOptions
        {
            Conditions = new BlobRequestConditions { IfMatch = new ETag(file.ETag) },
        };
        try
        {
            var download = await container.GetBlobClient(file.Path).DownloadStreamingAsync(options, cancellationToken);
            return new BlobStream(download.Value.Content, file.Path, _place);
        }
        catch (Exception exception) when (BlobFailure.IsStorage(exception))
        {
            throw BlobFailure.WhileReading(file.Path, _place, exception, cancellationToken);
        }
    }

    public async Task WriteAsync(string path, Stream content, CancellationToken cancellationToken)
    {
        try
        {
            await container.CreateIfNotExistsAsync(cancellationToken: cancellationToken);
            await container.GetBlobClient(path).UploadAsync(content, OptionsFor(path), cancellationToken);
        }
        catch (Exception exception) when (BlobFailure.IsStorage(exception))
        {
            throw BlobFailure.Explain(_place, exception, cancellationToken);
        }
    }

    public async Task DeleteAsync(DropFile file, CancellationToken cancellationToken)
    {
        try
        {
            await container.GetBlobClient(file.Path).DeleteIfExistsAsync(
                conditions: new BlobRequestConditions { IfMatch = new ETag(file.ETag) },
                cancellationToken: cancellationToken);
        }
        catch (RequestFailedException exception) when (exception.ErrorCode == BlobErrorCode.ConditionNotMet)
        {
            // It was written anew.
        }
        catch (Exception exception) when (BlobFailure.IsStorage(exception))
        {
            throw BlobFailure.Explain(_place, exception, cancellationToken);
        }
    }

    // A browser that is sent to a page shows it only if the storage says that it is one.
    private static BlobUploadOptions OptionsFor(string path) => new()
    {
        HttpHeaders = path.EndsWith(".html", StringComparison.Ordinal)
            ? new BlobHttpHeaders { ContentType = "text/html; charset=utf-8" }
            : null,
    };

    private static DropFile Describe(BlobItem blob) => new(
        blob.Name,
        blob.Properties.ETag?.ToString() ?? "",
        blob.Properties.ContentLength ?? 0,
        blob.Properties.LastModified ?? default);

    private async ValueTask<bool> NextAsync(IAsyncEnumerator<BlobItem> blobs, CancellationToken cancellationToken)
    {
        try
        {
            return await blobs.MoveNextAsync();
        }
        catch (RequestFailedException exception) when (exception.ErrorCode == BlobErrorCode.ContainerNotFound)
        {
            throw new ConfigurationException(
                setting ?? "Greenery:DropsContainer",
                $"the container {Description} does not exist. Create it, or correct "
                + $"{(setting is null ? "" : $"{setting} or ")}Greenery:DropsContainer.");
        }
        catch (Exception exception) when (BlobFailure.IsStorage(exception))
        {
            throw BlobFailure.Explain(_place, exception, cancellationToken);
        }
    }
}
