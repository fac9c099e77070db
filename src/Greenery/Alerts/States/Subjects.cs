namespace Greenery.Alerts.States;

/// <summary>The names of what is no check.</summary>
internal static class Subjects
{
    public const string Run = "run";

    public const string Promise = "promise";

    private const string ChannelPrefix = "channel:";

    public static string OfChannel(string name) => ChannelPrefix + name;

    /// <summary>The channel whose state this is; null when it is none's.</summary>
    public static string? ChannelOf(string subject) =>
        subject.StartsWith(ChannelPrefix, StringComparison.Ordinal) ? subject[ChannelPrefix.Length..] : null;

    /// <summary>As people read it.</summary>
    public static string Words(AlertChange change) => Words(change.Subject, change.Kind, change.RunId);

    /// <summary>As people read it.</summary>
    public static string Words(string subject, SubjectKind kind, long? runId) => kind switch
    {
        SubjectKind.Run => runId is { } run ? $"run {run}" : "the run",
        SubjectKind.Promise => "publishing in time",
        SubjectKind.Channel => $"channel {subject[ChannelPrefix.Length..]}",
        _ => subject,
    };
}
