using Greenery.Sources;
using Greenery.Staging.Types;

namespace Greenery.Staging.Parsing.Csv;

/// <summary>Whether the quoted fields of a row hold another row.</summary>
internal enum Swallowed
{
    Nothing,

    /// <summary>More has to be read to tell.</summary>
    MaybeRow,

    Row,
}

/// <summary>
/// Looks for whole good rows among the lines inside the quoted fields of a row. A row there is evidence only where a
/// value of another type than text shows that it is one: a text can hold lines that look like rows of texts.
/// </summary>
internal sealed class CsvTrial(CsvHeader header) : IDisposable
{
    private readonly CopyBuffer _page = new();
    private readonly Scratch _scratch = new();

    private readonly bool _canTell =
        header.Fields.Any(field => field is not null && field.Kind != ColumnKind.Text);

    /// <param name="data">From the row's first byte on, to the end of what was read.</param>
    /// <param name="stop">Where the row ends.</param>
    /// <param name="isFinal">Whether <paramref name="data"/> is the rest of the file.</param>
    /// <param name="isGood">Whether the row itself is good.</param>
    /// <param name="done">Where the last line begins that holds no row; lines from there on are looked at.</param>
    /// <param name="read">Bytes looked at.</param>
    public Swallowed Find(
        ReadOnlySpan<byte> data, int stop, bool isFinal, bool isGood, ref int done, out int read)
    {
        read = 0;
        for (var at = done; (!isGood || _canTell) && TryPassLine(data[..stop], ref at); done = at)
        {
            var cursor = new CsvCursor(data[at..], isFinal, _scratch, header.Dialect);
            var found = Try(ref cursor, isGood);
            read += cursor.At;
            if (found != Swallowed.Nothing)
            {
                return found;
            }
        }
        return Swallowed.Nothing;
    }

    /// <summary>
    /// Whether all whole lines inside the quoted fields of a good row of texts look like rows: a quote may be too many,
    /// but nothing shows that it is.
    /// </summary>
    /// <param name="row">The row, with its line break.</param>
    public bool LooksLikeRows(ReadOnlySpan<byte> row)
    {
        var lines = 0;
        var at = 0;
        if (_canTell || header.Fields.Length == 1 || !TryPassLine(row, ref at))
        {
            return false;
        }
        for (var next = at; TryPassLine(row, ref next); at = next)
        {
            // Apart from the lines after it, which may be within its quotes.
            var cursor = new CsvCursor(row[at..next].TrimEnd("\r\n"u8), isFinal: true, _scratch, header.Dialect);
            if (!ReadsAsRow(ref cursor))
            {
                return false;
            }
            lines++;
        }
        return lines > 0;
    }

    public void Dispose() => _page.Dispose();

    private static bool TryPassLine(ReadOnlySpan<byte> data, ref int at)
    {
        var length = data[at..].IndexOfAny((byte)'\n', (byte)'\r');
        if (length < 0)
        {
            return false;
        }
        at += length;
        at += data[at..].StartsWith("\r\n"u8) ? 2 : 1;
        return at < data.Length;
    }

    private Swallowed Try(ref CsvCursor cursor, bool isGood)
    {
        var at = 0;
        var hasType = !isGood;
        FieldEnd end;
        _page.Reset(0);
        do
        {
            end = cursor.Next(out var field, out var isQuoted);
            // The end of a good row's first field, if that has line breaks, looks like a first field with a quote.
            if (end == FieldEnd.BadQuote || (isGood && at == 0 && EndsQuoted(field, isQuoted)))
            {
                return Swallowed.Nothing;
            }
            if (end == FieldEnd.Incomplete)
            {
                return at >= header.Fields.Length ? Swallowed.Nothing : Swallowed.MaybeRow;
            }
            if (at < header.Fields.Length ? !IsGood(at, field, isQuoted, ref hasType) : !field.IsEmpty)
            {
                return Swallowed.Nothing;
            }
            at++;
        }
        while (end == FieldEnd.Delimiter);
        return at >= header.Fields.Length && hasType ? Swallowed.Row : Swallowed.Nothing;
    }

    private bool ReadsAsRow(ref CsvCursor cursor)
    {
        var at = 0;
        var hasType = false;
        FieldEnd end;
        _page.Reset(0);
        do
        {
            end = cursor.Next(out var field, out var isQuoted);
            if (end == FieldEnd.BadQuote || at == header.Fields.Length || !IsGood(at, field, isQuoted, ref hasType))
            {
                return false;
            }
            at++;
        }
        while (end == FieldEnd.Delimiter);
        return at == header.Fields.Length;
    }

    private bool EndsQuoted(ReadOnlySpan<byte> field, bool isQuoted) =>
        !isQuoted && !field.IsEmpty && field[^1] == header.Dialect.Quote;

    private bool IsGood(int at, ReadOnlySpan<byte> field, bool isQuoted, ref bool hasType)
    {
        if (header.Fields[at] is not { } writer)
        {
            return true;
        }
        hasType |= writer.Kind != ColumnKind.Text && !field.IsEmpty;
        return writer.Write(field, isQuoted, _page) == RowRule.None;
    }
}
