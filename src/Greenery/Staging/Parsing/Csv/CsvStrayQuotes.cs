namespace Greenery.Staging.Parsing.Csv;

/// <summary>
/// What a file's wrong quotes cost: which rows they have swallowed, and how many bytes had to be read again for it.
/// </summary>
internal sealed class CsvStrayQuotes(CsvHeader header) : IDisposable
{
    // Honest files have bad quotes a few times, this limit is for the others.
    private const long MostReadTwice = 256 * 1024 * 1024;

    private readonly CsvTrial _trial = new(header);
    private long _readTwice;
    private long _trialRow = -1;
    private int _trialDone;
    private long _alikeRows;
    private long _firstAlike;

    /// <summary>What is wrong with a row.</summary>
    public static readonly RowFault Fault = new(
        RowRule.Quote,
        null,
        FoundText.Words("a quote that is not closed, has text after it or holds whole rows"),
        "\"...\" and \"\" for a quote in it");

    /// <summary>What people should know of rows that may have swallowed others.</summary>
    public string? Note => _alikeRows == 0
        ? null
        : $"has {_alikeRows} {(_alikeRows == 1 ? "row" : "rows")} with lines in quotes that look like rows, the first "
            + $"at line {_firstAlike}: a quote may be too many there, and rows be part of a text. Compare its rows "
            + "with those of its sender";

    /// <summary>
    /// Whether the quoted fields of a row hold another row, which shows that the quote is wrong. Of a field that is not
    /// whole yet, all that is there is looked at as if the field were good: what is found then will be found when it is
    /// whole.
    /// </summary>
    /// <param name="window">Where the row is.</param>
    /// <param name="start">Its first byte.</param>
    /// <param name="stop">Where it ends, as far as it was read.</param>
    /// <param name="isWhole">Whether that is its end.</param>
    /// <param name="isGood">Whether it is a good row, or may become one.</param>
    public Swallowed Find(InputWindow window, int start, int stop, bool isWhole, bool isGood)
    {
        var data = window.Unread[start..];
        var row = window.Offset + start;
        var done = !isWhole && _trialRow == row ? _trialDone : 0;
        var found = _trial.Find(data, stop - start, window.IsFinal, isGood, ref done, out var read);
        (_trialRow, _trialDone) = (row, done);
        _readTwice += read;
        return found == Swallowed.MaybeRow && (window.IsTooLong(start) || window.IsFinal) ? Swallowed.Nothing : found;
    }

    /// <summary>Looks at a row with line breaks in quotes that counts as good.</summary>
    /// <param name="row">The row, with its line break.</param>
    /// <param name="line">Its first line.</param>
    public void Look(ReadOnlySpan<byte> row, long line)
    {
        if (_trial.LooksLikeRows(row))
        {
            _firstAlike = _alikeRows++ == 0 ? line : _firstAlike;
        }
    }

    /// <summary>Counts bytes that are read again, because only the row's first line counts.</summary>
    /// <exception cref="RefusedDropException">They are too many.</exception>
    public void ReadAgain(int bytes, long line)
    {
        _readTwice += Math.Max(0, bytes);
        if (_readTwice > MostReadTwice)
        {
            throw new RefusedDropException(
                $"has too many quotes that are not closed, up to line {line}; expected \"...\" and \"\" for a quote in "
                + "it. Correct the export, or say config: {csv: {quote: none}} in the contract.");
        }
    }

    public void Dispose() => _trial.Dispose();
}
