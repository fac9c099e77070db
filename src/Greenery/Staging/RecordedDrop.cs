using Greenery.Drops;
using Greenery.Warehouse;

namespace Greenery.Staging;

/// <summary>A row of <c>ops.drop</c>.</summary>
internal sealed record RecordedDrop
{
    public long DropId { get; init; }

    public string Path { get; init; } = "";

    /// <summary>Its place among the parts of its date: <see cref="DropOrder.KeyOf"/>.</summary>
    public string SortKey { get; init; } = "";

    public string ETag { get; init; } = "";

    public DateOnly Date { get; init; }

    public long Bytes { get; init; }

    public DropState State { get; init; }

    /// <summary>It was loaded, or found loaded, before: loading it now is what a user asked for.</summary>
    public bool IsReload => State is DropState.Loaded or DropState.SameContent;

    public DropFile File => new(Path, ETag, Bytes, default);
}

/// <summary>What became of a version of a file; <c>ops.drop.state</c>.</summary>
[StoredAsText]
internal enum DropState
{
    /// <summary>It was seen and not loaded yet.</summary>
    Pending,

    /// <summary>Its rows are in staging or in quarantine.</summary>
    Loaded,

    /// <summary>It has the content that was loaded under its path before.</summary>
    SameContent,

    /// <summary>It does not keep the contract; nothing of it is in staging.</summary>
    Refused,
}
