namespace Greenery.Reports.Timeline;

/// <summary>A piece of work on the run's time line.</summary>
/// <param name="Kind"><c>load</c>, <c>build</c>, <c>check</c>, <c>failed</c>, or <c>other</c>.</param>
/// <param name="From">Where it begins, in thousandths of the run.</param>
/// <param name="Length">How long it is, in thousandths of the run.</param>
public sealed record TimelineBar(string Kind, double From, double Length);
