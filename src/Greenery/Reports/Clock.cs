using System.Globalization;

namespace Greenery.Reports;

/// <summary>Times and dates as people of one time zone write them.</summary>
/// <param name="Zone">Setting <c>Greenery:TimeZone</c>; UTC by default.</param>
/// <param name="Now">When the page is made.</param>
public sealed record Clock(TimeZoneInfo Zone, DateTimeOffset Now)
{
    private static readonly CultureInfo English = CultureInfo.InvariantCulture;

    private DateTime Here => TimeZoneInfo.ConvertTime(Now, Zone).DateTime;

    /// <summary><c>06:02</c>; on another day than the page <c>21 Nov 06:02</c>.</summary>
    public string Time(DateTime utc)
    {
        var local = Local(utc);
        return (local.Date == Here.Date ? "" : Day(DateOnly.FromDateTime(local)) + " ")
            + local.ToString("HH:mm", English);
    }

    /// <summary><c>06:02:31</c></summary>
    public string Second(DateTime utc) => Local(utc).ToString("HH:mm:ss", English);

    /// <summary><c>21 Nov 2026, 06:02 UTC</c></summary>
    public string Full(DateTime utc) => $"{Local(utc).ToString("d MMM yyyy, HH:mm", English)} {ZoneName(utc)}";

    /// <summary><c>21 Nov</c>; of another year than the page's <c>12 Feb 2021</c>.</summary>
    public string Day(DateOnly date) => date.ToString(date.Year == Here.Year ? "d MMM" : "d MMM yyyy", English);

    /// <summary>Whole days from a date to the day the page is made.</summary>
    public int DaysSince(DateOnly date) => Math.Max(0, DateOnly.FromDateTime(Here).DayNumber - date.DayNumber);

    private DateTime Local(DateTime utc) =>
        TimeZoneInfo.ConvertTimeFromUtc(DateTime.SpecifyKind(utc, DateTimeKind.Utc), Zone);

    private string ZoneName(DateTime utc) => Zone.Equals(TimeZoneInfo.Utc) ? "UTC" : $"({Zone.Id}, {Offset(utc)})";

    private string Offset(DateTime utc)
    {
        var offset = Zone.GetUtcOffset(DateTime.SpecifyKind(utc, DateTimeKind.Utc));
        return $"UTC{(offset < TimeSpan.Zero ? "-" : "+")}{offset.Duration().ToString(@"h\:mm", English)}";
    }
}
