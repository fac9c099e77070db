using System.Globalization;
using System.IO.Compression;
using System.Text.Json;

namespace Greenery.Tests.SampleData;

/// <summary>A row of a sample as text by column; what is null or empty is not in it.</summary>
internal sealed record SampleRow(DateOnly Drop, string Path, IReadOnlyDictionary<string, string> Values)
{
    public string this[string column] => Values[column];

    public string? Find(string column) => Values.GetValueOrDefault(column);

    public decimal Money(string column) => decimal.Parse(Values[column], CultureInfo.InvariantCulture);

    public DateTime Time(string column) => DateTime.ParseExact(
        Values[column], "yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal);

    /// <summary>The rows of a file, read by other code than wrote them.</summary>
    public static IEnumerable<SampleRow> Read(string folder, string path)
    {
        var drop = DateOnly.ParseExact(path[..10], "yyyy-MM-dd", CultureInfo.InvariantCulture);
        var lines = Lines(folder, path);
        var rows = path.Contains(".csv", StringComparison.Ordinal)
            ? lines.Skip(1).Select(line => Csv(lines[0].Split(','), line))
            : path.Contains(".ndjson", StringComparison.Ordinal)
                ? lines.Select(line => Json(JsonDocument.Parse(line).RootElement))
                : JsonDocument.Parse(string.Join('\n', lines)).RootElement.EnumerateArray().Select(Json);
        return rows.Select(values => new SampleRow(drop, path, values));
    }

    public static IReadOnlyList<string> Lines(string folder, string path)
    {
        using var file = File.OpenRead(System.IO.Path.Combine(folder, path));
        using Stream content = path.EndsWith(".gz", StringComparison.Ordinal)
            ? new GZipStream(file, CompressionMode.Decompress)
            : file;
        using var reader = new StreamReader(content);
        var text = reader.ReadToEnd();
        Assert.EndsWith("\n", text, StringComparison.Ordinal);
        return text[..^1].Split('\n');
    }

    private static Dictionary<string, string> Csv(string[] columns, string line)
    {
        List<string> fields = [""];
        var isQuoted = false;
        for (var i = 0; i < line.Length; i++)
        {
            var isDoubled = isQuoted && line[i] == '"' && i + 1 < line.Length && line[i + 1] == '"';
            if (line[i] == '"' && !isDoubled)
            {
                isQuoted = !isQuoted;
            }
            else if (line[i] == ',' && !isQuoted)
            {
                fields.Add("");
            }
            else
            {
                i += isDoubled ? 1 : 0;
                fields[^1] += line[i];
            }
        }
        Assert.Equal(columns.Length, fields.Count);
        return columns.Zip(fields).Where(pair => pair.Second.Length > 0)
            .ToDictionary(pair => pair.First, pair => pair.Second);
    }

    private static Dictionary<string, string> Json(JsonElement row) => row.EnumerateObject()
        .Where(property => property.Value.ValueKind != JsonValueKind.Null)
        .ToDictionary(property => property.Name, property => property.Value.ToString());
}
