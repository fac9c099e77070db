namespace Greenery.Drops;

/// <summary>A blob's content while it is downloaded; what goes wrong is said in the store's words.</summary>
internal sealed class BlobStream(Stream content, string path, StorePlace place) : ReadOnlyStream
{
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            return await content.ReadAsync(buffer, cancellationToken);
        }
        catch (Exception exception) when (BlobFailure.IsStorage(exception))
        {
            throw BlobFailure.WhileReading(path, place, exception, cancellationToken);
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            content.Dispose();
        }
        base.Dispose(disposing);
    }
}
