namespace Greenery.Alerts.Incidents;

/// <summary>What becomes of a state, given what was found. Pure.</summary>
internal static class IncidentRules
{
    /// <summary>
    /// The state from now on, and what happened to it: null when it is as bad, or as well, as before.
    /// </summary>
    /// <param name="known">The state so far; null for something never heard of, which counts as well.</param>
    /// <param name="found">How it was found.</param>
    /// <param name="at">When.</param>
    /// <param name="runId">The run that found it; null when none did.</param>
    public static (Incident State, IncidentEvent? Change) Apply(
        Incident? known, Observation found, DateTime at, long? runId)
    {
        var before = known?.Level ?? IncidentSeverity.Ok;
        var state = new Incident
        {
            Subject = found.Subject,
            Kind = found.Kind,
            Level = found.Level,
            Message = found.Message,
            RowsFailing = found.Failing,
            OpenedAt = found.Level == IncidentSeverity.Ok ? null : known?.OpenedAt ?? at,
            RemindedAt = found.Level == IncidentSeverity.Ok ? null : known?.RemindedAt,
            ChangedAt = found.Level == before && known is not null ? known.ChangedAt : at,
            RunId = runId,
        };
        return (state, Kind(before, found.Level) is { } kind ? Change(known, state, kind, at) : null);
    }

    /// <summary>
    /// How long an incident stays open until the first reminder, and between two reminders.
    /// </summary>
    public static bool IsToRemind(Incident state, DateTime at, TimeSpan after) =>
        state.OpenedAt is { } opened && at - (state.RemindedAt ?? opened) >= after;

    /// <summary>The state after people were reminded of it, or after it was taken out of the project.</summary>
    public static (Incident State, IncidentEvent Change) Note(Incident state, IncidentEventKind kind, DateTime at)
    {
        var noted = kind == IncidentEventKind.Reminded
            ? state with { RemindedAt = at }
            : state with { Level = IncidentSeverity.Ok, OpenedAt = null, RemindedAt = null, ChangedAt = at };
        return (noted, Change(state, noted, kind, at));
    }

    private static IncidentEventKind? Kind(IncidentSeverity before, IncidentSeverity now) => (before, now) switch
    {
        _ when now == before => null,
        (IncidentSeverity.Ok, _) => IncidentEventKind.Opened,
        (_, IncidentSeverity.Ok) => IncidentEventKind.Resolved,
        _ => now > before ? IncidentEventKind.Escalated : IncidentEventKind.Deescalated,
    };

    private static IncidentEvent Change(Incident? before, Incident now, IncidentEventKind kind, DateTime at) => new()
    {
        Subject = now.Subject,
        Kind = now.Kind,
        Change = kind,
        LevelBefore = before?.Level ?? IncidentSeverity.Ok,
        Level = now.Level,
        Message = now.Message,
        RowsBefore = before?.Level is null or IncidentSeverity.Ok ? null : before.RowsFailing,
        RowsFailing = now.RowsFailing,
        OpenedAt = before?.OpenedAt ?? now.OpenedAt ?? at,
        ChangedAt = at,
        RunId = now.RunId,
    };
}
