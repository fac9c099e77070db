using Greenery.Runs;

namespace Greenery.Reports.Data;

/// <summary>A step of the reported run. Times are UTC.</summary>
/// <param name="Step">Its name in the ledger: <c>build:dim_users</c>.</param>
/// <param name="State">How far it is.</param>
/// <param name="Attempts">More than one is a sign of a machine in trouble.</param>
public sealed record StepTime(
    string Step, RecordedStepState State, int Attempts, DateTime StartedAt, DateTime? FinishedAt, string? Error);
