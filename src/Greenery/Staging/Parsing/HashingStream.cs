using System.IO.Hashing;
using Greenery.Drops;

namespace Greenery.Staging.Parsing;

/// <summary>The stored bytes of a drop on their way to the reader, hashed as they pass.</summary>
internal sealed class HashingStream(Stream stored) : ReadOnlyStream
{
    private readonly XxHash128 _hash = new();
    private byte[] _start = [];

    /// <summary>The number of bytes read so far.</summary>
    public long Bytes { get; private set; }

    /// <summary>The hash of the bytes read so far, in hexadecimal.</summary>
    public string Hash => Convert.ToHexStringLower(_hash.GetCurrentHash());

    /// <summary>The first bytes of the drop; they are still to be read.</summary>
    public async Task<ReadOnlyMemory<byte>> PeekAsync(int count, CancellationToken cancellationToken)
    {
        _start = new byte[count];
        var length = await stored.ReadAtLeastAsync(_start, count, throwOnEndOfStream: false, cancellationToken);
        _start = _start[..length];
        return _start;
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var count = Math.Min(_start.Length, buffer.Length);
        if (count > 0)
        {
            _start.AsSpan(0, count).CopyTo(buffer.Span);
            _start = _start[count..];
        }
        else
        {
            count = await stored.ReadAsync(buffer, cancellationToken);
        }
        _hash.Append(buffer.Span[..count]);
        Bytes += count;
        return count;
    }

    /// <summary>Reads the rest, so that the hash is that of the whole drop.</summary>
    public Task DrainAsync(CancellationToken cancellationToken) => CopyToAsync(Null, cancellationToken);

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            stored.Dispose();
        }
        base.Dispose(disposing);
    }
}
