using Greenery.Drops;

namespace Greenery.Tests.Support;

/// <summary>
/// A folder from which one file is taken away when it is first opened, or replaced while it is read.
/// </summary>
/// <param name="inner">The folder's store.</param>
/// <param name="folder">The folder.</param>
/// <param name="path">Of the file.</param>
/// <param name="written">The content that replaces the file's; null when it is taken away.</param>
internal sealed class VanishingDropStore(IDropStore inner, string folder, string path, string? written = null)
    : IDropStore
{
    public string Description => inner.Description;

    public IAsyncEnumerable<DropFile> ListAsync(CancellationToken cancellationToken) =>
        inner.ListAsync(cancellationToken);

    public async Task<Stream> OpenAsync(DropFile file, CancellationToken cancellationToken)
    {
        if (file.Path == path && written is null)
        {
            File.Delete(Path.Combine(folder, path));
        }
        var stream = await inner.OpenAsync(file, cancellationToken);
        if (file.Path == path)
        {
            // What is open stays as it is.
            File.Delete(Path.Combine(folder, path));
            await File.WriteAllTextAsync(Path.Combine(folder, path), written, cancellationToken);
        }
        return stream;
    }

    public Task WriteAsync(string target, Stream content, CancellationToken cancellationToken) =>
        inner.WriteAsync(target, content, cancellationToken);

    public Task DeleteAsync(DropFile file, CancellationToken cancellationToken) =>
        inner.DeleteAsync(file, cancellationToken);
}
