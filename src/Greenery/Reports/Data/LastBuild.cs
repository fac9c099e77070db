namespace Greenery.Reports.Data;

/// <summary>When a model was last built, and what came of it.</summary>
/// <param name="BuiltAt">UTC.</param>
/// <param name="Rows">Rows computed; of an incremental build the new ones. Null for a view.</param>
/// <param name="Seconds">How long that took; null when it was not measured.</param>
/// <param name="IsDelta">Only new rows were computed.</param>
public sealed record LastBuild(string Model, long RunId, DateTime BuiltAt, long? Rows, double? Seconds, bool IsDelta);
