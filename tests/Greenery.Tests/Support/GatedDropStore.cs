using System.Runtime.CompilerServices;
using Greenery.Drops;

namespace Greenery.Tests.Support;

/// <summary>A store whose list waits until the test lets it go on.</summary>
internal sealed class GatedDropStore(IDropStore inner) : IDropStore
{
    private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _open = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>A user waits for the list.</summary>
    public Task Reached => _reached.Task;

    public string Description => inner.Description;

    public void Open() => _open.SetResult();

    public async IAsyncEnumerable<DropFile> ListAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        _reached.TrySetResult();
        await _open.Task.WaitAsync(cancellationToken);
        await foreach (var file in inner.ListAsync(cancellationToken))
        {
            yield return file;
        }
    }

    public Task<Stream> OpenAsync(DropFile file, CancellationToken cancellationToken) =>
        inner.OpenAsync(file, cancellationToken);

    public Task WriteAsync(string path, Stream content, CancellationToken cancellationToken) =>
        inner.WriteAsync(path, content, cancellationToken);

    public Task DeleteAsync(DropFile file, CancellationToken cancellationToken) =>
        inner.DeleteAsync(file, cancellationToken);
}
