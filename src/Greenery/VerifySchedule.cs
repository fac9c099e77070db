namespace Greenery;

/// <summary>When incremental models are compared with a full build; settings <c>Greenery:Verify</c>.</summary>
/// <param name="Every">The time between two comparisons of a model; null for never.</param>
/// <param name="Percent">The share of keys that are compared, other ones each time; over 0 and up to 100.</param>
public sealed record VerifySchedule(TimeSpan? Every, decimal Percent)
{
    /// <summary>The days between two comparisons by default.</summary>
    public const int UsualDays = 7;

    /// <summary>The share of keys by default, in percent.</summary>
    public const int UsualPercent = 5;

    /// <summary>The defaults of the settings.</summary>
    public static VerifySchedule Usual { get; } = new(TimeSpan.FromDays(UsualDays), UsualPercent);
}
