namespace Greenery.Alerts.States;

/// <summary>How something was found to stand.</summary>
/// <param name="Subject">A check's id, or one of <see cref="Subjects"/>.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Level">How it stands.</param>
/// <param name="Message">What was found, in a sentence.</param>
/// <param name="Failing">Rows failing; null where rows are not counted.</param>
internal sealed record Finding(string Subject, SubjectKind Kind, AlertLevel Level, string Message, long? Failing = null);
