namespace Greenery.FaultInjection;

/// <summary>How much to fault injection.</summary>
internal sealed record FaultInjectionOptions
{
    /// <summary>Processes to kill; 200 by default.</summary>
    public int Kills { get; init; } = 200;

    /// <summary>How often each other disturbance comes; by default once for every 20 kills, at least once.</summary>
    public int Others { get; init; } = 10;

    /// <summary>
    /// Daily runs a database lives through before a new one begins with the opening daily run; 6 by default.
    /// </summary>
    public int Days { get; init; } = 6;

    /// <summary>
    /// Disturbances of a daily run, the fewest; the most are 4. 1 by default, for daily runs of all sorts.
    /// </summary>
    public int MinPerRun { get; init; } = 1;

    /// <summary>
    /// The same seed gives the same plan of disturbances. What a plan meets differs from time to time all the same:
    /// processes run side by side.
    /// </summary>
    public int Seed { get; init; } = 1;
}
