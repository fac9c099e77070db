namespace Greenery.Runs;

/// <summary>
/// What <see cref="DailyRun"/> needs of its host. Durable Functions is one; <see cref="LocalOrchestration"/> is the
/// other.
/// </summary>
public interface IOrchestration
{
    /// <summary>Has a step done, at least once, and gives its result. Calls may be awaited together.</summary>
    /// <exception cref="StepFailedException">It failed, for good.</exception>
    Task<TResult> CallAsync<TResult>(RunStep step);
}
