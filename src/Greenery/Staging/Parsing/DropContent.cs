using Greenery.Drops;
using Greenery.Sources;

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
        Stream stored, DropName name, string encoding, DropLimits limits, CancellationToken cancellationToken)
    {
        var content = await StartAsync(new HashingStream(stored), name, encoding, limits, cancellationToken);
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
        HashingStream stored, DropName name, string encoding, DropLimits limits,
        CancellationToken cancellationToken)
    {
        bool isEmpty;
        try
        {
            var start = await stored.PeekAsync(4, cancellationToken);
            isEmpty = start.IsEmpty;
            RefuseWrongKind(name, encoding, start);
        }
        catch
        {
            await stored.DisposeAsync();
            throw;
        }
        Stream plain = name.IsCompressed && !isEmpty
            ? new DecompressionLimit(new GzipContentStream(stored), stored, limits)
            : stored;
        if (encoding != FileEncodings.Utf8)
        {
            plain = new TranscodedStream(plain, encoding);
        }
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
        await Window.FillAsync(ByteOrderMark.Utf8.Length, cancellationToken);
        while (Window.Unread.StartsWith(ByteOrderMark.Utf8))
        {
            Window.Consume(ByteOrderMark.Utf8.Length);
            await Window.FillAsync(ByteOrderMark.Utf8.Length, cancellationToken);
        }
    }

    private static void RefuseWrongKind(DropName name, string encoding, ReadOnlyMemory<byte> start)
    {
        var isGzip = start.Span.StartsWith<byte>([0x1F, 0x8B]);
        if (start.IsEmpty)
        {
            // Nothing is a drop without rows under every name.
            return;
        }
        if (isGzip != name.IsCompressed)
        {
            throw new RefusedDropException(isGzip
                ? "is gzip data under a name without .gz; expected plain text. Name it .gz, or upload it uncompressed."
                : "does not begin with gzip data; expected them as its name ends with .gz. "
                    + "Compress it, or take .gz off its name.");
        }
        if (name.Format is not (DropFormat.Xlsx or DropFormat.Parquet)
            && !FileEncodings.IsUtf16(encoding) && IsUtf16(start.Span))
        {
            throw new RefusedDropException(
                "is in UTF-16; expected UTF-8. Export it as UTF-8, or say config: {csv: {encoding: utf-16}} in the "
                + "contract.");
        }
    }

    private static bool IsUtf16(ReadOnlySpan<byte> start) =>
        start.StartsWith<byte>([0xFF, 0xFE]) || start.StartsWith<byte>([0xFE, 0xFF]);
}
