using Greenery.Runs;

namespace Greenery.Reports.Data;

/// <summary>The run the page is about, as the ledger has it. Times are UTC.</summary>
/// <param name="State">How it ended.</param>
/// <param name="StartedBy">What asked for it.</param>
/// <param name="FinishedAt">Null while it runs.</param>
/// <param name="Message">Why it ended as it did; null when there is nothing to say.</param>
/// <param name="Notes">What was left alone or not done, in words; a line each, empty when there is nothing.</param>
/// <param name="IsNewest">No later run has begun.</param>
public sealed record ReportedRun(
    long RunId, RunState State, DateOnly BusinessDate, RunTrigger StartedBy, DateTime StartedAt, DateTime? FinishedAt,
    string? Message,
    string Notes, bool IsNewest);
