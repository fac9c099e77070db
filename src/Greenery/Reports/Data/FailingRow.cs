namespace Greenery.Reports.Data;

/// <summary>A row that failed a check, as JSON; personal columns were masked before it was kept.</summary>
public sealed record FailingRow(string CheckId, string Row);
