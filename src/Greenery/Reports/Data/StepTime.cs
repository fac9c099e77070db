namespace Greenery.Reports.Data;

/// <summary>A step of the reported run. Times are UTC.</summary>
/// <param name="Step">Its name in the ledger: <c>build:dim_users</c>.</param>
/// <param name="State"><c>running</c>, <c>done</c> or <c>failed</c>.</param>
/// <param name="Attempts">More than one is a sign of a machine in trouble.</param>
public sealed record StepTime(string Step, string State, int Attempts, DateTime StartedAt, DateTime? FinishedAt,
    string? Error);
