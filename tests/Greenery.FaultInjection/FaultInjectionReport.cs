namespace Greenery.FaultInjection;

/// <summary>What came of it.</summary>
/// <param name="Tally">What happened.</param>
/// <param name="Faults">What should not have; empty when all is well.</param>
/// <param name="Boundaries">How many places of steps a run has where it can be stopped.</param>
/// <param name="Runs">Daily runs that were disturbed.</param>
/// <param name="Reads">How often a reader looked beside it.</param>
/// <param name="Waits">Leases that had to run out.</param>
/// <param name="Time">How long all took.</param>
internal sealed record FaultInjectionReport(
    FaultStatistics Tally, IReadOnlyList<string> Faults, int Boundaries, int Runs, long Reads, int Waits, TimeSpan Time)
{
    /// <summary>What sessions that ran side by side found, as one.</summary>
    public static FaultInjectionReport Merge(IReadOnlyList<FaultInjectionReport> sessions) => new(
        FaultStatistics.Merge(sessions.Select(session => session.Tally)),
        [.. sessions.SelectMany((session, i) => session.Faults.Select(fault => $"session {i + 1}: {fault}"))],
        sessions.Max(session => session.Boundaries), sessions.Sum(session => session.Runs),
        sessions.Sum(session => session.Reads), sessions.Sum(session => session.Waits),
        sessions.Max(session => session.Time));

    /// <summary>For people.</summary>
    public IEnumerable<string> Lines() =>
    [
        .. Tally.Table(),
        "",
        $"{Tally.Kills} kills, {Tally.Count(DisturbanceKind.KillAtBoundary)} of them at the {Boundaries} boundaries "
            + $"of a run's steps; {Runs} daily runs, {Reads} concurrent reads, {Waits} leases had to expire; "
            + FormattableString.Invariant($"{Time.TotalMinutes:f1} minutes."),
        .. Faults.Count == 0
            ? ["Every daily run had the results of its baseline, and no reader saw any other state."]
            : Faults.Select(fault => $"WRONG: {fault}"),
    ];
}
