using System.Globalization;
using Greenery.Presentation;

namespace Greenery.Alerts.Routing;

/// <summary>
/// When people are not to be disturbed by what can wait (<c>20:00-07:00</c>), in local time; may span midnight.
/// </summary>
/// <param name="From">The first quiet minute.</param>
/// <param name="To">When they end.</param>
public sealed record QuietHours(TimeOnly From, TimeOnly To)
{
    /// <summary>Reads <c>20:00-07:00</c>; false for anything else, and for two times that are the same.</summary>
    public static bool TryParse(string text, out QuietHours hours)
    {
        hours = new QuietHours(default, default);
        if (text.Split('-') is not [var from, var to]
            || !TryParseTime(from, out var start) || !TryParseTime(to, out var end) || start == end)
        {
            return false;
        }
        hours = new QuietHours(start, end);
        return true;
    }

    /// <summary>Reads <c>HH:mm</c>.</summary>
    public static bool TryParseTime(string text, out TimeOnly time) =>
        TimeOnly.TryParseExact(text.Trim(), "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out time);

    /// <summary>
    /// When the quiet hours that <paramref name="now"/> lies in end; <paramref name="now"/> itself outside of them.
    /// </summary>
    public DateTime EndAt(DateTime now, LocalTime local)
    {
        var there = local.Of(now);
        if (!Contains(TimeOnly.FromDateTime(there)))
        {
            return now;
        }
        var today = DateOnly.FromDateTime(there);
        var end = local.ToUtc(today, To);
        return end > now ? end : local.ToUtc(today.AddDays(1), To);
    }

    private bool Contains(TimeOnly time) => From < To ? time >= From && time < To : time >= From || time < To;
}
