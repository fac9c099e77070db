namespace Greenery.FaultInjection;

/// <summary>A daily run as it goes when nothing disturbs it.</summary>
/// <param name="Date">The business date.</param>
/// <param name="Picture">Its results.</param>
/// <param name="Readers">What readers see of all marts in one statement.</param>
/// <param name="Boundaries">Where a process can be stopped.</param>
internal sealed record ExpectedResult(
    DateOnly Date,
    IReadOnlyDictionary<string, IReadOnlyList<string>> Picture,
    string Readers,
    IReadOnlyList<StepBoundary> Boundaries);
