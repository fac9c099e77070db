namespace Greenery.Hosting;

/// <summary>What a poll for due work found.</summary>
/// <param name="RunId">The run that was started or resumed; null when there was none.</param>
/// <param name="IsWaiting">A run is active that may be in the way, or die: look again soon.</param>
public sealed record PollResult(long? RunId, bool IsWaiting);
