using System.Text.RegularExpressions;

namespace Greenery.Alerts.Incidents;

/// <summary>The names of what is no check.</summary>
internal static partial class IncidentKeys
{
    public const string Run = "run";

    public const string Sla = "sla";

    public const string Report = "report";

    private const string ChannelPrefix = "channel:";

    private const string SettingPrefix = "setting:";

    public static string ForChannel(string name) => ChannelPrefix + name;

    /// <summary>
    /// By the setting's name, or by the file and what is wrong in it: the line is left out, because an edit above it
    /// moves it and would make another incident of the same mistake.
    /// </summary>
    public static string ForSetting(Diagnostic fault) => Number().Match(fault.Place) is { Success: true } number
        ? $"{SettingPrefix}{fault.Place[..number.Index]}{(fault.Rule is null ? "" : $" {fault.Rule}")}"
        : SettingPrefix + fault.Place;

    public static bool IsSetting(string subject) => subject.StartsWith(SettingPrefix, StringComparison.Ordinal);

    /// <summary>
    /// The place in the key of a setting as earlier versions made it, with the line; null for the keys of today.
    /// </summary>
    public static string? PlaceOfNumbered(string subject) =>
        IsSetting(subject) && Number().Match(subject) is { Success: true } number ? subject[..number.Index] : null;

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

    // The line of a file, or the position in a list of settings.
    [GeneratedRegex(":[0-9]+$")]
    private static partial Regex Number();
}
