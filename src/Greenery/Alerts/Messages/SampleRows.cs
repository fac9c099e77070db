using System.Text.Json;
using Greenery.Checks;
using Greenery.Runs;

namespace Greenery.Alerts.Messages;

/// <summary>
/// Some failing rows of a check, as the ledger holds them: personal columns are masked there already.
/// </summary>
internal static class SampleRows
{
    private const int RowsShown = 5;

    /// <param name="found">What the run found.</param>
    /// <param name="check">The check as declared; null when it is no longer part of the project.</param>
    public static Block Of(CheckLine found, Check? check)
    {
        var rows = found.FailingRows.Take(RowsShown).Select(Read).ToList();
        var columns = Ordered([.. rows.SelectMany(row => row.Keys).Distinct()], check);
        return new Block.Samples(
            $"Failing rows of {found.Id}",
            columns,
            [.. rows.Select(row => columns.Select(column => row.GetValueOrDefault(column, "")).ToList())],
            (int)Math.Clamp(found.RowsFailing - rows.Count, 0, int.MaxValue));
    }

    // The key says which row it is, the column next to it what is wrong with it.
    private static List<string> Ordered(List<string> columns, Check? check)
    {
        string[] first = check is null ? []
            : [.. KeyOf(check), .. check.Column is { } column ? [column] : Array.Empty<string>(),
                .. check.Rule is SetCheckRule rule ? rule.Columns : []];
        return [.. first.Where(columns.Contains).Concat(columns).Distinct()];
    }

    // A model that is built anew says by a check what identifies its rows.
    private static IReadOnlyList<string> KeyOf(Check check) =>
        check.Source?.PrimaryKey ?? (check.Model.UniqueKey.Count > 0 ? check.Model.UniqueKey
            : [.. check.Model.Checks.Where(declared => declared is { Kind: "unique", Column: not null })
                .Take(1).Select(declared => declared.Column!)]);

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
