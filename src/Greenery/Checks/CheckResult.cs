namespace Greenery.Checks;

/// <summary>What a check found.</summary>
/// <param name="Check">The check.</param>
/// <param name="Status">What it comes to.</param>
/// <param name="LookedAt">Rows looked at.</param>
/// <param name="Failing">Rows failing.</param>
/// <param name="Message">One sentence for people.</param>
/// <param name="Offenders">Some failing rows as JSON objects, personal columns masked.</param>
public sealed record CheckResult(
    Check Check, CheckStatus Status, long LookedAt, long Failing, string Message, IReadOnlyList<string> Offenders)
{
    /// <summary>What later runs of the check are compared with; null for checks that compare nothing.</summary>
    public long? Counted { get; init; }

    /// <summary>Numbers that later days are compared with; empty for checks that compare no days.</summary>
    public IReadOnlyList<TakenValue> Taken { get; init; } = [];

    /// <summary>Nothing is published.</summary>
    public bool StopsRun => Status is CheckStatus.Fail or CheckStatus.Error;
}
