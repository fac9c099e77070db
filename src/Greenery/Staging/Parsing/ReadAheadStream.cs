using System.Buffers;
using System.Threading.Channels;
using Greenery.Drops;

namespace Greenery.Staging.Parsing;

/// <summary>
/// Reads a stream ahead in the background, a few chunks and no more: downloading and decompressing go on while rows
/// are parsed.
/// </summary>
internal sealed class ReadAheadStream : ReadOnlyStream
{
    private const int ChunkBytes = 256 * 1024;
    private const int Waiting = 4;

    private readonly Stream _source;
    private readonly CancellationTokenSource _stop;
    private readonly Task _reading;
    private readonly Channel<ArraySegment<byte>> _chunks = Channel.CreateBounded<ArraySegment<byte>>(
        new BoundedChannelOptions(Waiting) { SingleReader = true, SingleWriter = true });

    private ArraySegment<byte> _current;

    public ReadAheadStream(Stream source, CancellationToken cancellationToken)
    {
        _source = source;
        _stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        _reading = Task.Run(() => ReadAllAsync(_stop.Token), CancellationToken.None);
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_current.Count == 0 && !await NextAsync(cancellationToken))
        {
            return 0;
        }
        var count = Math.Min(_current.Count, buffer.Length);
        _current.AsSpan(0, count).CopyTo(buffer.Span);
        _current = _current[count..];
        if (_current.Count == 0)
        {
            ArrayPool<byte>.Shared.Return(_current.Array!);
        }
        return count;
    }

    public override async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _reading;
        await _source.DisposeAsync();
        _stop.Dispose();
        await base.DisposeAsync();
    }

    // An error of the source comes out of WaitToReadAsync, where it is expected.
    private async Task<bool> NextAsync(CancellationToken cancellationToken) =>
        await _chunks.Reader.WaitToReadAsync(cancellationToken) && _chunks.Reader.TryRead(out _current);

    private async Task ReadAllAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (await ReadChunkAsync(cancellationToken) is { Count: > 0 } chunk)
            {
                await _chunks.Writer.WriteAsync(chunk, cancellationToken);
            }
            _chunks.Writer.Complete();
        }
        catch (Exception exception)
        {
            // Whatever it is, the reader gets it.
            _chunks.Writer.Complete(exception);
        }
    }

    private async Task<ArraySegment<byte>> ReadChunkAsync(CancellationToken cancellationToken)
    {
        var chunk = ArrayPool<byte>.Shared.Rent(ChunkBytes);
        var count = await _source.ReadAtLeastAsync(chunk, ChunkBytes / 2, throwOnEndOfStream: false, cancellationToken);
        return new ArraySegment<byte>(chunk, 0, count);
    }
}
