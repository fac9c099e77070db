namespace Greenery.Staging.Discovery;

/// <summary>A drop that is to be loaded.</summary>
/// <param name="DropId">Its row in <c>ops.drop</c>; 0 where a preview found it, and it has none yet.</param>
/// <param name="Table">The contract's table name.</param>
/// <param name="Path">Below the container or folder.</param>
/// <param name="Date">Its business date.</param>
/// <param name="Bytes">As stored.</param>
public sealed record PendingDrop(long DropId, string Table, string Path, DateOnly Date, long Bytes);
