using Greenery.Drops;

namespace Greenery.Staging.Parsing;

/// <summary>A drop opened for reading: decompressed, read ahead, its stored bytes hashed.</summary>
internal sealed class DropContent : IAsyncDisposable
{
    private readonly HashingStream _stored;
    private readonly Stream _content;

    private DropContent(HashingStream stored, Stream content)
    {
        _stored = stored;
        _content = content;
        Window = new InputWindow(content);
    }

    public InputWindow Window { get; }

    /// <exception cref="RefusedDropException">The content is not what the name says.</exception>
    public static async Task<DropContent> OpenAsync(
        Stream stored, DropName name, CancellationToken cancellationToken)
    {
        var content = await StartAsync(new HashingStream(stored), name, cancellationToken);
        try
        {
            await content.SkipByteOrderMarkAsync(cancellationToken);
            return content;
        }
        catch
        {
            await content.DisposeAsync();
            throw;
        }
    }

    private static async Task<DropContent> StartAsync(
        HashingStream stored, DropName name, CancellationToken cancellationToken)
    {
        try
        {
            RefuseWrongKind(name, await stored.PeekAsync(4, cancellationToken));
        }
        catch
        {
            await stored.DisposeAsync();
            throw;
        }
        Stream plain = name.IsCompressed ? new GzipContentStream(stored) : stored;
        return new DropContent(stored, new ReadAheadStream(plain, cancellationToken));
    }

    /// <summary>The hash of the stored bytes, once everything was read.</summary>
    public async Task<string> HashAsync(CancellationToken cancellationToken)
    {
        await _stored.DrainAsync(cancellationToken);
        return _stored.Hash;
    }

    public async ValueTask DisposeAsync()
    {
        await _content.DisposeAsync();
        await _stored.DisposeAsync();
        Window.Dispose();
    }

    private async Task SkipByteOrderMarkAsync(CancellationToken cancellationToken)
    {
        await Window.FillAsync(3, cancellationToken);
        if (Window.Unread.StartsWith(ByteOrderMark))
        {
            Window.Consume(ByteOrderMark.Length);
        }
    }

    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    private static void RefuseWrongKind(DropName name, ReadOnlyMemory<byte> start)
    {
        var isGzip = start.Span.StartsWith<byte>([0x1F, 0x8B]);
        if (name.IsCompressed && start.IsEmpty)
        {
            throw new RefusedDropException("is empty; expected gzip data. Was the upload cut short?");
        }
        if (isGzip != name.IsCompressed)
        {
            throw new RefusedDropException(isGzip
                ? "is gzip data under a name without .gz; expected plain text. Name it .gz, or upload it uncompressed."
                : "does not begin with gzip data; expected them as its name ends with .gz. "
                    + "Compress it, or take .gz off its name.");
        }
        if (start.Span.StartsWith<byte>([0xFF, 0xFE]) || start.Span.StartsWith<byte>([0xFE, 0xFF]))
        {
            throw new RefusedDropException("is in UTF-16; expected UTF-8. Export it as UTF-8.");
        }
    }
}
