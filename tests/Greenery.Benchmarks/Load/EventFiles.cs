using System.Globalization;
using System.Text;

namespace Greenery.Benchmarks.Load;

/// <summary>
/// Web events of an invented shop, the same ones for the same seed, as CSV and as one JSON object a line.
/// </summary>
internal sealed class EventFiles(int seed)
{
    private readonly Random _random = new(seed);
    private readonly byte[] _bytes = new byte[16];

    public const string Header = "event_id,session_id,user_id,page_url,created_at,event_type,order_id,product_id";

    /// <summary>Writes <paramref name="rows"/> events to both files (about 250 and 360 bytes each).</summary>
    public void Write(string csvPath, string? jsonPath, long rows)
    {
        using var csv = new StreamWriter(csvPath, append: false, new UTF8Encoding(false), 1 << 20);
        using var json = jsonPath is null ? null
            : new StreamWriter(jsonPath, append: false, new UTF8Encoding(false), 1 << 20);
        csv.WriteLine(Header);
        for (var i = 0L; i < rows; i++)
        {
            WriteRow(csv, json, i);
        }
    }

    private void WriteRow(StreamWriter csv, StreamWriter? json, long index)
    {
        var (id, session, user, thing) = (Uuid(), Uuid(), Uuid(), Uuid());
        var isView = _random.Next(4) > 0;
        var (kind, page) = isView ? ("page_view", "product") : ("checkout", "checkout");
        var at = new DateTime(2021, 2, 10).AddSeconds(index % 2_000_000)
            .ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
        var (order, product) = isView ? ("", thing) : (thing, "");
        csv.WriteLine($"{id},{session},{user},https://greenery.example/{page}/{thing},{at},{kind},{order},{product}");
        json?.WriteLine(
            $"{{\"event_id\":\"{id}\",\"session_id\":\"{session}\",\"user_id\":\"{user}\","
            + $"\"page_url\":\"https://greenery.example/{page}/{thing}\",\"created_at\":\"{at}\",\"event_type\":\""
            + $"{kind}\","
            + $"\"order_id\":{Text(order)},\"product_id\":{Text(product)}}}");
    }

    private string Uuid()
    {
        _random.NextBytes(_bytes);
        return new Guid(_bytes).ToString();
    }

    private static string Text(string value) => value.Length == 0 ? "null" : $"\"{value}\"";
}
