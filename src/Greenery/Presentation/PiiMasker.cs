using System.Text.Json;
using System.Text.RegularExpressions;
using Greenery.Sources;
using Greenery.Staging;

namespace Greenery.Presentation;

/// <summary>
/// What the page may show of quarantined rows. It travels by mail, so a person's data must not be on it: values
/// of personal columns are masked, and so is each value that cannot be attributed to another column.
/// </summary>
internal sealed partial class PiiMasker(IReadOnlyList<SourceTable> sources)
{
    public const string Mask = ReadableText.PiiMask;

    private readonly HashSet<string> _personal = sources.SelectMany(source => source.Columns)
        .Where(column => column.IsPersonal).Select(column => column.Name).ToHashSet(StringComparer.Ordinal);

    /// <summary>
    /// A message of the loader, in which the found values of personal columns and parts of rows are masked.
    /// </summary>
    public string Message(string message) => _personal.Count == 0 ? message : Found().Replace(message, match =>
        match.Groups["column"] is { Success: true } column && !_personal.Contains(column.Value)
            ? match.Value
            : $"{match.Groups["before"]}found {Mask}");

    /// <summary>As <see cref="Message(string)"/>, for a message whose column is given separately.</summary>
    public string Message(string? column, string message) =>
        Message(column is null ? message : $"column '{column}' {message}");

    /// <summary>
    /// A row as it may be shown: whole where its table has no personal column; of JSON the columns of the contract that
    /// are not personal; null otherwise, since the fields of a broken line cannot be attributed to columns.
    /// </summary>
    public string? Row(string table, string raw)
    {
        if (sources.FirstOrDefault(source => source.Name == table) is not { } source)
        {
            return null;
        }
        return source.Columns.Any(column => column.IsPersonal) ? KnownFields(source, raw) : raw;
    }

    private static string? KnownFields(SourceTable source, string raw)
    {
        try
        {
            using var row = JsonDocument.Parse(raw);
            var open = source.Columns.Where(column => !column.IsPersonal).Select(column => column.Name)
                .ToHashSet(StringComparer.Ordinal);
            return row.RootElement.ValueKind != JsonValueKind.Object ? null
                : JsonSerializer.Serialize(row.RootElement.EnumerateObject()
                .DistinctBy(field => field.Name, StringComparer.Ordinal)
                .ToDictionary(field => field.Name, field =>
                open.Contains(field.Name) ? (object)field.Value.Clone() : Mask));
        }
        catch (JsonException)
        {
            return null;
        }
    }

    // The found text may itself hold quotes: it ends where the loader's own words go on.
    [GeneratedRegex("(?<before>column '(?<column>[^']*)' )?found '.*?'(?=, expected|, which|, neither| with the | "
        + "around byte|$)", RegexOptions.Singleline)]
    private static partial Regex Found();
}
