using System.Text;
using Greenery.Drops;
using Greenery.Sources;
using Greenery.Staging.Parsing;
using Greenery.Staging.Parsing.Csv;
using Greenery.Staging.Types;

namespace Greenery.Staging.Inference;

/// <summary>How one file is written.</summary>
/// <param name="Path">On this machine.</param>
/// <param name="Format">By its ending.</param>
/// <param name="IsCompressed">Whether it is gzip.</param>
internal sealed record FileForm(string Path, DropFormat Format, bool IsCompressed)
{
    private const int SampleBytes = 256 * 1024;
    private const int SampleRows = 50;

    /// <summary>How its fields are separated, and in which encoding.</summary>
    public CsvOptions Csv { get; init; } = CsvOptions.Default;

    /// <summary>The columns of a CSV file, in order; of a JSON file each row names its own.</summary>
    public IReadOnlyList<string> Columns { get; init; } = [];

    /// <summary>What is not sure of it.</summary>
    public IReadOnlyList<string> Doubts { get; init; } = [];

    public DropName Name => new(default, "", "", Format, IsCompressed);

    /// <summary>Looks at the start of a file, and for its encoding at all of it.</summary>
    /// <exception cref="ConfigurationException">It cannot be read as one of the formats.</exception>
    public static async Task<FileForm> ReadAsync(string path, CancellationToken cancellationToken)
    {
        if (DropName.FormatOf(path) is not { } ending)
        {
            throw new ConfigurationException(
                path, "has no ending of a format that can be read; expected .csv, .tsv, .txt, .json, .ndjson, "
                + ".jsonl, .xlsx or .parquet, each perhaps with .gz.");
        }
        var form = new FileForm(path, ending.Format, ending.IsCompressed);
        return ending.Format == DropFormat.Csv ? await form.WithCsvAsync(cancellationToken) : form;
    }

    /// <summary>Opens the file as a drop is opened.</summary>
    public Stream Open() => File.OpenRead(Path);

    private async Task<FileForm> WithCsvAsync(CancellationToken cancellationToken)
    {
        var encoding = await EncodingGuess.ReadAsync(Open(), IsCompressed, cancellationToken);
        await using var content = await DropContent.OpenAsync(
            Open(), Name, encoding, new DropLimits(), cancellationToken);
        await content.Window.FillAsync(SampleBytes, cancellationToken);
        var (sample, isWhole) = (content.Window.Unread.ToArray(), content.Window.IsFinal);
        var rows = CsvDialect.Candidates(CsvOptions.Default, null)
            .Select(dialect => (Dialect: dialect, Rows: Split(sample, isWhole, dialect)))
            .OrderByDescending(split => Score(split.Rows))
            .First();
        if (rows.Rows is [[var first], ..] && first.StartsWith("sep=", StringComparison.OrdinalIgnoreCase))
        {
            rows.Rows.RemoveAt(0);
        }
        var names = rows.Rows.Count > 0 ? rows.Rows[0] : [];
        var hasHeader = !LooksLikeValues(names);
        var options = Csv with
        {
            Delimiter = names.Count > 1 && rows.Dialect.Delimiter != ',' ? (char)rows.Dialect.Delimiter : null,
            Encoding = encoding,
            HasHeader = hasHeader,
        };
        return this with
        {
            Csv = options,
            Columns = hasHeader ? Named(names) : [.. names.Select((_, at) => $"column_{at + 1}")],
            Doubts =
            [
                .. encoding is FileEncodings.Utf8 ? Array.Empty<string>() : [$"the encoding is taken for {encoding}"],
                .. hasHeader ? Doubled(names) : [],
                .. hasHeader ? Array.Empty<string>() : ["the first line looks like a row: the columns have no names"],
            ],
        };
    }

    private static IEnumerable<string> Doubled(IReadOnlyList<string> names) => Named(names)
        .GroupBy(name => name, StringComparer.OrdinalIgnoreCase)
        .Where(group => group.Count() > 1)
        .Select(group => $"the header has '{group.Key}' {group.Count()} times: such a file is refused");

    private static IReadOnlyList<string> Named(IReadOnlyList<string> names) =>
        [.. names.Select(HeaderName.Normalize).Where(name => name.Length > 0)];

    private static List<IReadOnlyList<string>> Split(byte[] sample, bool isWhole, CsvDialect dialect)
    {
        var cursor = new CsvCursor(sample, isWhole, new Scratch(), dialect);
        var rows = new List<IReadOnlyList<string>>();
        while (rows.Count < SampleRows)
        {
            cursor.SkipBlankLines();
            var row = new List<string>();
            FieldEnd end;
            do
            {
                end = cursor.Next(out var field, out _);
                row.Add(Encoding.UTF8.GetString(field));
            }
            while (end == FieldEnd.Delimiter);
            if (end != FieldEnd.Row || cursor.IsAtEnd)
            {
                return end == FieldEnd.Row && row.Exists(field => field.Length > 0) ? [.. rows, row] : rows;
            }
            rows.Add(row);
        }
        return rows;
    }

    // Rows of one length, the longer the better.
    private static double Score(List<IReadOnlyList<string>> rows) => rows.Count == 0
        ? 0
        : rows.GroupBy(row => row.Count).Max(alike => (alike.Key - 1) * (double)alike.Count() / rows.Count);

    // Headers may have a year among their names, and not most of them.
    private static bool LooksLikeValues(IReadOnlyList<string> names)
    {
        using var page = new CopyBuffer();
        FieldType[] types = [.. new[] { ColumnKind.Uuid, ColumnKind.Numeric, ColumnKind.Date, ColumnKind.TimestampTz }
            .Select(kind => FieldType.Of(new ColumnType(kind)))];
        var values = names.Count(name => types.Any(type =>
            type.Write(Encoding.UTF8.GetBytes(name), page) == RowRule.None));
        return values > 0 && 2 * values >= names.Count;
    }
}
