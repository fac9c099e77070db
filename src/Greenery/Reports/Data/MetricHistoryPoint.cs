namespace Greenery.Reports.Data;

/// <summary>A key figure as it was published for a business date; of several runs for one date the last.</summary>
/// <param name="Value">Null when it is not defined, or failed.</param>
/// <param name="Error">Why it failed; null when it did not.</param>
public sealed record MetricHistoryPoint(string Metric, DateOnly BusinessDate, long RunId, decimal? Value,
    string? Error);
