namespace Greenery;

/// <summary>What a run keeps, and what it takes on.</summary>
public sealed record RunLimits
{
    /// <summary>The defaults of the settings.</summary>
    public static RunLimits Usual { get; } = new();

    /// <summary>How long the details of runs, and messages that were sent, are kept; setting
    /// <c>Greenery:Retention:Ledgers</c>.</summary>
    public TimeSpan KeepLedgers { get; init; } = TimeSpan.FromDays(GreenerySettings.UsualDays);

    /// <summary>When incremental models are compared with a full build.</summary>
    public VerifySchedule Verify { get; init; } = VerifySchedule.Usual;

    /// <summary>What one drop may cost.</summary>
    public DropLimits Drops { get; init; } = new();
}
