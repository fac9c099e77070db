namespace Greenery.Reports.Timeline;

/// <summary>One line of the time line: a step, or the building and the checking of one model.</summary>
/// <param name="Label">What was worked on.</param>
/// <param name="Model">The model, for a link; null for other steps.</param>
/// <param name="StartedAt">UTC.</param>
/// <param name="Took">Null while it is not done.</param>
/// <param name="Note">Attempts and errors, in words; empty when all went well at once.</param>
public sealed record TimelineRow(
    string Label, string? Model, IReadOnlyList<TimelineBar> Bars, DateTime StartedAt, TimeSpan? Took, string Note);
