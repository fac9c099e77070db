namespace Greenery.Drops;

/// <summary>
/// A file of the folder while it is read. At its end it is looked at again: one that is still being written, or was
/// replaced meanwhile, must not be taken for whole.
/// </summary>
internal sealed class FolderStream(FileStream content, Action ensureUnchanged) : ReadOnlyStream
{
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var count = await content.ReadAsync(buffer, cancellationToken);
        if (count == 0 && buffer.Length > 0)
        {
            ensureUnchanged();
        }
        return count;
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
