namespace Greenery;

/// <summary>The business's time zone (<c>Greenery:TimeZone</c>) as SQL names it.</summary>
public static class BusinessZone
{
    /// <summary>The default.</summary>
    public const string Utc = "UTC";

    /// <summary>
    /// The IANA name, which PostgreSQL knows on every system; all names of UTC are one, so that none rebuilds what
    /// another built.
    /// </summary>
    public static string NameOf(TimeZoneInfo zone) => zone.HasSameRules(TimeZoneInfo.Utc) ? Utc
        : TimeZoneInfo.TryConvertWindowsIdToIanaId(zone.Id, out var iana) ? iana
        : zone.Id;
}
