using System.Text.Json;
using Greenery.Sources;
using Greenery.Staging;

namespace Greenery.Presentation;

/// <summary>
/// What may be shown of a quarantined row as it came in its file. Only the ledger keeps it whole; messages about it are
/// masked where they are made (<see cref="FoundText"/>).
/// </summary>
/// <param name="sources">The contract as it is now: a column that was marked after a row came is masked too.</param>
public sealed class RawRowMask(IReadOnlyList<SourceTable> sources)
{
    /// <summary>
    /// A row as it may be shown: whole where its table has no personal column; of JSON the columns of the contract,
    /// the values of personal ones masked; null otherwise, since the fields of a broken line cannot be attributed to
    /// columns. Keys that the contract does not know may be persons themselves, so one mask is shown for all of them.
    /// </summary>
    /// <param name="table">The staging table.</param>
    /// <param name="raw">The row as written in the file.</param>
    public string? Show(string table, string raw) => sources.FirstOrDefault(source => source.Name == table) switch
    {
        null => null,
        { HasPersonalColumns: false } => raw,
        var source => KnownFields(source, raw),
    };

    private static string? KnownFields(SourceTable source, string raw)
    {
        try
        {
            using var row = JsonDocument.Parse(raw);
            if (row.RootElement.ValueKind != JsonValueKind.Object)
            {
                return null;
            }
            var shown = new Dictionary<string, object>(StringComparer.Ordinal);
            foreach (var field in row.RootElement.EnumerateObject())
            {
                var column = source.Columns.FirstOrDefault(column =>
                    column.SourceName == field.Name || column.Name == field.Name);
                shown.TryAdd(
                    column is null ? ReadableText.PiiMask : field.Name,
                    IsShown(column, field.Value) ? field.Value.Clone() : ReadableText.PiiMask);
            }
            return JsonSerializer.Serialize(shown);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // No JSON, or a key with half of a surrogate pair, which is no text.
            return null;
        }
    }

    // An object in a column that takes none is a value of something else, which may be personal.
    private static bool IsShown(SourceColumn? column, JsonElement value) => column is { IsPersonal: false }
        && (column.Type.Kind is ColumnKind.Jsonb or ColumnKind.Array
            || value.ValueKind is not (JsonValueKind.Object or JsonValueKind.Array));
}
