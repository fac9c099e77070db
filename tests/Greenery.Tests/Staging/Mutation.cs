namespace Greenery.Tests.Staging;

/// <summary>Spoils bytes the way broken exports, disks and lines do.</summary>
internal static class Mutation
{
    private static readonly byte[] Nasty =
        [.. "\"\",\n\r\0{}[]:\\u0"u8, 0xFF, 0xC3, 0xED, 0xA0, 0x80, 0xEF, 0xBB, 0xBF];

    public static byte[] Spoil(byte[] content, Random random) => SpoilAfter(content, 0, random);

    /// <summary>Leaves the first <paramref name="start"/> bytes as they are.</summary>
    public static byte[] SpoilAfter(byte[] content, int start, Random random)
    {
        var bytes = content.ToList();
        for (var i = random.Next(1, 5); i > 0 && bytes.Count > start + 1; i--)
        {
            Change(bytes, random.Next(start, bytes.Count), random);
        }
        return [.. bytes];
    }

    private static void Change(List<byte> bytes, int at, Random random)
    {
        switch (random.Next(5))
        {
            case 0:
                bytes[at] = (byte)random.Next(256);
                break;
            case 1:
                bytes.Insert(at, Nasty[random.Next(Nasty.Length)]);
                break;
            case 2:
                bytes.RemoveRange(at, Math.Min(random.Next(1, 20), bytes.Count - at));
                break;
            case 3:
                bytes[at] = Nasty[random.Next(Nasty.Length)];
                break;
            default:
                bytes.InsertRange(at, bytes.GetRange(at, Math.Min(random.Next(1, 60), bytes.Count - at)));
                break;
        }
    }
}
