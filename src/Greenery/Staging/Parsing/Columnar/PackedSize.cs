using System.Buffers.Binary;
using Greenery.Staging.Parsing.Records;
using Parquet.Meta;

namespace Greenery.Staging.Parsing.Columnar;

/// <summary>
/// What compressed data themselves say that they unpack to: memory is taken for that, whatever the page's header says.
/// </summary>
internal static class PackedSize
{
    private const uint ZstdMark = 0xFD2FB528;
    private const int ZstdBlock = 128 * 1024;

    /// <summary>Reads at the stream's position; 0 where the form does not say and none is taken in advance.</summary>
    public static long Read(CompressionCodec codec, Stream stream, long packed)
    {
        var end = stream.Position + packed;
        return packed == 0 ? 0 : codec switch
        {
            CompressionCodec.SNAPPY => ReadSnappy(stream, end),
            CompressionCodec.ZSTD => ReadZstd(stream, end),
            _ => 0,
        };
    }

    private static long ReadSnappy(Stream stream, long end)
    {
        var size = 0L;
        for (var shift = 0; shift < 35 && stream.Position < end; shift += 7)
        {
            var part = stream.ReadByte();
            size |= (part & 0x7FL) << shift;
            if (part < 0x80)
            {
                return size;
            }
        }
        throw new DamagedFileException("A page has no Snappy data");
    }

    // RFC 8878: the size of a frame, or what its blocks have at most, the last one left out: it is seldom a whole one.
    private static long ReadZstd(Stream stream, long end)
    {
        Span<byte> head = stackalloc byte[5];
        stream.ReadExactly(head);
        if (BinaryPrimitives.ReadUInt32LittleEndian(head) != ZstdMark)
        {
            throw new DamagedFileException("A page has no Zstandard data");
        }
        var (size, isSingle, dictionary) = (head[4] >> 6, (head[4] & 0x20) != 0, head[4] & 3);
        stream.Seek((isSingle ? 0 : 1) + (dictionary == 3 ? 4 : dictionary), SeekOrigin.Current);
        Span<byte> number = stackalloc byte[8];
        number.Clear();
        stream.ReadExactly(number[..(size == 0 ? (isSingle ? 1 : 0) : 1 << size)]);
        return size > 0 || isSingle
            ? (long)(BinaryPrimitives.ReadUInt64LittleEndian(number) & long.MaxValue) + (size == 1 ? 256 : 0)
            : (CountBlocks(stream, end) - 1) * ZstdBlock;
    }

    private static long CountBlocks(Stream stream, long end)
    {
        Span<byte> head = stackalloc byte[4];
        head.Clear();
        for (var blocks = 1L; stream.Position < end; blocks++)
        {
            stream.ReadExactly(head[..3]);
            var block = BinaryPrimitives.ReadUInt32LittleEndian(head);
            if ((block & 1) != 0)
            {
                return blocks;
            }
            // A block of one repeated byte has that byte only.
            stream.Seek((block >> 1 & 3) == 1 ? 1 : block >> 3, SeekOrigin.Current);
        }
        throw new DamagedFileException("A page has Zstandard data without an end");
    }
}
