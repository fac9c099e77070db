namespace Greenery.Sources;

/// <summary>How old the newest drop of a table may be, against the run's business date.</summary>
/// <param name="WarnAfter">A newest drop older than this is a warning; null for never.</param>
/// <param name="ErrorAfter">A newest drop older than this is an error; null for never.</param>
public sealed record Freshness(TimeSpan? WarnAfter, TimeSpan? ErrorAfter);
