using System.Text;
using Greenery.Sources;

namespace Greenery.Staging.Parsing.Csv;

/// <summary>The first line of a CSV file, matched with the contract.</summary>
/// <param name="Names">As found, trimmed.</param>
/// <param name="Fields">By position, how a field is written; null for a column the contract does not know.</param>
/// <param name="Line">The line the first row can begin at.</param>
internal sealed record CsvHeader(IReadOnlyList<string> Names, ColumnWriter?[] Fields, long Line)
{
    /// <exception cref="RefusedDropException">A name twice, or a column missing.</exception>
    public static CsvHeader Match(SourceTable table, IReadOnlyList<string> names, long line)
    {
        var writers = ColumnWriter.For(table);
        var fields = names.Select(name => Find(writers, name, names)).ToArray();
        RefuseDuplicates(table, names, fields);
        RefuseMissing(table, names, fields);
        return new CsvHeader(names, fields, line);
    }

    // Exactly first; ignoring case only where no other name of the header is the exact one.
    private static ColumnWriter? Find(ColumnWriter[] writers, string name, IReadOnlyList<string> names) =>
        writers.FirstOrDefault(writer => writer.Name == name)
        ?? writers.FirstOrDefault(writer =>
            writer.Name.Equals(name, StringComparison.OrdinalIgnoreCase) && !names.Contains(writer.Name));

    private static void RefuseDuplicates(SourceTable table, IReadOnlyList<string> names, ColumnWriter?[] fields)
    {
        var twice = names
            .Select((name, at) => fields[at]?.Name ?? name)
            .GroupBy(name => name)
            .FirstOrDefault(group => group.Count() > 1);
        if (twice is not null)
        {
            throw new RefusedDropException(
                $"has {twice.Count()} columns '{ShowFound(table, twice.Key)}' in its header; expected each name once. "
                + $"Found: {ListFound(table, names)}. Ask the source to name its columns apart.");
        }
    }

    private static void RefuseMissing(SourceTable table, IReadOnlyList<string> names, ColumnWriter?[] fields)
    {
        var missing = table.Columns
            .Where(column => !column.IsOptional && fields.All(field => field?.Name != column.Name))
            .Select(column => column.Name)
            .ToArray();
        if (missing.Length > 0)
        {
            throw new RefusedDropException(
                $"lacks {(missing.Length == 1 ? "column" : "columns")} {List(missing)}. Found: "
                    + $"{ListFound(table, names)}. "
                + $"Expected: {List(table.Columns.Select(column => column.Name))}.{Separator(names)}"
                + $"{NoHeader(table, names)} "
                + $"Restore what is missing, or mark it config: optional: true ({table.Place}).");
        }
    }

    private static string Separator(IReadOnlyList<string> names) =>
        names is [var only] && only.IndexOfAny([';', '\t', '|']) >= 0
            ? " The fields must be separated by commas."
            : "";

    private static string NoHeader(SourceTable table, IReadOnlyList<string> names) =>
        names.Any(name => IsKnown(table, name)) ? "" : " Does the file have no header line?";

    // A file without a header has its first row here: only names of the contract may be shown.
    private static string ListFound(SourceTable table, IEnumerable<string> names) =>
        string.Join(", ", names.Select(name => ShowFound(table, name)));

    private static string ShowFound(SourceTable table, string name) =>
        table.HasPersonalColumns && !IsKnown(table, name) ? ReadableText.PiiMask : Show(name);

    private static bool IsKnown(SourceTable table, string name) =>
        table.Columns.Any(column => column.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    private static string List(IEnumerable<string> names) => string.Join(", ", names.Select(Show));

    private static string Show(string name) => ReadableText.Shorten(Encoding.UTF8.GetBytes(name));
}
