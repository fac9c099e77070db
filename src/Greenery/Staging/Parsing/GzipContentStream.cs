using System.IO.Compression;
using Greenery.Drops;

namespace Greenery.Staging.Parsing;

/// <summary>
/// The content of a gzip file, which is refused unless it is whole. The framework's GZipStream takes a file that is
/// cut short for one that ends there. So a small gzip member is appended to what it reads: only after a whole file
/// does its content come out at the end.
/// </summary>
internal sealed class GzipContentStream : ReadOnlyStream
{
    private static readonly byte[] Mark = Guid.Parse("5b1f3c0e-7a8d-4c1b-9a52-d3f5c3a1e647").ToByteArray();
    private static readonly byte[] MarkMember = Compress(Mark);

    private readonly GZipStream _gzip;
    private readonly byte[] _held = new byte[Mark.Length];
    private byte[] _chunk = [];
    private int _heldCount;

    public GzipContentStream(Stream compressed) =>
        _gzip = new GZipStream(new ConcatenatedStream(compressed, MarkMember), CompressionMode.Decompress);

    // The last bytes read are held back, until there are more of them after or the end shows what they are.
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        _chunk = _chunk.Length < buffer.Length ? new byte[buffer.Length] : _chunk;
        var chunk = _chunk.AsMemory(0, Math.Max(1, buffer.Length - Mark.Length));
        while (true)
        {
            var count = await DecompressAsync(chunk, cancellationToken);
            if (count == 0)
            {
                return EnsureWhole();
            }
            var ready = Math.Max(0, _heldCount + count - Mark.Length);
            Pass(chunk.Span[..count], buffer.Span, ready);
            if (ready > 0)
            {
                return ready;
            }
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _gzip.Dispose();
        }
        base.Dispose(disposing);
    }

    private async ValueTask<int> DecompressAsync(Memory<byte> chunk, CancellationToken cancellationToken)
    {
        try
        {
            return await _gzip.ReadAsync(chunk, cancellationToken);
        }
        catch (InvalidDataException)
        {
            throw Damaged();
        }
    }

    private int EnsureWhole() => _held.AsSpan(0, _heldCount).SequenceEqual(Mark) ? 0 : throw Damaged();

    private void Pass(ReadOnlySpan<byte> chunk, Span<byte> target, int ready)
    {
        var fromHeld = Math.Min(ready, _heldCount);
        _held.AsSpan(0, fromHeld).CopyTo(target);
        _held.AsSpan(fromHeld, _heldCount - fromHeld).CopyTo(_held);
        _heldCount -= fromHeld;
        var fromChunk = ready - fromHeld;
        chunk[..fromChunk].CopyTo(target[fromHeld..]);
        chunk[fromChunk..].CopyTo(_held.AsSpan(_heldCount));
        _heldCount += chunk.Length - fromChunk;
    }

    private static RefusedDropException Damaged() => new(
        "is damaged or cut short: its gzip data do not end with their checksum. Upload the file again.");

    private static byte[] Compress(byte[] content)
    {
        var target = new MemoryStream();
        using (var gzip = new GZipStream(target, CompressionLevel.Fastest))
        {
            gzip.Write(content);
        }
        return target.ToArray();
    }
}
