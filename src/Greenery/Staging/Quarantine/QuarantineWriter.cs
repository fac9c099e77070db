using System.Buffers.Binary;
using System.Text;
using Greenery.Sources;
using Greenery.Staging.Types;

namespace Greenery.Staging.Quarantine;

/// <summary>
/// The bad rows of one drop, kept in COPY form until the good ones are in: in memory while they are few, in a
/// temporary file when they are many.
/// </summary>
internal sealed class QuarantineWriter(QuarantineOrigin origin, RejectLimit failAbove) : IAsyncDisposable
{
    /// <summary>What the rows' COPY names, in order.</summary>
    public const string Columns =
        "drop_id, load_seq, run_id, table_name, line, column_name, rule, message, raw, raw_bytes";

    private const short ColumnCount = 10;
    private const int FirstFaultsShown = 3;

    // From here on a drop that is over its limit so far is not read to its end.
    private const long ManyRows = 100_000;
    private const long ManyBytes = 256 * 1024 * 1024;

    private readonly List<string> _firstFaults = [];
    // Made for the first bad row: most drops have none, and many are read at a time.
    private CopyBuffer? _rented;
    private FileStream? _file;
    private long _room = long.MaxValue;

    public long Rows { get; private set; }

    private CopyBuffer Page => _rented ??= new CopyBuffer();

    /// <summary>Takes the keys of the rows; null where no key is asked for.</summary>
    public QuarantinedKeys? Keys { get; init; }

    /// <summary>The most bytes that the rows may take in the temp folder.</summary>
    public long MostBytes { get; init; } = new DropLimits().MostQuarantineBytes;

    /// <param name="line">The line the row begins at.</param>
    /// <param name="fault">What is wrong with it.</param>
    /// <param name="raw">The row as written in the file.</param>
    /// <param name="good">Rows of the file so far that are good.</param>
    /// <exception cref="RefusedDropException">More bad rows than the contract allows.</exception>
    public void Add(long line, RowFault fault, ReadOnlySpan<byte> raw, long good)
    {
        Rows++;
        Keys?.Add(raw);
        WriteRow(line, fault, raw);
        if (_firstFaults.Count < FirstFaultsShown)
        {
            _firstFaults.Add($"line {line}: {fault}");
        }
        if (failAbove.Rows is not null && failAbove.IsExceededBy(Rows, Rows))
        {
            throw new RefusedDropException($"{Rows} bad rows up to line {line}, {Allowed}. {FirstFaults}");
        }
        if (Page.IsFull)
        {
            Spill();
            RefuseTooMuch(line);
        }
        RefuseEarly(line, good + Rows);
    }

    /// <summary>At the end of the file, when the share of bad rows is known.</summary>
    /// <exception cref="RefusedDropException">More bad rows than the contract allows.</exception>
    public void EnsureWithinLimit(long rowsInFile)
    {
        if (failAbove.Refuses(Rows, rowsInFile))
        {
            throw new RefusedDropException($"{Rows} of {rowsInFile} rows are bad, {Allowed}. {FirstFaults}");
        }
    }

    /// <summary>
    /// Writes the rows, a COPY's header before and its trailer after them, to <paramref name="target"/>.
    /// </summary>
    public async Task CopyToAsync(Stream target, CancellationToken cancellationToken)
    {
        using var edge = new CopyBuffer();
        edge.WriteHeader();
        await target.WriteAsync(edge.Content, cancellationToken);
        await WriteRowsToAsync(target, cancellationToken);
        edge.Reset(0);
        edge.WriteTrailer();
        await target.WriteAsync(edge.Content, cancellationToken);
    }

    /// <summary>Writes the rows only, as part of a COPY.</summary>
    public async Task WriteRowsToAsync(Stream target, CancellationToken cancellationToken)
    {
        if (_file is not null)
        {
            _file.Position = 0;
            await _file.CopyToAsync(target, cancellationToken);
        }
        await target.WriteAsync(Page.Content, cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        _rented?.Dispose();
        if (_file is not null)
        {
            await _file.DisposeAsync();
        }
    }

    private string Allowed =>
        $"more than the {failAbove} the contract allows (config: rejects: fail); nothing of the drop was loaded";

    private void RefuseEarly(long line, long rows)
    {
        var isMany = Rows >= ManyRows || _file?.Length >= ManyBytes;
        if (isMany && failAbove.Percent is not null && failAbove.IsExceededBy(Rows, rows))
        {
            throw new RefusedDropException(
                $"{Rows} of the first {rows} rows (up to line {line}) are bad, {Allowed}. The rest was not read. "
                + FirstFaults);
        }
    }

    // A contract may allow that all rows are bad. Half of the room is left for others.
    private void RefuseTooMuch(long line)
    {
        var most = Math.Min(MostBytes, _room / 2);
        if (_file!.Length > most)
        {
            // Where little room is left, the disk may be to blame.
            var (room, orRoom) = most < MostBytes ? (", half of the room there", ", or make room there") : ("", "");
            throw new RefusedDropException(
                $"{Rows} bad rows up to line {line} take more than {most / 1_000_000} MB in the temp folder "
                + $"{Path.GetTempPath()}{room}; expected fewer. Nothing of the drop was loaded, and the rest was not "
                + $"read. Correct the drop, or the contract where that is wrong{orRoom}. {FirstFaults}");
        }
    }

    private string FirstFaults => $"The first: {string.Join("; ", _firstFaults)}.";

    private void WriteRow(long line, RowFault fault, ReadOnlySpan<byte> raw)
    {
        Page.WriteInt16(ColumnCount);
        Page.WriteInt64Field(origin.DropId);
        Page.WriteInt64Field(origin.LoadSequence);
        Page.WriteInt64Field(origin.RunId);
        WriteText(origin.Table);
        Page.WriteInt64Field(line);
        WriteText(fault.Column);
        WriteText(fault.Rule.LedgerName());
        WriteText(fault.Message);
        var isExact = ReadableText.Sanitize(raw, out var text);
        WriteText(text);
        if (isExact)
        {
            Page.WriteNull();
        }
        else
        {
            Page.WriteField(raw);
        }
    }

    private void WriteText(string? text)
    {
        if (text is null)
        {
            Page.WriteNull();
            return;
        }
        var length = Encoding.UTF8.GetBytes(text, Page.Reserve(4 + Encoding.UTF8.GetMaxByteCount(text.Length))[4..]);
        BinaryPrimitives.WriteInt32BigEndian(Page.Reserve(4), length);
        Page.Advance(4 + length);
    }

    private void Spill()
    {
        try
        {
            if (_file is null)
            {
                _file = TempFile.Create("quarantine");
                _room = Room();
            }
            _file.Write(Page.Content.Span);
            // A disk that is full may say so no sooner than now.
            _file.Flush();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new InfrastructureException(
                $"The temp folder {Path.GetTempPath()} cannot take the bad rows of a drop of {origin.Table}: "
                    + $"{exception.Message} "
                + "Make room there, or name another folder (TMPDIR, on Windows TEMP), and run again.",
                exception);
        }
        Page.Reset(0);
    }

    private static long Room()
    {
        try
        {
            return new DriveInfo(Path.GetTempPath()).AvailableFreeSpace;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            // Not every file system says.
            return long.MaxValue;
        }
    }
}
