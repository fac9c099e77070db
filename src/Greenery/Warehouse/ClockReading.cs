namespace Greenery.Warehouse;

/// <summary>
/// The time by the clock of the database, which all hosts share, and how far this machine's is from it.
/// </summary>
/// <param name="Now">The database's time, UTC.</param>
/// <param name="HostIsAhead">
/// By how much this machine's clock is ahead; negative when it is late. What the way to the database and back may
/// explain is not counted.
/// </param>
public readonly record struct ClockReading(DateTimeOffset Now, TimeSpan HostIsAhead)
{
    /// <summary>Clocks that are kept by NTP are together within milliseconds.</summary>
    public static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(1);

    /// <summary>Whether the two clocks differ by more than <see cref="Tolerance"/>.</summary>
    public bool IsOff => HostIsAhead.Duration() > Tolerance;
}
