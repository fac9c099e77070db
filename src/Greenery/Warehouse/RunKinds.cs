namespace Greenery.Warehouse;

/// <summary>SQL conditions on <c>ops.run</c> by what a run does: some do only part of what a daily run does.</summary>
internal static class RunKinds
{
    /// <summary>The run loads drops, and builds and publishes all that they change.</summary>
    public const string IsDaily = "run.started_by not in ('rollback', 'replay', 'try', 'publish')";

    /// <summary>
    /// The run is no try, whose results are for who tries: they say nothing of what readers see, and of no business
    /// date.
    /// </summary>
    public const string IsNoTry = "run.started_by <> 'try'";

    /// <summary>SQL for the newest run that is no try; null before the first.</summary>
    public const string Newest = $"(select max(run.run_id) from ops.run where {IsNoTry})";

    /// <summary>SQL condition: a row of a run's belongs to no try.</summary>
    /// <param name="runId">SQL for the run's number.</param>
    public static string IsOfNoTry(string runId) =>
        $"not exists (select from ops.run as tried where tried.run_id = {runId} and tried.started_by = 'try')";
}
