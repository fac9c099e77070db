namespace Greenery.Drops;

/// <summary>
/// In place of a store whose setting is wrong and that not all work needs: what does need it fails, and says why.
/// </summary>
internal sealed class UnusableStore(Diagnostic fault) : IDropStore
{
    public string Description => "nowhere";

    public IAsyncEnumerable<DropFile> ListAsync(CancellationToken cancellationToken) => throw Refusal;

    public Task<Stream> OpenAsync(DropFile file, CancellationToken cancellationToken) => throw Refusal;

    public Task WriteAsync(string path, Stream content, CancellationToken cancellationToken) => throw Refusal;

    public Task DeleteAsync(DropFile file, CancellationToken cancellationToken) => throw Refusal;

    private ConfigurationException Refusal => new([fault]);
}
