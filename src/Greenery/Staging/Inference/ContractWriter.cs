using System.Globalization;
using System.Text;
using Greenery.Sources;

namespace Greenery.Staging.Inference;

/// <summary>The contract as text.</summary>
internal sealed class ContractWriter(IReadOnlyList<TableGuess> tables)
{
    private readonly StringBuilder _text = new();

    /// <summary>The whole file.</summary>
    public string Write()
    {
        _text.Append("# A first contract, inferred from files. Comments that begin with 'unsure' want a look.\n"
            + "version: 2\nsources:\n  - name: drops\n    tables:\n");
        var names = new NameGuess(40);
        foreach (var table in tables)
        {
            WriteTable(table, names.Of(table.DropName, "table"));
        }
        return _text.ToString();
    }

    private void WriteTable(TableGuess table, string name)
    {
        var types = TypeGuess.Of(table);
        var key = KeyGuess.Of(table, column => types.Of(column).Kind);
        Line(6, $"# {table.Rows} rows in {Files(table)}"
            + (table.IsFull ? "; more were not read" : ""));
        foreach (var doubt in table.Doubts.Concat(types.Doubts).Concat(new[] { key.Doubt }.OfType<string>()))
        {
            Line(6, $"# unsure: {doubt}");
        }
        Line(6, $"- name: {name}");
        WritePath(table, name);
        WriteCsv(types.Csv);
        var columns = new NameGuess(63);
        var named = table.Columns.ToDictionary(column => column, column => columns.Of(column.Name, "column"));
        if (key.Columns.Count > 1)
        {
            Line(8, $"constraints: [{{type: primary_key, columns: "
                + $"[{string.Join(", ", key.Columns.Select(column => named[column]))}]}}]");
        }
        Line(8, $"columns:");
        foreach (var column in table.Columns)
        {
            WriteColumn(table, column, named[column], types, key.Columns is [var only] && only == column);
        }
    }

    // A file in a folder of its date, or without a date, is named as the table is.
    private void WritePath(TableGuess table, string name)
    {
        var file = Path.GetFileName(table.Files[0].Path);
        if (ContractInference.DateOf(file) is { } date && !Drops.DropName.TryParse($"2000-01-01/{file}", out _)
            || (ContractInference.DateOf(file) is not null && !IsInDateFolder(table.Files[0].Path)))
        {
            date = ContractInference.DateOf(file)!.Value;
            var form = date.Length == 8 ? "yyyyMMdd" : $"yyyy{file[date.Start + 4]}MM{file[date.Start + 4]}dd";
            var pattern = $"{file[..date.Start]}{{date:{form}}}{file[(date.Start + date.Length)..]}";
            Line(8, $"# unsure: the folder below that of the drops, which comes before the name");
            Line(8, $"path: {Quote(pattern)}");
        }
        else if (!table.DropName.Equals(name, StringComparison.OrdinalIgnoreCase))
        {
            Line(8, $"config: {{drop: {Quote(table.DropName)}}}");
        }
    }

    private static bool IsInDateFolder(string path) =>
        Drops.DropName.IsInDateFolder($"{Path.GetFileName(Path.GetDirectoryName(Path.GetFullPath(path)))}/x");

    private void WriteCsv(IReadOnlyList<string> csv)
    {
        if (csv.Count > 0)
        {
            Line(8, $"config:");
            Line(10, $"csv: {{{string.Join(", ", csv)}}}");
        }
    }

    private void WriteColumn(TableGuess table, ColumnGuess column, string name, TypeGuess types, bool isKey)
    {
        var type = types.Of(column);
        foreach (var doubt in types.DoubtsOf(column))
        {
            Line(10, $"# unsure: {doubt}");
        }
        Line(10, $"- name: {name}");
        if (!name.Equals(column.Name, StringComparison.OrdinalIgnoreCase))
        {
            Line(12, $"from: {Quote(column.Name)}");
        }
        Line(12, $"data_type: {type.Sql}");
        if (isKey)
        {
            Line(12, $"constraints: [{{type: primary_key}}]");
        }
        var isOptional = !isKey && column.Files < table.Files.Count;
        var nulls = type.Kind != ColumnKind.Text && column.NullWords.Count > 0
            ? $"nulls: [{string.Join(", ", column.NullWords.Select(Quote))}]"
            : null;
        if (isOptional || nulls is not null)
        {
            string[] config = [.. isOptional ? ["optional: true"] : Array.Empty<string>(),
                .. nulls is null ? Array.Empty<string>() : [nulls]];
            Line(12, $"config: {{{string.Join(", ", config)}}}");
        }
    }

    private static string Files(TableGuess table) => table.Files.Count == 1
        ? Path.GetFileName(table.Files[0].Path)
        : FormattableString.Invariant($"{table.Files.Count} files, the first {Path.GetFileName(table.Files[0].Path)}");

    // A name may have a line break in it.
    private void Line(int indent, FormattableString text) => _text.Append(' ', indent)
        .Append(text.ToString(CultureInfo.InvariantCulture).ReplaceLineEndings(" ")).Append('\n');

    private void Line(int indent, string text) => _text.Append(' ', indent).Append(text.ReplaceLineEndings(" "))
        .Append('\n');

    // JSON's text is one of YAML's.
    private static string Quote(string text) => System.Text.Json.JsonSerializer.Serialize(text, Plain);

    private static readonly System.Text.Json.JsonSerializerOptions Plain = new()
    {
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };
}
