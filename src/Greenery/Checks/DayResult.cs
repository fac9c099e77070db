namespace Greenery.Checks;

/// <summary>What a check found of one day.</summary>
/// <param name="Day">The business date; null when there is none to judge.</param>
/// <param name="LookedAt">Rows looked at, or numbers compared; 0 when nothing could be judged.</param>
/// <param name="Failing">How many of them fail.</param>
/// <param name="Text">One sentence without the check's name.</param>
internal sealed record DayResult(DateOnly? Day, long LookedAt, long Failing, string Text)
{
    /// <summary>Whether the day could not be evaluated.</summary>
    public bool IsError { get; init; }

    /// <summary>The finding as the check's result.</summary>
    public CheckResult ToResult(Check check, IReadOnlyList<string> offenders) => new(
        check, StatusOf(check), LookedAt, Failing, $"{check.Kind} on {check.Subject}: {Text}", offenders);

    /// <summary>What it comes to.</summary>
    public CheckStatus StatusOf(Check check) => IsError ? CheckStatus.Error : check.Judge(LookedAt, Failing);

    /// <summary>The worst of several days, the newest of equal ones.</summary>
    public static DayResult Worst(Check check, IEnumerable<DayResult> findings) => findings
        .OrderByDescending(finding => Rank(finding.StatusOf(check))).ThenByDescending(finding => finding.Day).First();

    private static int Rank(CheckStatus status) => status switch
    {
        CheckStatus.Error => 4,
        CheckStatus.Fail => 3,
        CheckStatus.Warn => 2,
        CheckStatus.Pass => 1,
        _ => 0,
    };
}
