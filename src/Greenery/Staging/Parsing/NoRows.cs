using Greenery.Drops;
using Greenery.Sources;
using Greenery.Staging.Types;

namespace Greenery.Staging.Parsing;

/// <summary>
/// Reads a file that has nothing in it: a drop without rows in every format, whose sender may have had none to send.
/// </summary>
internal sealed class NoRows(SourceTable table) : RowReader
{
    public override IReadOnlyList<string> Columns { get; } = [.. table.Columns.Select(column => column.Name)];

    public override IReadOnlyList<string> UnknownColumns => [];

    /// <summary>Whether the file has no byte or, where it is text, nothing but spaces and line breaks.</summary>
    public static async Task<bool> FitsAsync(
        InputWindow window, DropFormat format, CancellationToken cancellationToken)
    {
        await window.FillAsync(1, cancellationToken);
        var isText = format is not (DropFormat.Xlsx or DropFormat.Parquet);
        while (isText && IsBlank(window) && !window.IsFinal && !window.IsTooLong(0))
        {
            await window.FillAsync(cancellationToken);
        }
        return window.IsFinal && (isText ? IsBlank(window) : window.Unread.IsEmpty);
    }

    public override Task OpenAsync(InputWindow window, CancellationToken cancellationToken) => Task.CompletedTask;

    public override ReadStep Read(InputWindow window, RowOutput output) => ReadStep.Finished;

    public override IReadOnlyList<string> Notes(long rows) => table.MayBeEmpty
        ? []
        : ["is empty, and taken for a day without rows. Was the export cut short?"];

    public override bool TryWriteKey(ReadOnlySpan<byte> raw, CopyBuffer page) => false;

    public override void Dispose()
    {
        // Holds nothing.
    }

    private static bool IsBlank(InputWindow window) => window.Unread.IndexOfAnyExcept(" \t\r\n"u8) < 0;
}
