using System.Runtime.CompilerServices;
using Greenery.Drops;

namespace Greenery.Tests.Support;

/// <summary>Another store that lists more paths than it has, as blob storage may: none of them can be opened.</summary>
internal sealed class ListingDropStore(IDropStore store, IReadOnlyList<string> more, string? fault = null) : IDropStore
{
    public string Description => store.Description;

    public async IAsyncEnumerable<DropFile> ListAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var file in store.ListAsync(cancellationToken))
        {
            yield return file;
        }
        foreach (var path in more)
        {
            yield return new DropFile(path, "1", 1, DateTimeOffset.UnixEpoch) { Fault = fault };
        }
    }

    public Task<Stream> OpenAsync(DropFile file, CancellationToken cancellationToken) => more.Contains(file.Path)
        ? throw new InvalidOperationException($"{file.Path} was opened.")
        : store.OpenAsync(file, cancellationToken);

    public Task WriteAsync(string path, Stream content, CancellationToken cancellationToken) =>
        store.WriteAsync(path, content, cancellationToken);

    public Task DeleteAsync(DropFile file, CancellationToken cancellationToken) =>
        store.DeleteAsync(file, cancellationToken);
}
