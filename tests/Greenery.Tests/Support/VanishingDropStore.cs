using Greenery.Drops;

namespace Greenery.Tests.Support;

/// <summary>A folder from which one file is taken away when it is first opened.</summary>
internal sealed class VanishingDropStore(IDropStore inner, string folder, string path) : IDropStore
{
    public string Description => inner.Description;

    public IAsyncEnumerable<DropFile> ListAsync(CancellationToken cancellationToken) =>
        inner.ListAsync(cancellationToken);

    public Task<Stream> OpenAsync(DropFile file, CancellationToken cancellationToken)
    {
        if (file.Path == path)
        {
            File.Delete(Path.Combine(folder, path));
        }
        return inner.OpenAsync(file, cancellationToken);
    }

    public Task WriteAsync(string written, Stream content, CancellationToken cancellationToken) =>
        inner.WriteAsync(written, content, cancellationToken);

    public Task DeleteAsync(DropFile file, CancellationToken cancellationToken) =>
        inner.DeleteAsync(file, cancellationToken);
}
