using System.Buffers;

namespace Greenery.Staging.Parsing.Columnar;

/// <summary>
/// The checksum that a page may have in its header: CRC-32, as in gzip (RFC 1952), of the page as it is stored.
/// </summary>
internal static class PageChecksum
{
    private const uint Polynomial = 0xEDB88320;
    private const int ChunkBytes = 64 * 1024;

    private static readonly uint[] Table = [.. Enumerable.Range(0, 256).Select(Entry)];

    /// <summary>Of so many bytes at the stream's position, which moves after them.</summary>
    public static uint Of(Stream stream, long bytes)
    {
        var chunk = ArrayPool<byte>.Shared.Rent(ChunkBytes);
        try
        {
            var sum = uint.MaxValue;
            while (bytes > 0)
            {
                var part = chunk.AsSpan(0, (int)Math.Min(bytes, ChunkBytes));
                stream.ReadExactly(part);
                bytes -= part.Length;
                foreach (var one in part)
                {
                    sum = Table[(byte)(sum ^ one)] ^ (sum >> 8);
                }
            }
            return ~sum;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(chunk);
        }
    }

    private static uint Entry(int value)
    {
        var entry = (uint)value;
        for (var bit = 0; bit < 8; bit++)
        {
            entry = (entry & 1) == 0 ? entry >> 1 : Polynomial ^ (entry >> 1);
        }
        return entry;
    }
}
