using Greenery.Drops;

namespace Greenery.Staging.Parsing;

/// <summary>A stream, and some bytes after it. Leaves the stream open.</summary>
internal sealed class ConcatenatedStream(Stream first, ReadOnlyMemory<byte> last) : ReadOnlyStream
{
    private ReadOnlyMemory<byte> _last = last;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var count = await first.ReadAsync(buffer, cancellationToken);
        if (count > 0)
        {
            return count;
        }
        count = Math.Min(_last.Length, buffer.Length);
        _last[..count].CopyTo(buffer);
        _last = _last[count..];
        return count;
    }
}
