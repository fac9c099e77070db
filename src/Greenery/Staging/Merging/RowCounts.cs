namespace Greenery.Staging.Merging;

/// <summary>What became of the rows that were sent, as the statements say.</summary>
internal sealed record RowCounts(long Received, long Inserted, long Updated, long Unchanged, long Superseded);
