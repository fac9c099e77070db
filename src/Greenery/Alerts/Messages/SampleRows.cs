using System.Text.Json;
using Greenery.Runs;

namespace Greenery.Alerts.Messages;

/// <summary>
/// Some failing rows of a check, as the ledger holds them: personal columns are masked there already.
/// </summary>
internal static class SampleRows
{
    private const int RowsShown = 5;

    public static Block Of(CheckLine check)
    {
        var rows = check.FailingRows.Take(RowsShown).Select(Read).ToList();
        var columns = rows.SelectMany(row => row.Keys).Distinct().ToList();
        return new Block.Samples(
            $"Failing rows of {check.Id}",
            columns,
            [.. rows.Select(row => columns.Select(column => row.GetValueOrDefault(column, "")).ToList())],
            (int)Math.Clamp(check.RowsFailing - rows.Count, 0, int.MaxValue));
    }

    private static Dictionary<string, string> Read(string row)
    {
        using var json = JsonDocument.Parse(row);
        return json.RootElement.EnumerateObject()
            .ToDictionary(field => field.Name, field => Text(field.Value), StringComparer.Ordinal);
    }

    private static string Text(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString()!,
        JsonValueKind.Null => "null",
        _ => value.GetRawText(),
    };
}
