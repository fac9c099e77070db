using System.Buffers.Binary;

namespace Greenery.Cli.Samples;

/// <summary>
/// Writes gzip (RFC 1952) whose bytes depend on the content alone. The runtime's GZipStream compresses better, but
/// what it writes differs with the zlib it was built with and the system it runs on, and samples of one seed are
/// promised to be the same bytes everywhere. Closes the stream below when it is closed.
/// </summary>
internal sealed class PortableGzip : Stream
{
    private const byte Deflate = 8;
    private const byte UnknownSystem = 255;

    private readonly Stream _to;
    private readonly FixedDeflate _deflate;
    private readonly byte[] _chunk = new byte[FixedDeflate.LongestChunk];
    private int _filled;
    private uint _crc = uint.MaxValue;
    private uint _length;
    private bool _isClosed;

    public PortableGzip(Stream to)
    {
        _to = to;
        _deflate = new FixedDeflate(to);
        // No name, no time.
        _to.Write([0x1F, 0x8B, Deflate, 0, 0, 0, 0, 0, 0, UnknownSystem]);
    }

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        _crc = Crc32.Add(_crc, buffer);
        _length += (uint)buffer.Length;
        while (!buffer.IsEmpty)
        {
            var taken = Math.Min(buffer.Length, _chunk.Length - _filled);
            buffer[..taken].CopyTo(_chunk.AsSpan(_filled));
            buffer = buffer[taken..];
            _filled += taken;
            if (_filled == _chunk.Length)
            {
                WriteChunk(isLast: false);
            }
        }
    }

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing && !_isClosed)
        {
            _isClosed = true;
            WriteChunk(isLast: true);
            Span<byte> trailer = stackalloc byte[8];
            BinaryPrimitives.WriteUInt32LittleEndian(trailer, ~_crc);
            BinaryPrimitives.WriteUInt32LittleEndian(trailer[4..], _length);
            _to.Write(trailer);
            _to.Dispose();
        }
        base.Dispose(disposing);
    }

    private void WriteChunk(bool isLast)
    {
        _deflate.Write(_chunk.AsSpan(0, _filled), isLast);
        _filled = 0;
    }
}
