namespace Greenery.Runs;

/// <summary>How a step stands when an attempt begins.</summary>
/// <param name="Result">Its result, when it is done; null otherwise.</param>
/// <param name="CrashCount">How many processes ended in it without a word.</param>
/// <param name="IsCancelled">A user has asked for the run's end.</param>
internal sealed record StepState(string? Result, int CrashCount, bool IsCancelled);
