namespace Greenery.Staging.Parsing.Csv;

/// <summary>Goes through the quoted fields of one row that have line breaks.</summary>
/// <param name="data">From the row's first byte on, to the end of what was read.</param>
/// <param name="isFinal">Whether <paramref name="data"/> is the rest of the file.</param>
/// <param name="scratch">For the fields.</param>
/// <param name="dialect">What separates the fields.</param>
internal ref struct CsvQuotedFields(ReadOnlySpan<byte> data, bool isFinal, Scratch scratch, CsvDialect dialect)
{
    private readonly ReadOnlySpan<byte> _data = data;
    private CsvCursor _cursor = new(data, isFinal, scratch, dialect);
    private bool _isOver;

    /// <summary>Where the field begins, with its quote.</summary>
    public int Start { get; private set; }

    /// <summary>
    /// Where the line begins on which the quote is closed; of a field that is not whole, the last line that was read.
    /// </summary>
    public int LastLine { get; private set; }

    public bool MoveNext()
    {
        while (!_isOver)
        {
            Start = _cursor.At;
            var lines = _cursor.QuotedLines;
            var end = _cursor.Next(out _, out var isQuoted);
            _isOver = end != FieldEnd.Delimiter;
            if (end == FieldEnd.BadQuote)
            {
                return false;
            }
            var isOpen = end == FieldEnd.Incomplete;
            if (isQuoted && (isOpen || _cursor.QuotedLines > lines))
            {
                var content = isOpen
                    ? WithoutCarriageReturn(_data[Start..])
                    : WithoutLineBreak(_data[Start.._cursor.At]);
                LastLine = Start + content.LastIndexOfAny((byte)'\n', (byte)'\r') + 1;
                return true;
            }
        }
        return false;
    }

    /// <summary>Finds the next whole line inside the field.</summary>
    /// <param name="at">From where on; set to the line's first byte.</param>
    /// <param name="end">The first byte after its line break.</param>
    /// <returns>False when there is none.</returns>
    public readonly bool TryPassLine(ref int at, out int end)
    {
        end = at;
        if (at == Start)
        {
            at = EndOfLine(at);
        }
        if (at >= LastLine)
        {
            return false;
        }
        end = EndOfLine(at);
        return true;
    }

    // There is a line break before the last line.
    private readonly int EndOfLine(int at)
    {
        var end = _data[at..LastLine].IndexOfAny((byte)'\n', (byte)'\r');
        return end < 0 ? LastLine : at + end + (_data[(at + end)..].StartsWith("\r\n"u8) ? 2 : 1);
    }

    // One that was read last may be half of a line break that ends the row.
    private static ReadOnlySpan<byte> WithoutCarriageReturn(ReadOnlySpan<byte> data) =>
        data[^1] == '\r' ? data[..^1] : data;

    private static ReadOnlySpan<byte> WithoutLineBreak(ReadOnlySpan<byte> data) => data switch
    {
        [.., (byte)'\r', (byte)'\n'] => data[..^2],
        [.., (byte)'\r' or (byte)'\n'] => data[..^1],
        _ => data,
    };
}
