namespace Greenery.FaultInjection;

/// <summary>One thing that is to happen to a run.</summary>
/// <param name="Kind">What.</param>
/// <param name="Boundary">Where; only for <see cref="DisturbanceKind.KillAtBoundary"/>.</param>
internal sealed record Disturbance(DisturbanceKind Kind, StepBoundary? Boundary = null)
{
    /// <summary>How often it was tried and did not come about: the run was over before.</summary>
    public int Misses { get; init; }

    public override string ToString() => Boundary is null ? Kind.Describe() : $"killed {Boundary}";
}
