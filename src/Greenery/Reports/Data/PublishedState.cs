namespace Greenery.Reports.Data;

/// <summary>What readers saw when the reported run had ended.</summary>
/// <param name="RunId">The run whose versions they see.</param>
/// <param name="BusinessDate">The last day of its data.</param>
/// <param name="PublishedAt">When they began to see it, UTC.</param>
public sealed record PublishedState(long RunId, DateOnly BusinessDate, DateTime PublishedAt);
