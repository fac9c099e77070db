using Greenery.Runs;

namespace Greenery.FaultInjection;

/// <summary>A place of a step where a process can be stopped exactly.</summary>
/// <param name="Step">The step's name in the ledger: <c>load:orders</c>.</param>
/// <param name="Place">
/// <c>before</c>: the ledger is about to hear that the step begins. <c>inside</c>: its work is done but not committed.
/// <c>after</c>: it is committed, and the ledger is about to hear that.
/// </param>
internal sealed record StepBoundary(string Step, string Place)
{
    /// <summary>Steps of one phase are done side by side; every step of a phase is after all of those before.</summary>
    public int Phase { get; init; }

    public override string ToString() => $"{Place} {Step}";

    /// <param name="step">The step's name.</param>
    /// <param name="place">The place.</param>
    /// <param name="mart">The position of the model's mart in the order; only builds of one mart run in
    /// parallel.</param>
    public static StepBoundary Of(string step, string place, int mart)
    {
        var kind = Enum.Parse<StepKind>(step.Split(':')[0], ignoreCase: true);
        var phase = step == $"check:{RunStep.Staging}" ? ((int)StepKind.Load * 10) + 5
            : ((int)kind * 10) + (kind == StepKind.Build ? mart : 0);
        return new StepBoundary(step, place) { Phase = phase };
    }
}
