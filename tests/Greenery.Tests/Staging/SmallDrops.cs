using System.Text;

namespace Greenery.Tests.Staging;

/// <summary>Random small drops of plants, good and bad, for <see cref="BatchLoadTests"/>.</summary>
internal static class SmallDrops
{
    public const string Header = "id,name,price\n";

    public static readonly string[] Dates = ["2026-11-20", "2026-11-21", "2026-11-22"];

    // The second round brings drops between, before and after those of the first.
    public static IEnumerable<List<(string Date, string File, byte[] Content)>> Rounds(Random random)
    {
        var files = Enumerable.Range(0, 40)
            .Select(part => Drop(random, Dates[random.Next(Dates.Length)], part)).ToArray();
        random.Shuffle(files);
        yield return [.. files.Take(15)];
        yield return [.. files.Skip(15)];
    }

    private static (string Date, string File, byte[] Content) Drop(Random random, string date, int part)
    {
        var rows = Enumerable.Range(0, random.Next(6)).Select(_ => Row(random)).ToList();
        var json = string.Concat(rows.Select(row => row.Split(',') is var cells
            ? $"{{\"id\":\"{cells[0]}\",\"name\":\"{cells[1]}\",\"price\":\"{cells[2]}\",\"note\":{part}}}\n" : ""));
        return random.Next(10) switch
        {
            0 => (date, $"{{0}}-{part}.csv", Bytes($"id,name\n{string.Join('\n', rows)}\n")),
            1 => (date, $"{{0}}-{part}.ndjson", Bytes(json)),
            2 => (date, $"{{0}}-{part}.csv", Bytes(Header + string.Join('\n', rows))),
            3 => (date, $"{{0}}-{part}.csv", Bytes("price,id,name,shelf\n"
                + string.Concat(rows.Select(row => row.Split(',') is var x ? $"{x[2]},{x[0]},{x[1]},A{part}\n" : "")))),
            4 => (date, $"{{0}}-{part}.csv", Bytes("")),
            5 => (date, $"{{0}}-{part}.csv", Bytes($"{Header}1,a,1\n")),
            6 => (date, $"{{0}}-{part}.csv.gz",
                LoadHarness.Gzip(Bytes($"{Header}{string.Concat(rows.Select(row => $"{row}\n"))}"))),
            _ => (date, $"{{0}}-{part}.csv", Bytes($"{Header}{string.Concat(rows.Select(row => $"{row}\n"))}")),
        };
    }

    private static string Row(Random random) => random.Next(12) == 0
        ? $"{random.Next(8)},bad,much"
        : $"{random.Next(8)},{(char)('a' + random.Next(2))},{random.Next(3)}";

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);
}
