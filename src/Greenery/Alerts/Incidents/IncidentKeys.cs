namespace Greenery.Alerts.Incidents;

/// <summary>The names of what is no check.</summary>
internal static class IncidentKeys
{
    public const string Run = "run";

    public const string Sla = "sla";

    public const string Report = "report";

    private const string ChannelPrefix = "channel:";

    private const string SettingPrefix = "setting:";

    public static string ForChannel(string name) => ChannelPrefix + name;

    /// <param name="place">Its name, or the place in a file.</param>
    public static string ForSetting(string place) => SettingPrefix + place;

    public static bool IsSetting(string subject) => subject.StartsWith(SettingPrefix, StringComparison.Ordinal);

    /// <summary>The channel whose state this is; null when it is none's.</summary>
    public static string? ChannelOf(string subject) =>
        subject.StartsWith(ChannelPrefix, StringComparison.Ordinal) ? subject[ChannelPrefix.Length..] : null;

    /// <summary>As people read it.</summary>
    public static string Describe(IncidentEvent change) => Describe(change.Subject, change.Kind, change.RunId);

    /// <summary>As people read it.</summary>
    public static string Describe(string subject, IncidentKind kind, long? runId) => kind switch
    {
        IncidentKind.Run => runId is { } run ? $"run {run}" : "the run",
        IncidentKind.Sla => "publishing in time",
        IncidentKind.Channel => $"channel {subject[ChannelPrefix.Length..]}",
        IncidentKind.Setting => subject[SettingPrefix.Length..],
        IncidentKind.Report => "the report",
        _ => subject,
    };
}
