namespace Greenery.Alerts.Incidents;

/// <summary>The names of what is no check.</summary>
internal static class IncidentKeys
{
    public const string Run = "run";

    public const string Sla = "sla";

    private const string ChannelPrefix = "channel:";

    public static string ForChannel(string name) => ChannelPrefix + name;

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
        _ => subject,
    };
}
