namespace Greenery.Warehouse;

/// <summary>SQL conditions on <c>ops.run</c> by what a run does: some do only part of what a daily run does.</summary>
public static class RunKinds
{
    /// <summary>The run loads drops, and builds and publishes all that they change.</summary>
    public const string IsDaily = "run.started_by not in ('rollback', 'replay', 'move', 'try', 'publish')";

    /// <summary>
    /// The run's results tell of what readers see. Those of a try are for who tries, and so are those of a publication
    /// that has not published what was tried: they say nothing of readers, and of no business date. A move within a
    /// cluster has none.
    /// </summary>
    public const string IsForReaders =
        "(run.started_by not in ('try', 'move') "
        + "and (run.started_by <> 'publish' or run.state in ('published', 'rolled_back')))";

    /// <summary>SQL condition: an environment shows what the run tried.</summary>
    public const string IsInEnvironment =
        "exists (select from ops.environment where environment.run_id = run.run_id)";

    /// <summary>SQL for the newest run whose results tell of what readers see; null before the first.</summary>
    public const string Newest = $"(select max(run.run_id) from ops.run where {IsForReaders})";

    /// <summary>SQL condition: a row belongs to a run whose results tell of what readers see.</summary>
    /// <param name="runId">SQL for the run's number.</param>
    public static string IsOfRunForReaders(string runId) =>
        $"not exists (select from ops.run where run.run_id = {runId} and not {IsForReaders})";
}
