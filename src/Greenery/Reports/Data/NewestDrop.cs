namespace Greenery.Reports.Data;

/// <summary>The newest drop of a source table that was loaded.</summary>
/// <param name="Date">Its business date.</param>
/// <param name="LoadedAt">When a drop of the table was last loaded, UTC; null when it only held what was there
/// already.</param>
public sealed record NewestDrop(string Table, DateOnly Date, DateTime? LoadedAt);
