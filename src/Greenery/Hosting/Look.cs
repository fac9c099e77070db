namespace Greenery.Hosting;

/// <summary>What a look for due work found.</summary>
/// <param name="RunId">The run that was started or gone on with; null when there was none.</param>
/// <param name="IsWaiting">A night is due and waits for a run that is active.</param>
public sealed record Look(long? RunId, bool IsWaiting);
