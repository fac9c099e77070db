using System.Buffers;
using System.Buffers.Binary;

namespace Greenery.Staging.Types;

/// <summary>
/// Rows in PostgreSQL's binary COPY format, growing in a rented buffer. A row that turns out bad is taken back by
/// <see cref="Reset"/>. Integers are big-endian; every field is its length (-1 for null) and its bytes.
/// </summary>
internal sealed class CopyBuffer : IDisposable
{
    /// <summary>Pages are handed over at this size: small enough to stay in the processor's cache.</summary>
    public const int FullAt = 256 * 1024;

    private byte[] _bytes = ArrayPool<byte>.Shared.Rent(FullAt + (32 * 1024));

    public int Length { get; private set; }

    public bool IsFull => Length >= FullAt;

    public ReadOnlyMemory<byte> Content => _bytes.AsMemory(0, Length);

    /// <summary>
    /// Room for at least <paramref name="count"/> bytes at the end; <see cref="Advance"/> keeps what was written.
    /// </summary>
    public Span<byte> Reserve(int count)
    {
        if (_bytes.Length - Length < count)
        {
            Grow(count);
        }
        return _bytes.AsSpan(Length);
    }

    /// <summary>What was written from <paramref name="start"/> on, to be completed.</summary>
    public Span<byte> Written(int start) => _bytes.AsSpan(start, Length - start);

    public void Advance(int count) => Length += count;

    /// <summary>Forgets everything after <paramref name="length"/>.</summary>
    public void Reset(int length) => Length = length;

    /// <summary>What a binary COPY begins with: signature, no flags, no extension.</summary>
    public void WriteHeader() => Write([.. "PGCOPY\n"u8, 0xFF, .. "\r\n\0"u8, 0, 0, 0, 0, 0, 0, 0, 0]);

    /// <summary>What a binary COPY ends with: a row of -1 fields.</summary>
    public void WriteTrailer() => WriteInt16(-1);

    public void WriteInt16(short value)
    {
        BinaryPrimitives.WriteInt16BigEndian(Reserve(2), value);
        Length += 2;
    }

    public void WriteNull()
    {
        BinaryPrimitives.WriteInt32BigEndian(Reserve(4), -1);
        Length += 4;
    }

    public void WriteInt64Field(long value)
    {
        var target = Reserve(12);
        BinaryPrimitives.WriteInt32BigEndian(target, 8);
        BinaryPrimitives.WriteInt64BigEndian(target[4..], value);
        Length += 12;
    }

    public void WriteField(ReadOnlySpan<byte> value)
    {
        var target = Reserve(4 + value.Length);
        BinaryPrimitives.WriteInt32BigEndian(target, value.Length);
        value.CopyTo(target[4..]);
        Length += 4 + value.Length;
    }

    /// <summary>Bytes as they are, without a length before them.</summary>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(Reserve(bytes.Length));
        Length += bytes.Length;
    }

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = [];
        Length = 0;
    }

    private void Grow(int count)
    {
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(Length + count, _bytes.Length * 2));
        _bytes.AsSpan(0, Length).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = larger;
    }
}
