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

    public StagingTable Staging { get; } = new(Table);

    // Computed: "with" another drop it is the other one's.
    public DropName Name => DropName.FormatOf(Drop.Path) is { } ending
        ? new DropName(Drop.Date, Table.DropName, "", ending.Format, ending.IsCompressed)
        : throw new InvalidOperationException($"{Drop.Path} is no drop's path; expected an ending such as .csv.");
}
