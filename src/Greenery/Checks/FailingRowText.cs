using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Greenery.Staging;

namespace Greenery.Checks;

/// <summary>Makes failing rows fit to be kept and shown: personal values in JSON masked, long values cut.</summary>
internal static class FailingRowText
{
    /// <summary>Characters kept of a value.</summary>
    public const int LongestValue = 300;

    /// <summary>Characters kept of a row; further columns are counted.</summary>
    public const int LongestRow = 10_000;

    private const string Mask = "***";

    private static readonly JsonDocumentOptions Deep = new() { MaxDepth = 512 };

    private static readonly JsonSerializerOptions Readable =
        new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, MaxDepth = 512 };

    /// <summary>The row with long values cut, each with the length it had.</summary>
    /// <param name="row">A JSON object.</param>
    public static string Cut(string row) => row.Length <= LongestValue ? row : Of(row, []);

    /// <summary>As <see cref="Cut"/>, and values below personal keys masked wherever they are.</summary>
    /// <param name="row">A JSON object.</param>
    /// <param name="personal">Names of personal columns, in any letter case.</param>
    public static string Of(string row, IReadOnlyCollection<string> personal)
    {
        try
        {
            var node = JsonNode.Parse(row, documentOptions: Deep)!.AsObject();
            var isMasked = MaskAll(node.ToList(), field => MaskBelow(field.Value, personal));
            return Shorten(node) || isMasked ? node.ToJsonString(Readable) : row;
        }
        catch (JsonException)
        {
            return new JsonObject { ["…"] = "nested too deeply to be shown" }.ToJsonString(Readable);
        }
    }

    private static bool Shorten(JsonObject row)
    {
        var (isChanged, length, left) = (false, 0, 0);
        foreach (var (name, value) in row.ToList())
        {
            if (length > LongestRow)
            {
                row.Remove(name);
                left++;
                continue;
            }
            var text = value is JsonValue scalar && scalar.GetValueKind() == JsonValueKind.String
                ? scalar.GetValue<string>() : value?.ToJsonString(Readable) ?? "";
            if (text.Length > LongestValue)
            {
                row[name] = $"{ReadableText.Start(text, LongestValue)}… ({text.Length} characters)";
                isChanged = true;
            }
            length += name.Length + Math.Min(text.Length, LongestValue);
        }
        if (left > 0)
        {
            row["…"] = $"{left} more columns";
        }
        return isChanged || left > 0;
    }

    private static bool MaskBelow(JsonNode? node, IReadOnlyCollection<string> personal) => node switch
    {
        JsonArray array => MaskAll(array, item => MaskBelow(item, personal)),
        JsonObject fields => MaskAll(fields.ToList(), field => MaskField(fields, field.Key, field.Value, personal)),
        _ => false,
    };

    // All of them, whatever the first says.
    private static bool MaskAll<T>(IEnumerable<T> items, Func<T, bool> mask) =>
        items.Aggregate(false, (isMasked, item) => mask(item) || isMasked);

    private static bool MaskField(
        JsonObject fields, string key, JsonNode? value, IReadOnlyCollection<string> personal)
    {
        if (value is null || !personal.Contains(key, StringComparer.OrdinalIgnoreCase))
        {
            return MaskBelow(value, personal);
        }
        fields[key] = Mask;
        return true;
    }
}
