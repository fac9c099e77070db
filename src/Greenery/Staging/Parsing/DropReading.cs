using Greenery.Drops;
using Greenery.Sources;
using Greenery.Staging.Parsing.Columnar;
using Greenery.Staging.Parsing.Csv;
using Greenery.Staging.Parsing.Excel;
using Greenery.Staging.Parsing.Json;
using Greenery.Staging.Quarantine;
using Greenery.Staging.Types;

namespace Greenery.Staging.Parsing;

/// <summary>
/// Reads a drop into a COPY. Parsing runs on a thread of its own and sending on another; in between is a short queue
/// of pages.
/// </summary>
internal sealed class DropReading(
    DropContent content, RowReader reader, DropFormat format, SourceTable table, QuarantineWriter quarantine)
    : IAsyncDisposable
{
    /// <summary>Rows of the file, once it was read.</summary>
    public long RowsInFile { get; private set; }

    /// <summary>Takes how many rows were read since the last time; null, the default, for none.</summary>
    public IProgress<long>? Rows { get; set; }

    public IReadOnlyList<string> Columns => reader.Columns;

    public IReadOnlyList<string> UnknownColumns => reader.UnknownColumns;

    /// <summary>What a file that says so has for columns and types.</summary>
    public IReadOnlyDictionary<string, ColumnType?> DeclaredTypes => reader.DeclaredTypes;

    /// <summary>Whether there is nothing in the file: no row, and no name of a column.</summary>
    public bool IsEmpty => reader is NoRows;

    /// <summary>What people should know of the file, once it was read; null when all is well.</summary>
    public string? Note => (string[])[.. reader.Notes(RowsInFile), .. NoteOfNone] is { Length: > 0 } notes
        ? string.Join("; ", notes)
        : null;

    /// <summary>
    /// Whether the last line is ended, once the file was read; null for an empty file, and for one that is no lines.
    /// </summary>
    public bool? EndsWithLineBreak =>
        IsEmpty || format is not (DropFormat.Csv or DropFormat.NdJson) || content.Window.Last is not { } last
            ? null
            : last is (byte)'\n' or (byte)'\r';

    /// <summary>Opens the drop and reads what comes before its first row.</summary>
    /// <exception cref="RefusedDropException">The file is not what its name says, or lacks columns.</exception>
    public static async Task<DropReading> OpenAsync(
        Stream stored, DropName name, SourceTable table, DropLimits limits, QuarantineWriter quarantine,
        CancellationToken cancellationToken)
    {
        var content = await DropContent.OpenAsync(
            stored, name, name.Format == DropFormat.Csv ? table.Csv.Encoding : FileEncodings.Utf8, limits,
            cancellationToken);
        RowReader? reader = null;
        try
        {
            reader = await NoRows.FitsAsync(content.Window, name.Format, cancellationToken)
                ? new NoRows(table)
                : ReaderOf(name.Format, table, limits);
            await reader.OpenAsync(content.Window, cancellationToken);
            var reading = new DropReading(content, reader, name.Format, table, quarantine);
            quarantine.Keys?.Reader = reading.TryWriteKey;
            return reading;
        }
        catch
        {
            reader?.Dispose();
            await content.DisposeAsync();
            throw;
        }
    }

    private bool TryWriteKey(ReadOnlySpan<byte> raw, CopyBuffer page) => reader.TryWriteKey(raw, page);

    /// <summary>Reads all rows and sends the good ones.</summary>
    /// <exception cref="RefusedDropException">The file cannot be read on, or has too many bad rows.</exception>
    public async Task SendAsync(RowTrailer ending, Stream target, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var pages = new CopyBufferPool();
        var parsing = Task.Run(() => ParseAsync(ending, pages, stop.Token), CancellationToken.None);
        try
        {
            await foreach (var page in pages.ReceiveAsync(cancellationToken))
            {
                using (page)
                {
                    await target.WriteAsync(page.Content, cancellationToken);
                }
            }
        }
        finally
        {
            await stop.CancelAsync();
            await parsing;
        }
    }

    /// <summary>The hash of the stored bytes; valid once all was sent.</summary>
    public Task<string> HashAsync(CancellationToken cancellationToken) => content.HashAsync(cancellationToken);

    public async ValueTask DisposeAsync()
    {
        reader.Dispose();
        await content.DisposeAsync();
    }

    private static RowReader ReaderOf(DropFormat format, SourceTable table, DropLimits limits) => format switch
    {
        DropFormat.Csv => new CsvRows(table),
        DropFormat.Json => new JsonArrayRows(table),
        DropFormat.Xlsx => new ExcelRows(table, limits),
        DropFormat.Parquet => new ParquetRows(table, limits),
        _ => new NdJsonRows(table),
    };

    // A header line alone, or an array without elements. What has nothing in it at all says so by itself.
    private string[] NoteOfNone => RowsInFile > 0 || table.MayBeEmpty || IsEmpty
        ? []
        : ["has no row. Was the export cut short?"];

    // Errors travel with the pages: the sending side fails with them.
    private async Task ParseAsync(RowTrailer ending, CopyBufferPool pages, CancellationToken cancellationToken)
    {
        try
        {
            using var output = new RowOutput(ending, quarantine);
            output.Start(reader.Columns.Count);
            await ReadRowsAsync(output, pages, cancellationToken);
            output.End();
            await pages.SendAsync(output.Detach(), cancellationToken);
            RowsInFile = output.Rows;
            pages.Complete();
        }
        catch (Exception exception)
        {
            pages.Complete(exception);
        }
    }

    private async Task ReadRowsAsync(RowOutput output, CopyBufferPool pages, CancellationToken cancellationToken)
    {
        var reported = 0L;
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var step = reader.Read(content.Window, output);
            Rows?.Report(output.Rows - reported);
            reported = output.Rows;
            switch (step)
            {
                case ReadStep.NeedsInput:
                    await reader.FillAsync(content.Window, cancellationToken);
                    break;
                case ReadStep.PageIsFull:
                    await pages.SendAsync(output.Detach(), cancellationToken);
                    break;
                default:
                    return;
            }
        }
    }
}
