using System.Threading.Channels;

namespace Greenery.Staging.Types;

/// <summary>
/// Full pages on their way from the parser to the database: a short queue, so that both work at the same time and
/// memory stays bounded whatever the file's size.
/// </summary>
internal sealed class CopyBufferPool
{
    private const int Waiting = 6;

    private readonly Channel<CopyBuffer> _queue = Channel.CreateBounded<CopyBuffer>(
        new BoundedChannelOptions(Waiting) { SingleReader = true, SingleWriter = true });

    public ValueTask SendAsync(CopyBuffer page, CancellationToken cancellationToken) =>
        _queue.Writer.WriteAsync(page, cancellationToken);

    /// <summary>
    /// No more pages come. With an error, the receiving end fails with it once it has read the pages before.
    /// </summary>
    public void Complete(Exception? error = null) => _queue.Writer.TryComplete(error);

    public IAsyncEnumerable<CopyBuffer> ReceiveAsync(CancellationToken cancellationToken) =>
        _queue.Reader.ReadAllAsync(cancellationToken);
}
