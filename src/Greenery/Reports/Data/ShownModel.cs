namespace Greenery.Reports.Data;

/// <summary>A model as readers see it now.</summary>
/// <param name="Rows">Null for a view, whose rows are not counted.</param>
public sealed record ShownModel(string Model, long RunId, long? Rows);
