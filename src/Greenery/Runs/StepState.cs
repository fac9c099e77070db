namespace Greenery.Runs;

/// <summary>The state of a step when an attempt begins.</summary>
/// <param name="Result">Its result, when it is done; null otherwise.</param>
/// <param name="CrashCount">How many processes crashed in it.</param>
/// <param name="IsCancelled">A user has asked for the run's end.</param>
/// <param name="Catalogue">The rules the run was begun by; null while it has verified none.</param>
internal sealed record StepState(string? Result, int CrashCount, bool IsCancelled, string? Catalogue);
