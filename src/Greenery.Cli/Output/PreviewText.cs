using System.Text.Json;
using Greenery.Models;
using Greenery.Presentation;
using Greenery.Workshop;
using Spectre.Console;

namespace Greenery.Cli.Output;

/// <summary>Rows of a preview: a table for people, objects for machines.</summary>
internal static class PreviewText
{
    private const int LongestValue = 80;

    // Their text is JSON as well.
    private static readonly HashSet<string> JsonTypes = new(StringComparer.Ordinal)
    {
        "smallint", "integer", "bigint", "numeric", "real", "double precision", "json", "jsonb",
    };

    public static void Write(Terminal terminal, Model model, PreviewedRows rows, int limit)
    {
        foreach (var note in rows.Notes)
        {
            terminal.Markup($"[yellow]note[/] {Markup.Escape(note)}");
        }
        if (rows.Rows.Count == 0)
        {
            terminal.Line($"{model} returns no row; its columns are "
                + $"{string.Join(", ", rows.Columns.Select(column => $"{column.Name} {column.Type}"))}.");
            return;
        }
        var table = new Table { Border = TableBorder.Simple };
        foreach (var column in rows.Columns)
        {
            table.AddColumn(new TableColumn(new Text(column.Name)) { Alignment = Side(column) });
        }
        foreach (var row in rows.Rows)
        {
            table.AddRow(row.Select(value => value is null ? new Text("null", Color.Grey) : new Text(Cell(value))));
        }
        terminal.People.Write(table);
        terminal.Line(rows.Rows.Count < limit
            ? $"{NumberFormat.Count(rows.Rows.Count, "row")} of {model}, which are all. Nothing was changed."
            : $"The first {NumberFormat.Count(rows.Rows.Count, "row")} of {model}; --limit shows more. Nothing was "
                + "changed.");
    }

    /// <summary>One object a row: numbers, booleans and JSON as such, all else as text.</summary>
    public static IEnumerable<Dictionary<string, object?>> Objects(PreviewedRows rows) => rows.Rows.Select(row =>
    {
        var values = new Dictionary<string, object?>(StringComparer.Ordinal);
        foreach (var (column, value) in rows.Columns.Zip(row))
        {
            values[column.Name] = Value(column, value);
        }
        return values;
    });

    /// <summary>A value on one line, not longer than people read in a list.</summary>
    public static string Cell(string value)
    {
        var line = value.ReplaceLineEndings(" ");
        return line.Length <= LongestValue ? line : $"{line[..LongestValue]} ...";
    }

    private static object? Value(PreviewedColumn column, string? value)
    {
        if (value is null || column.IsPersonal)
        {
            return value;
        }
        if (column.Type == "boolean")
        {
            return value == "true";
        }
        if (!JsonTypes.Contains(Bare(column)))
        {
            return value;
        }
        try
        {
            using var json = JsonDocument.Parse(value);
            return json.RootElement.Clone();
        }
        catch (JsonException)
        {
            // NaN, Infinity.
            return value;
        }
    }

    private static Justify Side(PreviewedColumn column) =>
        JsonTypes.Contains(Bare(column)) && !column.Type.StartsWith("json", StringComparison.Ordinal)
            ? Justify.Right : Justify.Left;

    // numeric(12,2)
    private static string Bare(PreviewedColumn column) => column.Type.Split('(')[0];
}
