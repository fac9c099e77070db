using System.Text;
using System.Text.Json;
using Greenery.Sources;
using Greenery.Staging.Parsing.Json;

namespace Greenery.Staging.Parsing.Records;

/// <summary>
/// Reads a file that is no text (a workbook, a columnar file): each row becomes a JSON object, and what a value may
/// be, what is unknown and what is quarantined is then as in a JSON drop.
/// </summary>
internal abstract class RecordRows(SourceTable table) : JsonRows(table)
{
    // What an IOException has that was not thrown for an error of the operating system.
    private const int ErrorOfLibrary = unchecked((int)0x80131620);

    private readonly RecordJson _row = new();
    private FileStream? _file;

    protected SourceTable Table { get; } = table;

    /// <summary>What the file is to be, for messages.</summary>
    protected abstract string FormatName { get; }

    /// <summary>Whether a row without a value is none.</summary>
    protected abstract bool SkipsBlankRows { get; }

    /// <summary>Where in the file the row is besides its line, for messages; empty when the line says it.</summary>
    protected virtual string Part => "";

    public sealed override async Task OpenAsync(InputWindow window, CancellationToken cancellationToken)
    {
        _file = await SpooledFile.CreateAsync(window, cancellationToken);
        await TryAsync(() => OpenAsync(_file, cancellationToken));
    }

    public sealed override ReadStep Read(InputWindow window, RowOutput output)
    {
        while (!output.Page.IsFull)
        {
            var step = Try(Advance);
            if (step != ReadStep.PageIsFull)
            {
                return step;
            }
            ReadRow(output);
        }
        return ReadStep.PageIsFull;
    }

    public override void Dispose()
    {
        _row.Dispose();
        _file?.Dispose();
        base.Dispose();
    }

    /// <summary>Reads what comes before the first row.</summary>
    protected abstract Task OpenAsync(FileStream file, CancellationToken cancellationToken);

    /// <summary>
    /// Goes to the next row and sets its line; "page is full" when there is one, "needs input" when
    /// <see cref="RowReader.FillAsync"/> is to be called first.
    /// </summary>
    protected abstract ReadStep Advance();

    /// <summary>Writes all values of the row. A fault of one does not keep the others from being written.</summary>
    protected abstract RowFault? Write(RecordJson row);

    /// <summary>Runs what a library reads; what it does not understand is the file's fault.</summary>
    /// <exception cref="RefusedDropException">It does not understand it.</exception>
    protected async Task TryAsync(Func<Task> action)
    {
        try
        {
            await action();
        }
        catch (Exception exception) when (IsOfFile(exception))
        {
            throw Unreadable(exception);
        }
    }

    private T Try<T>(Func<T> action)
    {
        try
        {
            return action();
        }
        catch (Exception exception) when (IsOfFile(exception))
        {
            throw Unreadable(exception);
        }
    }

    // A library that meets a damaged file throws what happens to come: an index out of range, a null. Left are what
    // we throw, what the machine lacks, and what the disk below says.
    private static bool IsOfFile(Exception exception) => exception is not (
        RefusedDropException or InfrastructureException or OperationCanceledException or OutOfMemoryException
        or UnauthorizedAccessException) && exception is not IOException or EndOfStreamException or IOException
        {
            HResult: ErrorOfLibrary,
        };

    // A library's message may quote a value of the file.
    private RefusedDropException Unreadable(Exception exception)
    {
        var found = exception is DamagedFileException ? exception.Message
            : IsPersonal ? exception.GetType().Name
            : ReadableText.Shorten(Encoding.UTF8.GetBytes(exception.Message.TrimEnd('.')));
        return new RefusedDropException(
            $"cannot be read as {FormatName}{(Line > 1 ? $", after row {Line}" : "")}: {found}. Expected a whole "
            + "file of that format, without encryption or a password. Was the upload cut short? Save or export it "
            + "again.");
    }

    private void ReadRow(RowOutput output)
    {
        _row.Begin();
        var fault = Try(() => Write(_row));
        var raw = _row.End();
        if (_row.IsBlank && SkipsBlankRows)
        {
            return;
        }
        if (raw.Length > InputWindow.LongestRow)
        {
            throw new RefusedDropException(
                $"has a row of more than {InputWindow.LongestRow >> 20} MB: row {Line}; expected less. Leave its large "
                + "values out, or upload them by themselves.");
        }
        output.BeginRow();
        fault ??= ReadObject(raw, output);
        if (fault is null)
        {
            output.Accept(Line);
        }
        else
        {
            output.Reject(Line, fault with { Expected = fault.Expected + Part }, raw);
        }
    }

    private RowFault? ReadObject(ReadOnlySpan<byte> raw, RowOutput output)
    {
        try
        {
            var reader = new Utf8JsonReader(raw);
            reader.Read();
            Objects.TryRead(ref reader, raw, out var fault);
            return fault ?? Objects.Write(raw, output.Page);
        }
        catch (JsonException exception)
        {
            // Nested too deeply.
            return JsonFault.Create(exception, raw, IsPersonal);
        }
    }
}
