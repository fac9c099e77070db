namespace Greenery.Staging.Parsing.Csv;

/// <summary>What comes after a field.</summary>
internal enum FieldEnd
{
    Delimiter,
    Row,

    /// <summary>The field continues after the end of the data; more has to be read first.</summary>
    Incomplete,

    /// <summary>The field's quote is not closed before the end of the file, or has text after it.</summary>
    BadQuote,
}

/// <summary>
/// Splits bytes into fields by RFC 4180, in place, with the delimiter and quote of the file. Lines end with LF, CRLF or
/// CR. A quote counts only as the first
/// byte of a field; inside an unquoted one it is text.
/// </summary>
internal ref struct CsvCursor(ReadOnlySpan<byte> data, bool isFinal, Scratch scratch, CsvDialect dialect)
{
    private readonly ReadOnlySpan<byte> _data = data;
    private readonly byte _delimiter = dialect.Delimiter;
    private readonly int _quote = dialect.Quote;
    private readonly bool _isTrimmed = dialect.IsTrimmed;

    /// <summary>The next byte to be read.</summary>
    public int At { get; private set; }

    /// <summary>Line breaks passed so far.</summary>
    public int Lines { get; private set; }

    /// <summary>Line breaks inside quoted fields passed so far.</summary>
    public int QuotedLines { get; private set; }

    public readonly bool IsAtEnd => At >= _data.Length;

    /// <summary>
    /// Passes lines with nothing on them: they are no rows. A byte order mark where a row begins is none of the row.
    /// </summary>
    public void SkipBlankLines()
    {
        while (At < _data.Length && _data[At] is (byte)'\r' or (byte)'\n' or ByteOrderMark.First)
        {
            if (_data[At] == ByteOrderMark.First)
            {
                if (!_data[At..].StartsWith(ByteOrderMark.Utf8))
                {
                    return;
                }
                At += ByteOrderMark.Utf8.Length;
            }
            else if (End(isLine: true) == FieldEnd.Incomplete)
            {
                return;
            }
        }
    }

    /// <summary>Reads a field. A quoted one comes without its quotes; it is good until the next call.</summary>
    public FieldEnd Next(out ReadOnlySpan<byte> field, out bool isQuoted)
    {
        if (_isTrimmed)
        {
            SkipSpaces();
        }
        isQuoted = At < _data.Length && _data[At] == _quote;
        if (isQuoted)
        {
            return Quoted(out field);
        }
        var rest = _data[At..];
        var length = rest.IndexOfAny(_delimiter, (byte)'\n', (byte)'\r');
        field = length < 0 ? rest : rest[..length];
        At += field.Length;
        if (_isTrimmed)
        {
            field = field.TrimEnd(" \t"u8);
        }
        return End();
    }

    /// <summary>Goes back to a row's first byte.</summary>
    public void Return(int at, int lines) => (At, Lines) = (at, lines);

    /// <summary>Reads to the end of the line, whatever it contains; false when the line is not complete.</summary>
    public bool TryReadLine(out ReadOnlySpan<byte> line)
    {
        var length = _data[At..].IndexOfAny((byte)'\n', (byte)'\r');
        line = length < 0 ? _data[At..] : _data.Slice(At, length);
        At += line.Length;
        return End(isLine: true) != FieldEnd.Incomplete;
    }

    private void SkipSpaces()
    {
        while (At < _data.Length && _data[At] is (byte)' ' or (byte)'\t' && _data[At] != _delimiter)
        {
            At++;
        }
    }

    private FieldEnd Quoted(out ReadOnlySpan<byte> field)
    {
        scratch.Clear();
        var from = At + 1;
        while (true)
        {
            var length = _data[from..].IndexOf((byte)_quote);
            var next = from + length + 1;
            if (length < 0 || (next == _data.Length && !isFinal))
            {
                field = default;
                return isFinal ? FieldEnd.BadQuote : FieldEnd.Incomplete;
            }
            if (next == _data.Length || _data[next] != _quote)
            {
                field = Unquoted(_data.Slice(from, length));
                var lines = CountLines(_data[At..next]);
                Lines += lines;
                QuotedLines += lines;
                At = next;
                if (_isTrimmed)
                {
                    SkipSpaces();
                }
                return End();
            }
            scratch.Append(_data.Slice(from, length + 1));
            from = next + 1;
        }
    }

    private readonly ReadOnlySpan<byte> Unquoted(ReadOnlySpan<byte> last)
    {
        if (scratch.Length == 0)
        {
            return last;
        }
        scratch.Append(last);
        return scratch.Content;
    }

    private FieldEnd End(bool isLine = false)
    {
        if (At == _data.Length)
        {
            return isFinal ? FieldEnd.Row : FieldEnd.Incomplete;
        }
        var end = _data[At];
        if (end == _delimiter && !isLine)
        {
            At++;
            return FieldEnd.Delimiter;
        }
        if (end is not ((byte)'\n' or (byte)'\r'))
        {
            return FieldEnd.BadQuote;
        }
        var isCarriageReturn = end == '\r';
        if (isCarriageReturn && At + 1 == _data.Length && !isFinal)
        {
            return FieldEnd.Incomplete;
        }
        At += isCarriageReturn && At + 1 < _data.Length && _data[At + 1] == '\n' ? 2 : 1;
        Lines++;
        return FieldEnd.Row;
    }

    private static int CountLines(ReadOnlySpan<byte> text)
    {
        var breaks = text.Count((byte)'\n');
        for (var at = text.IndexOf((byte)'\r'); at >= 0 && at < text.Length; at++)
        {
            breaks += text[at] == '\r' && (at + 1 == text.Length || text[at + 1] != '\n') ? 1 : 0;
        }
        return breaks;
    }
}
