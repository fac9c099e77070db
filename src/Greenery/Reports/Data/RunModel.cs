namespace Greenery.Reports.Data;

/// <summary>What the reported run did with a model.</summary>
/// <param name="Action"><c>build</c> or <c>reuse</c>.</param>
/// <param name="FinishedAt">Null when it was not built, or not to the end.</param>
public sealed record RunModel(string Model, string Action, string Reason, DateTime? FinishedAt);
