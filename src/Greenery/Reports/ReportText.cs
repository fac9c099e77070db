using System.Globalization;
using System.Text.Json;
using Greenery.Presentation;
using Greenery.Staging;

namespace Greenery.Reports;

/// <summary>Small pieces of text and of drawings.</summary>
internal static class ReportText
{
    private const int LongestValue = 160;

    /// <summary>A coordinate with one digit after the point.</summary>
    public static string Pixel(double value) => Math.Round(value, 1).ToString(CultureInfo.InvariantCulture);

    /// <summary><c>79.8 %</c>; a dash where there is none.</summary>
    public static string Share(decimal? share) =>
        share is { } value ? NumberFormat.Share(value) : "-";

    /// <summary>Up to three digits after the point; a dash where there is none.</summary>
    public static string Number(decimal? number) => number?.ToString("#,0.###", CultureInfo.InvariantCulture) ?? "-";

    /// <summary>Plain, for sorting.</summary>
    public static string Raw(decimal? number) => number?.ToString(CultureInfo.InvariantCulture) ?? "";

    /// <summary>An element's id, or the address of it, within the page.</summary>
    public static string Link(string kind, string name) => $"#{kind}-{Uri.EscapeDataString(name)}";

    /// <summary><c>error</c>: error and so on, as people say it.</summary>
    public static string Word(HealthStatus condition) => condition switch
    {
        HealthStatus.Good => "fine",
        HealthStatus.Reused => "reused",
        HealthStatus.Warning => "warning",
        HealthStatus.Bad => "failure",
        _ => "not known",
    };

    /// <summary>
    /// JSON objects as a table: all their keys, and a row of values each; what is no object has one column.
    /// </summary>
    public static (IReadOnlyList<string> Columns, IReadOnlyList<IReadOnlyList<string>> Rows) Table(
        IReadOnlyList<string> objects)
    {
        var rows = objects.Select(Fields).ToList();
        var columns = rows.SelectMany(row => row.Keys).Distinct(StringComparer.Ordinal).ToList();
        return (columns, [.. rows.Select(row => columns.Select(column => row.GetValueOrDefault(column, "")).ToList())]);
    }

    public static string Shorten(string text) =>
        text.Length > LongestValue ? ReadableText.Start(text, LongestValue) + " ..." : text;

    private static Dictionary<string, string> Fields(string json)
    {
        using var document = JsonDocument.Parse(json);
        return document.RootElement.ValueKind == JsonValueKind.Object
            ? document.RootElement.EnumerateObject().DistinctBy(field => field.Name)
                .ToDictionary(field => field.Name, field => Value(field.Value), StringComparer.Ordinal)
            : new Dictionary<string, string>(StringComparer.Ordinal) { ["value"] = Value(document.RootElement) };
    }

    private static string Value(JsonElement value) => Shorten(value.ValueKind switch
    {
        JsonValueKind.String => value.GetString()!,
        JsonValueKind.Null => "null",
        _ => value.GetRawText(),
    });
}
