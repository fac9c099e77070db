using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Hashing;
using System.Text;

namespace Greenery.Tests.Alerts.Pictures;

/// <summary>
/// Makes a small picture of a browser's: its 256 most frequent colours, and for each other one the nearest of these.
/// Source of the format: https://www.w3.org/TR/png-3/.
/// </summary>
internal static class IndexedPng
{
    private const int MostColours = 256;

    private static readonly byte[] Signature = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

    /// <param name="png">Eight bits for each of red, green and blue, as Chromium writes it.</param>
    public static byte[] Of(byte[] png)
    {
        var (width, height, pixels) = Read(png);
        var palette = pixels.GroupBy(pixel => pixel).OrderByDescending(group => group.Count())
            .ThenBy(group => group.Key).Take(MostColours).Select(group => group.Key).ToArray();
        var places = palette.Index().ToDictionary(colour => colour.Item, colour => (byte)colour.Index);
        foreach (var pixel in pixels.Distinct())
        {
            places.TryAdd(pixel, (byte)Array.IndexOf(palette, palette.MinBy(colour => Distance(colour, pixel))));
        }
        var lines = new byte[height * (width + 1)];
        for (var i = 0; i < pixels.Length; i++)
        {
            lines[(i / width * (width + 1)) + 1 + (i % width)] = places[pixels[i]];
        }
        return Write(width, height, palette, lines);
    }

    private static int Distance(int one, int other) =>
        Square(one >> 16, other >> 16) + Square(one >> 8 & 255, other >> 8 & 255) + Square(one & 255, other & 255);

    private static int Square(int one, int other) => (one - other) * (one - other);

    private static (int Width, int Height, int[] Pixels) Read(byte[] png)
    {
        Assert.Equal(Signature, png.Take(8));
        var (width, height) = (Number(png, 16), Number(png, 20));
        Assert.Equal((8, 2), (png[24], png[25]));
        using var data = new MemoryStream();
        for (var at = 8; at < png.Length; at += Number(png, at) + 12)
        {
            if (Encoding.ASCII.GetString(png, at + 4, 4) == "IDAT")
            {
                data.Write(png, at + 8, Number(png, at));
            }
        }
        data.Position = 0;
        using var inflated = new ZLibStream(data, CompressionMode.Decompress);
        var lines = new byte[height * ((width * 3) + 1)];
        inflated.ReadExactly(lines);
        return (width, height, Pixels(lines, width, height));
    }

    private static int Number(byte[] bytes, int at) => BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(at));

    private static int[] Pixels(byte[] lines, int width, int height)
    {
        var (length, pixels) = (width * 3, new int[width * height]);
        var (above, line) = (new byte[length], new byte[length]);
        for (var y = 0; y < height; y++)
        {
            var start = y * (length + 1);
            for (var x = 0; x < length; x++)
            {
                var (left, corner) = x < 3 ? (0, 0) : (line[x - 3], (int)above[x - 3]);
                line[x] = (byte)(lines[start + 1 + x] + Predicted(lines[start], left, above[x], corner));
            }
            for (var x = 0; x < width; x++)
            {
                pixels[(y * width) + x] = line[x * 3] << 16 | line[(x * 3) + 1] << 8 | line[(x * 3) + 2];
            }
            (above, line) = (line, above);
        }
        return pixels;
    }

    private static int Predicted(byte filter, int left, int above, int corner) => filter switch
    {
        0 => 0,
        1 => left,
        2 => above,
        3 => (left + above) / 2,
        _ => Paeth(left, above, corner),
    };

    private static int Paeth(int left, int above, int corner)
    {
        var (a, b, c) = (Math.Abs(above - corner), Math.Abs(left - corner), Math.Abs(left + above - (2 * corner)));
        return a <= b && a <= c ? left : b <= c ? above : corner;
    }

    private static byte[] Write(int width, int height, int[] palette, byte[] lines)
    {
        using var png = new MemoryStream();
        png.Write(Signature);
        var head = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(head, width);
        BinaryPrimitives.WriteInt32BigEndian(head.AsSpan(4), height);
        (head[8], head[9]) = (8, 3);
        Write(png, "IHDR", head);
        Write(png, "PLTE",
            [.. palette.SelectMany(colour => new[] { (byte)(colour >> 16), (byte)(colour >> 8), (byte)colour })]);
        using var deflated = new MemoryStream();
        using (var deflater = new ZLibStream(deflated, CompressionLevel.SmallestSize, leaveOpen: true))
        {
            deflater.Write(lines);
        }
        Write(png, "IDAT", deflated.ToArray());
        Write(png, "IEND", []);
        return png.ToArray();
    }

    private static void Write(MemoryStream png, string type, byte[] content)
    {
        var number = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, content.Length);
        png.Write(number);
        byte[] chunk = [.. Encoding.ASCII.GetBytes(type), .. content];
        png.Write(chunk);
        BinaryPrimitives.WriteUInt32BigEndian(number, Crc32.HashToUInt32(chunk));
        png.Write(number);
    }
}
