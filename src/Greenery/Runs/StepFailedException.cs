namespace Greenery.Runs;

/// <summary>
/// A step failed, for good: whatever could be tried again was. The only exception an <see cref="IOrchestration"/>
/// throws into <see cref="DailyRun"/>.
/// </summary>
public sealed class StepFailedException(StepFailure failure) : Exception(failure.Message)
{
    public StepFailure Failure { get; } = failure;
}
