using Greenery.Warehouse;

namespace Greenery.Staging;

/// <summary>How the loading of one drop ended; <c>ops.run_drop.outcome</c>.</summary>
[StoredAsText]
public enum LoadOutcome
{
    /// <summary>Its rows are in staging or in quarantine, and in the ledger.</summary>
    Loaded,

    /// <summary>The path was written again with the content already loaded; nothing was done.</summary>
    SameContent,

    /// <summary>
    /// It does not keep the contract; nothing of it was kept. <see cref="LoadResult.Message"/> says why.
    /// </summary>
    Refused,
}

/// <summary>What became of the rows of one drop. The counts always add up to <see cref="RowsInFile"/>.</summary>
public sealed record LoadResult
{
    public required string Path { get; init; }

    public required string Table { get; init; }

    public required LoadOutcome Outcome { get; init; }

    /// <summary>Why it was refused, or what people should know; null when all is well.</summary>
    public string? Message { get; init; }

    public long RowsInFile { get; init; }

    public long Inserted { get; init; }

    public long Updated { get; init; }

    public long Unchanged { get; init; }

    /// <summary>Rows that a later row of the file, or a later drop, overrides.</summary>
    public long Superseded { get; init; }

    public long Quarantined { get; init; }

    /// <summary>Rows that are older than the contract keeps (<c>config: keep</c>): they were not loaded.</summary>
    public long Expired { get; init; }

    /// <summary>Rows an earlier version of the drop had and this one has not, that went back to what an earlier drop
    /// said of them.</summary>
    public long Restored { get; init; }

    /// <summary>Rows an earlier version of the drop had and this one has not, that no earlier drop knows: they left
    /// staging.</summary>
    public long Removed { get; init; }

    /// <summary>Tables of complete drops only: rows that are marked as gone since this load.</summary>
    public long SoftDeleted { get; init; }

    /// <summary>Tables of complete drops only: rows that were gone and are there again.</summary>
    public long Returned { get; init; }

    /// <summary>Tables with a history only: a version may be other than before, although staging is the same.</summary>
    public bool IsHistoryNew { get; init; }

    /// <summary>Whether any row of staging, or of the table's history, is other than before.</summary>
    public bool HasChanged => IsHistoryNew || Inserted + Updated + Restored + Removed + SoftDeleted + Returned > 0;

    /// <summary>
    /// Tables of complete drops only: the key of a quarantined row cannot be read, so that any row may be in the file.
    /// </summary>
    public bool HasUnreadableKeys { get; init; }

    /// <summary>
    /// Whether the last line of the file is ended; null for an empty file, and for one that is no lines.
    /// </summary>
    public bool? EndsWithLineBreak { get; init; }

    /// <summary>Columns the contract does not know; their values are in <c>_extra</c>.</summary>
    public IReadOnlyList<string> UnknownColumns { get; init; } = [];

    /// <summary>The contract's <c>warn</c> threshold was exceeded.</summary>
    public bool IsOverWarning { get; init; }
}
