using Greenery.Staging.Quarantine;
using Greenery.Staging.Types;

namespace Greenery.Staging.Parsing;

/// <summary>
/// Takes the rows of a file: good ones into the page, bad ones into quarantine. Each row is counted once.
/// </summary>
internal sealed class RowOutput(RowTrailer ending, QuarantineWriter quarantine) : IDisposable
{
    private int _rowStart;
    private short _fields;

    public CopyBuffer Page { get; private set; } = new();

    /// <summary>Rows of the file so far, good and bad.</summary>
    public long Rows => Good + quarantine.Rows;

    /// <summary>Rows written for COPY so far.</summary>
    public long Good { get; private set; }

    /// <summary>Begins the COPY: its header, and how many columns of the file each row has.</summary>
    public void Start(int columns)
    {
        _fields = (short)(columns + ending.Columns.Count);
        Page.WriteHeader();
    }

    /// <summary>Ends the COPY with its trailer.</summary>
    public void End() => Page.WriteTrailer();

    /// <summary>Begins a row; one that was begun and not ended is forgotten.</summary>
    public void BeginRow()
    {
        _rowStart = Page.Length;
        Page.WriteInt16(_fields);
    }

    public void Accept(long line)
    {
        ending.Write(Page, line);
        Good++;
    }

    /// <summary>Takes back the row in the page, if it was begun.</summary>
    public void TakeBack() => Page.Reset(_rowStart);

    /// <exception cref="RefusedDropException">More bad rows than the contract allows.</exception>
    public void Reject(long line, RowFault fault, ReadOnlySpan<byte> raw)
    {
        TakeBack();
        quarantine.Add(line, fault, raw, Good);
    }

    /// <summary>Hands the full page over and begins another.</summary>
    public CopyBuffer Detach()
    {
        var full = Page;
        Page = new CopyBuffer();
        _rowStart = 0;
        return full;
    }

    public void Dispose() => Page.Dispose();
}
