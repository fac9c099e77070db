namespace Greenery.Warehouse;

/// <summary>
/// The latest time that a row of the ops tables may have and still decide something. What is later was written while
/// the clock of the database was ahead, and would hold up the schedule, and keep health good, until that day comes.
/// </summary>
internal static class LatestTime
{
    /// <summary>SQL. An hour is left: the clocks of servers that replace each other differ a little.</summary>
    public const string Sql = "(clock_timestamp() + interval '1 hour')";
}
