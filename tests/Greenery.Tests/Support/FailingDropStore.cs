using Greenery.Drops;

namespace Greenery.Tests.Support;

/// <summary>A store in which opening a file fails the first so many times.</summary>
internal sealed class FailingDropStore(IDropStore inner, int times, Func<Exception> failure) : IDropStore
{
    private int _left = times;

    public string Description => inner.Description;

    public IAsyncEnumerable<DropFile> ListAsync(CancellationToken cancellationToken) =>
        inner.ListAsync(cancellationToken);

    public Task<Stream> OpenAsync(DropFile file, CancellationToken cancellationToken) =>
        Interlocked.Decrement(ref _left) >= 0
        ? throw failure()
        : inner.OpenAsync(file, cancellationToken);

    public Task WriteAsync(string path, Stream content, CancellationToken cancellationToken) =>
        inner.WriteAsync(path, content, cancellationToken);

    public Task DeleteAsync(DropFile file, CancellationToken cancellationToken) =>
        inner.DeleteAsync(file, cancellationToken);
}
