namespace Greenery.Runs;

/// <summary>The run that holds the place, as its takeover looks at it.</summary>
internal sealed record ActiveRun(
    long RunId,
    Guid? Token,
    string Host,
    string State,
    DateTime StartedAt,
    string StartedBy,
    DateOnly ThroughDate,
    bool IsReload,
    bool IsFullRefresh,
    string? Catalogue,
    bool IsExpired,
    bool IsWatched,
    bool IsCancelled)
{
    /// <summary>Reads it; null when no run is active.</summary>
    public const string Sql =
        """
        select run.run_id as "RunId", token as "Token", host as "Host", state as "State", started_at as "StartedAt", started_by as "StartedBy",
            through_date as "ThroughDate", is_reload as "IsReload", is_full_refresh as "IsFullRefresh", catalogue as "Catalogue",
            coalesce(expires_at < clock_timestamp(), true) as "IsExpired",
            coalesce(is_watched and watched_since = pg_postmaster_start_time(), false) as "IsWatched",
            cancel_requested_at is not null as "IsCancelled"
        from ops.run left join ops.lease using (run_id)
        where state = 'running' or lease.run_id is not null
        order by run_id desc
        limit 1
        """;

    /// <summary>Whether another process may go on with it: it judges by the same rules, and nobody wants it to end.</summary>
    public bool IsResumable(string catalogue) =>
        State is "running" or "published" && !IsCancelled && StartedBy is not ("rollback" or "replay") && (Catalogue ?? catalogue) == catalogue;

    /// <summary>Whether going on with it gives what is asked for: a run of yesterday leaves today's drops for later.</summary>
    public bool Gives(RunRequest request, DateOnly today) => State == "running"
        && (ThroughDate, IsReload, IsFullRefresh) == (request.Date ?? today, request.IsReload, request.IsFullRefresh);
}
