using Greenery.Warehouse;

namespace Greenery.Runs;

/// <summary>The run that holds the place, as its takeover looks at it.</summary>
internal sealed record ActiveRun(
    long RunId,
    Guid? Token,
    string Host,
    RunState State,
    DateTime StartedAt,
    RunTrigger StartedBy,
    DateOnly ThroughDate,
    bool IsReload,
    bool IsFullRefresh,
    string? Catalogue,
    bool IsExpired,
    bool IsSessionHeld,
    bool IsCancelled)
{
    /// <summary>
    /// Reads it; null when no run is active. No lease is given for as long as an hour: one that lasts longer is of a
    /// time when the database's clock was ahead, and a live process renews it within seconds.
    /// </summary>
    public const string Sql =
        $"""
        select run.run_id, token, host, state, started_at, started_by,
            through_date, is_reload, is_full_refresh, catalogue,
            coalesce(expires_at not between clock_timestamp() and {LatestTime.Sql}, true) as is_expired,
            coalesce(is_session_held and session_since = pg_postmaster_start_time(), false) as is_session_held,
            cancel_requested_at is not null as is_cancelled
        from ops.run left join ops.lease using (run_id)
        where state = 'running' or lease.run_id is not null
        order by run_id desc
        limit 1
        """;

    /// <summary>
    /// Whether another process has to bring it to its end: no user has asked to cancel it, and it is none whose user
    /// repeats the command, as a rollback, a replay, a move, a try, or a publication of one that readers do not see
    /// yet.
    /// </summary>
    public bool IsUnfinished => State is RunState.Running or RunState.Published && !IsCancelled
        && StartedBy is not (RunTrigger.Rollback or RunTrigger.Replay or RunTrigger.Move or RunTrigger.Try)
        && (StartedBy != RunTrigger.Publish || State == RunState.Published);

    /// <summary>
    /// Whether its results can be used further: it was begun by the same rules, or by none yet, or is published, and
    /// only what follows is missing.
    /// </summary>
    public bool IsOf(string catalogue) => State == RunState.Published || (Catalogue ?? catalogue) == catalogue;

    /// <summary>
    /// Whether resuming it gives what is asked for: a run of yesterday leaves today's drops for later.
    /// </summary>
    public bool Gives(RunRequest request, DateOnly today) => State == RunState.Running
        && (ThroughDate, IsReload, IsFullRefresh) == (request.Date ?? today, request.IsReload, request.IsFullRefresh);
}
