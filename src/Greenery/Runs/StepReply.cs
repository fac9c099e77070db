using System.Text.Json;

namespace Greenery.Runs;

/// <summary>
/// How a step ended, in a form that travels: types of exceptions do not survive the way from one process to another.
/// </summary>
/// <param name="Result">The step's result as JSON; null when it failed.</param>
/// <param name="Failure">Why it failed; null when it did not.</param>
public sealed record StepReply(string? Result, StepFailure? Failure = null)
{
    /// <exception cref="StepFailedException">The step failed.</exception>
    public TResult Read<TResult>() => Failure is null
        ? JsonSerializer.Deserialize<TResult>(Result!)!
        : throw new StepFailedException(Failure);
}
