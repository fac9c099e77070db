using Greenery.Drops;

namespace Greenery.Staging.Parsing;

/// <summary>
/// The bytes of a gzip file, zeros at its end one by one: some tools pad files with them. A decompressor stops at the
/// first byte after the data, so where it stops tells whether that byte is padding. Leaves the stream open.
/// </summary>
internal sealed class PaddedGzipSource(Stream compressed) : ReadOnlyStream
{
    private byte[] _chunk = [];
    private int _chunkAt;
    private int _chunkEnd;
    private int _zerosAfterChunk;
    private long _zeros;
    private bool _isEnded;

    /// <summary>Whether the last byte given was one of the zeros at the end of the file.</summary>
    public bool IsInPadding { get; private set; }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (!_isEnded && _chunkAt == _chunkEnd)
        {
            await FillAsync(buffer.Length, cancellationToken);
        }
        IsInPadding = _isEnded && _zeros > 0;
        if (_zeros > 0)
        {
            var zeros = (int)Math.Min(_isEnded ? 1 : buffer.Length, _zeros);
            buffer.Span[..zeros].Clear();
            _zeros -= zeros;
            return zeros;
        }
        var count = Math.Min(buffer.Length, _chunkEnd - _chunkAt);
        _chunk.AsMemory(_chunkAt, count).CopyTo(buffer);
        _chunkAt += count;
        return count;
    }

    // Zeros at the end of a chunk wait until more bytes, or the end of the file, show what they are.
    private async Task FillAsync(int count, CancellationToken cancellationToken)
    {
        _zeros += _zerosAfterChunk;
        _zerosAfterChunk = 0;
        _chunk = _chunk.Length < count ? new byte[count] : _chunk;
        var length = await compressed.ReadAsync(_chunk, cancellationToken);
        var end = _chunk.AsSpan(0, length).TrimEnd((byte)0).Length;
        _isEnded = length == 0;
        if (end > 0)
        {
            (_chunkAt, _chunkEnd) = (0, end);
            _zerosAfterChunk = length - end;
            return;
        }
        _zeros += length;
    }
}
