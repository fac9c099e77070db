using System.IO.Compression;
using Greenery.Cli.Samples;

namespace Greenery.Tests.Samples;

public sealed class PortableGzipTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(258)]
    [InlineData(65_535)]
    [InlineData(65_536)]
    [InlineData(65_537)]
    [InlineData(300_000)]
    public void What_is_packed_is_unpacked_by_others(int length)
    {
        // One value; two far apart; every value; runs of every length; words that come again at every distance.
        Func<int, Random, byte>[] kinds =
        [
            (_, _) => 7,
            (_, random) => (byte)(random.Next(2) * 200),
            (_, random) => (byte)random.Next(256),
            (at, _) => (byte)Math.Sqrt(at),
            (at, random) => (byte)(random.Next(400) == 0 ? random.Next(256) : at % 1000),
        ];
        Assert.All(kinds, kind =>
        {
            var random = new Random(length);
            byte[] content = [.. Enumerable.Range(0, length).Select(at => kind(at, random))];
            Assert.Equal(content, Unpacked(Packed(content)));
        });
    }

    [Fact]
    public void The_header_names_no_time_and_no_system() =>
        Assert.Equal([0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 255], Packed([1, 2, 3])[..10]);

    [Fact]
    public void What_comes_again_takes_little_space() =>
        Assert.InRange(Packed(new byte[100_000]).Length, 1, 2_000);

    private static byte[] Packed(byte[] content)
    {
        using var to = new MemoryStream();
        using (var gzip = new PortableGzip(to))
        {
            // In uneven pieces, as a buffer is emptied.
            for (var at = 0; at < content.Length; at += 40_009)
            {
                gzip.Write(content.AsSpan(at, Math.Min(40_009, content.Length - at)));
            }
        }
        return to.ToArray();
    }

    private static byte[] Unpacked(byte[] packed)
    {
        using var gzip = new GZipStream(new MemoryStream(packed), CompressionMode.Decompress);
        using var content = new MemoryStream();
        gzip.CopyTo(content);
        return content.ToArray();
    }
}
