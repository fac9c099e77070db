using Greenery.Drops;
using Greenery.Sources;
using Greenery.Warehouse;

namespace Greenery.Staging;

/// <summary>One load of one drop: what, into what, under which number, for which run.</summary>
internal sealed record LoadJob(SourceTable Table, RecordedDrop Drop, RunLease Lease, long Sequence)
{
    /// <summary>What checks ask of its rows.</summary>
    public IReadOnlyList<DropMeasure> Measures { get; init; } = [];

    /// <summary>What it may cost.</summary>
    public DropLimits Limits { get; init; } = new();

    /// <summary>Takes how many rows were read since the last time; null for none.</summary>
    public IProgress<long>? Rows { get; init; }

    public StagingTable Staging { get; } = new(Table);

    // Computed: "with" another drop it is the other one's.
    public DropName Name => DropName.FormatOf(Drop.Path) is { } ending
        ? new DropName(Drop.Date, Table.DropName, "", ending.Format, ending.IsCompressed)
        : throw new InvalidOperationException($"{Drop.Path} is no drop's path; expected an ending such as .csv.");

    /// <summary>
    /// To be called when the file is refused: one that is still being written may look cut short or damaged, and that
    /// says nothing of what it will be.
    /// </summary>
    /// <exception cref="DropChangedException">The file was changed or deleted since it was discovered.</exception>
    public async Task EnsureUnchangedAsync(IDropStore drops, CancellationToken cancellationToken)
    {
        try
        {
            await (await drops.OpenAsync(Drop.File, cancellationToken)).DisposeAsync();
        }
        catch (DropUnreadableException)
        {
            // It is refused for that, or for what was found in it.
        }
    }
}
