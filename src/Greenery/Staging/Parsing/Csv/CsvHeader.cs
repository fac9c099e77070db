using System.Text;
using Greenery.Sources;
using Greenery.Staging.Types;

namespace Greenery.Staging.Parsing.Csv;

/// <summary>The columns of a CSV file, matched with the contract.</summary>
/// <param name="Names">As found, without spaces around them; each name of an unknown column once.</param>
/// <param name="Fields">By position, how a field is written; null for a column the contract does not know.</param>
/// <param name="Dialect">What separates the fields.</param>
internal sealed record CsvHeader(IReadOnlyList<string> Names, ColumnWriter?[] Fields, CsvDialect Dialect)
{
    /// <summary>The line the first row can begin at.</summary>
    public long Line { get; init; } = 1;

    /// <summary>The header line's bytes; empty when the file has none.</summary>
    public byte[] Raw { get; init; } = [];

    /// <summary>How many fields a row must have: those after the last column with a name may be missing.</summary>
    public int Needed { get; init; } = Fields.Length;

    /// <summary>Whether fields at this position have no name.</summary>
    public bool IsNameless(int at) => Fields[at] is null && Names[at].StartsWith(Nameless, StringComparison.Ordinal);

    /// <summary>What columns without a name are called by, with their position after it.</summary>
    public const string Nameless = "unnamed_";

    /// <summary>Whether the names are those of the contract: none is missing.</summary>
    public static bool Fits(SourceTable table, IReadOnlyList<string> found) =>
        Missing(Assign(Writers(table, default), Normalized(found))).Count == 0;

    /// <param name="table">The contract.</param>
    /// <param name="found">The names, as found.</param>
    /// <param name="dialect">What separates the fields.</param>
    /// <param name="advice">What may be the reason where columns are missing; null for that of a text file.</param>
    /// <exception cref="RefusedDropException">A name twice, or a column missing.</exception>
    public static CsvHeader Match(
        SourceTable table, IReadOnlyList<string> found, CsvDialect dialect, string? advice = null)
    {
        var names = Normalized(found);
        var assigned = Assign(Writers(table, dialect), names);
        RefuseDuplicates(table, found, assigned.Fields);
        if (Missing(assigned) is { Count: > 0 } missing)
        {
            throw Lacks(
                table, found, missing,
                advice ?? $"{Separator(table, found)}{NoHeader(table, found)}{OtherEncoding(table, found)}");
        }
        return new CsvHeader(Apart(names, assigned.Fields), assigned.Fields, dialect)
        {
            Needed = 1 + Array.FindLastIndex(names, name => name.Length > 0),
        };
    }

    private static ColumnWriter[] Writers(SourceTable table, CsvDialect dialect) => ColumnWriter.For(
        table, ValueFormat.From(table.Csv, dialect.Delimiter), table.Csv.KeepsEmptyText);

    private static string[] Normalized(IReadOnlyList<string> found) => [.. found.Select(HeaderName.Normalize)];

    private static Assignment Assign(ColumnWriter[] writers, string[] names) =>
        new(writers, [.. names.Select(name => Find(writers, name, names))]);

    // Exactly first; ignoring case only where no other name of the header is the exact one. The column's own name
    // counts where the header does not have the one the contract says ('from').
    private static ColumnWriter? Find(ColumnWriter[] writers, string name, string[] names) =>
        writers.FirstOrDefault(writer => writer.SourceName == name)
        ?? writers.FirstOrDefault(writer =>
            HeaderName.AreAlike(writer.SourceName, name) && !names.Contains(writer.SourceName))
        ?? writers.FirstOrDefault(writer => HeaderName.AreAlike(writer.Name, name)
            && !names.Any(other => HeaderName.AreAlike(other, writer.SourceName)));

    private static List<string> Missing(Assignment assigned) => [.. assigned.Writers
        .Where(writer => writer.IsExpected && !assigned.Fields.Contains(writer))
        .Select(writer => writer.SourceName)];

    // Columns without a name are called by their position, doubled ones the contract does not know by a number.
    private static string[] Apart(string[] names, ColumnWriter?[] fields)
    {
        var taken = names.ToHashSet(StringComparer.Ordinal);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        // By name, the number that is tried next: the same name may come a hundred thousand times.
        var next = new Dictionary<string, int>(StringComparer.Ordinal);
        return [.. names.Select((name, at) => fields[at] is not null ? name : Free(Named(name, at)))];

        string Named(string name, int at) => name.Length == 0 ? $"{Nameless}{at + 1}" : name;

        string Free(string name)
        {
            var free = name;
            while ((free != name && taken.Contains(free)) || !seen.Add(free))
            {
                next[name] = next.GetValueOrDefault(name, 1) + 1;
                free = $"{name}_{next[name]}";
            }
            return free;
        }
    }

    private static void RefuseDuplicates(SourceTable table, IReadOnlyList<string> found, ColumnWriter?[] fields)
    {
        var twice = fields.OfType<ColumnWriter>().GroupBy(field => field).FirstOrDefault(group => group.Count() > 1);
        if (twice is not null)
        {
            throw new RefusedDropException(
                $"has {twice.Count()} columns '{Show(twice.Key.SourceName)}' in its header; expected each name once. "
                + $"Found: {ListFound(table, found)}. Ask the source to name its columns apart.");
        }
    }

    private static RefusedDropException Lacks(
        SourceTable table, IReadOnlyList<string> found, List<string> missing, string advice) => new(
        $"lacks {(missing.Count == 1 ? "column" : "columns")} {List(missing)}. Found: {ListFound(table, found)}. "
        + $"Expected: {List([.. table.Columns.Select(column => column.SourceName)])}.{advice} "
        + $"Restore what is missing, or mark it config: optional: true ({table.Place}).");

    private static string Separator(SourceTable table, IReadOnlyList<string> found) =>
        found is [var only] && only.IndexOfAny([',', ';', '\t', '|']) >= 0
            ? $" The fields must be separated by {(table.Csv.Delimiter is { } one and not ',' ? $"'{one}'" : "commas")}"
                + " (config: csv: delimiter)."
            : "";

    private static string NoHeader(SourceTable table, IReadOnlyList<string> names) =>
        names.Any(name => IsKnown(table, name)) ? "" : " Does the file have no header line?";

    private static string OtherEncoding(SourceTable table, IReadOnlyList<string> names) =>
        table.Csv.Encoding == FileEncodings.Utf8 || names.Any(name => IsKnown(table, name))
            ? ""
            : $" Is it in {table.Csv.Encoding} (config: csv: encoding)?";

    // A file without a header has its first row here: only names of the contract may be shown.
    private static string ListFound(SourceTable table, IReadOnlyList<string> names) => NameList.Of(
        names.Select(name => FoundText.Name(name, table.HasPersonalColumns && !IsKnown(table, name)).ToString()),
        names.Count);

    private static bool IsKnown(SourceTable table, string name) =>
        table.Columns.Any(column => HeaderName.AreAlike(column.SourceName, HeaderName.Normalize(name))
            || HeaderName.AreAlike(column.Name, HeaderName.Normalize(name)));

    private static string List(List<string> names) => NameList.Of(names.Select(Show), names.Count);

    private static string Show(string name) => ReadableText.Shorten(Encoding.UTF8.GetBytes(name));

    private sealed record Assignment(ColumnWriter[] Writers, ColumnWriter?[] Fields);
}
