namespace Greenery.Alerts.States;

/// <summary>What becomes of a state, given what was found. Pure.</summary>
internal static class StateRules
{
    /// <summary>The state from now on, and what happened to it: null when it is as bad, or as well, as before.</summary>
    /// <param name="known">The state so far; null for something never heard of, which counts as well.</param>
    /// <param name="found">How it was found.</param>
    /// <param name="at">When.</param>
    /// <param name="runId">The run that found it; null when none did.</param>
    public static (AlertState State, AlertChange? Change) Apply(AlertState? known, Finding found, DateTime at, long? runId)
    {
        var before = known?.Level ?? AlertLevel.Ok;
        var state = new AlertState
        {
            Subject = found.Subject,
            Kind = found.Kind,
            Level = found.Level,
            Message = found.Message,
            RowsFailing = found.Failing,
            OpenedAt = found.Level == AlertLevel.Ok ? null : known?.OpenedAt ?? at,
            RemindedAt = found.Level == AlertLevel.Ok ? null : known?.RemindedAt,
            ChangedAt = found.Level == before && known is not null ? known.ChangedAt : at,
            RunId = runId,
        };
        return (state, Kind(before, found.Level) is { } kind ? Change(known, state, kind, at) : null);
    }

    /// <summary>People are told again of a state that has been open for so long, and from then on after as long again.</summary>
    public static bool IsToRemind(AlertState state, DateTime at, TimeSpan after) =>
        state.OpenedAt is { } opened && at - (state.RemindedAt ?? opened) >= after;

    /// <summary>The state after people were reminded of it, or after it was taken out of the project.</summary>
    public static (AlertState State, AlertChange Change) Note(AlertState state, ChangeKind kind, DateTime at)
    {
        var noted = kind == ChangeKind.Reminded
            ? state with { RemindedAt = at }
            : state with { Level = AlertLevel.Ok, OpenedAt = null, RemindedAt = null, ChangedAt = at };
        return (noted, Change(state, noted, kind, at));
    }

    private static ChangeKind? Kind(AlertLevel before, AlertLevel now) => (before, now) switch
    {
        _ when now == before => null,
        (AlertLevel.Ok, _) => ChangeKind.Opened,
        (_, AlertLevel.Ok) => ChangeKind.Recovered,
        _ => now > before ? ChangeKind.Worsened : ChangeKind.Eased,
    };

    private static AlertChange Change(AlertState? before, AlertState now, ChangeKind kind, DateTime at) => new()
    {
        Subject = now.Subject,
        Kind = now.Kind,
        Change = kind,
        LevelBefore = before?.Level ?? AlertLevel.Ok,
        Level = now.Level,
        Message = now.Message,
        RowsBefore = before?.Level is null or AlertLevel.Ok ? null : before.RowsFailing,
        RowsFailing = now.RowsFailing,
        OpenedAt = before?.OpenedAt ?? now.OpenedAt ?? at,
        ChangedAt = at,
        RunId = now.RunId,
    };
}
