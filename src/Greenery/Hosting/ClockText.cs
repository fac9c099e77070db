using Greenery.Presentation;
using Greenery.Warehouse;

namespace Greenery.Hosting;

/// <summary>Says that the clocks of database and machine differ.</summary>
public static class ClockText
{
    /// <summary>The warning for people; null when the clocks are together.</summary>
    public static string? Describe(ClockReading clock) => !clock.IsOff ? null
        : $"The clock of this machine ({Environment.MachineName}) is "
            + $"{DurationText.Describe(clock.HostIsAhead.Duration())} "
            + $"{(clock.HostIsAhead > TimeSpan.Zero ? "ahead of" : "late against")} the database's ({clock.Now:u}); "
            + "expected is less than a minute. The schedule goes by the database's clock. Set the wrong one right "
            + "(NTP), or tokens and certificates are refused.";
}
