using Greenery.Warehouse;

namespace Greenery.Runs;

/// <summary>
/// The order of a run, written once for all hosts. Deterministic: it decides by the results of steps and by nothing
/// else (no clock, no input or output, no chance), so that a host may replay it.
/// </summary>
public sealed class DailyRun(IOrchestration orchestration, RunLease lease)
{
    /// <summary>What a run says that found readers' versions up to date.</summary>
    public const string NothingNew = "Nothing new: what readers see is up to date.";

    /// <summary>drops -> staging -> core -> marketing -> product -> checks -> publish -> tell.</summary>
    /// <returns>How it ended.</returns>
    /// <exception cref="StepFailedException">The run's end could not be saved.</exception>
    public async Task<EndResult> RunAsync()
    {
        var ending = await DecideAsync();
        var end = new RunStep(StepKind.End, lease, EnumText.Name(ending.State), ending.Message);
        var saved = await orchestration.CallAsync<EndResult>(end);
        if (!saved.IsTry)
        {
            await RunPostRunActionsAsync(StepKind.Report);
            await RunPostRunActionsAsync(StepKind.Tell);
        }
        return saved;
    }

    private async Task<Ending> DecideAsync()
    {
        try
        {
            var verified = await CallAsync<VerifyResult>(StepKind.Verify);
            var (ended, refusal) = verified switch
            {
                { Refusal: { } invalid } => (new Ending(RunState.Refused, invalid), null),
                { LoadsNothing: true } => (null, null),
                _ => await LoadAsync(),
            };
            var ending = ended ?? await BuildAsync(refusal, verified);
            await CallAsync<DoneResult>(StepKind.CleanUp);
            return ending;
        }
        catch (StepFailedException exception)
        {
            return new Ending(exception.Failure.EndsAs, exception.Failure.Message);
        }
    }

    // With no ending, the run goes on: a refused drop stops only what reads its table.
    private async Task<(Ending? Ending, string? Refusal)> LoadAsync()
    {
        var drops = await CallAsync<DiscoverResult>(StepKind.Discover);
        var loads = await Task.WhenAll(drops.Tables.Select(table => CallAsync<LoadStepResult>(StepKind.Load, table)));
        var refusal = Join(loads.Select(load => load.Refusal));
        if (loads.Any(load => load.StopsRun))
        {
            return (new Ending(RunState.Refused, refusal), refusal);
        }
        if (Join((await CallAsync<CheckStepResult>(StepKind.Check, RunStep.Staging)).Failures) is { } stale)
        {
            return (new Ending(RunState.ChecksFailed, Join([stale, refusal])), refusal);
        }
        return (drops.Emptiness is { } emptiness ? new Ending(RunState.Unchanged, emptiness) : null, refusal);
    }

    private async Task<Ending> BuildAsync(string? refusal, VerifyResult verified)
    {
        var plan = await CallAsync<PlanResult>(StepKind.Plan);
        if (plan.Refusal is { } refused)
        {
            return new Ending(RunState.Refused, refused);
        }
        if (!plan.IsNothingNew)
        {
            var ending = await BuildAsync(plan) ?? await CheckAsync(plan) ?? await PublishAsync(plan, verified);
            return ending with { Message = Join([ending.Message, refusal, ending.Held]) };
        }
        return await CheckAsync(plan) is { } failed ? failed with { Message = Join([failed.Message, refusal]) }
            : refusal is null ? await RemainAsync(plan)
            : new Ending(RunState.Refused, refusal);
    }

    private async Task<Ending?> BuildAsync(PlanResult plan)
    {
        // In the order of the plan, which is the order of the marts.
        foreach (var mart in plan.Models.Select(node => node.Mart).Distinct())
        {
            var builds = new Dictionary<string, Task<BuildResult>>(StringComparer.Ordinal);
            foreach (var node in plan.Models.Where(node => node.IsBuilt && node.Mart == mart))
            {
                builds[node.Model] =
                    BuildAfterAsync([.. node.Parents.Where(builds.ContainsKey).Select(parent => builds[parent])], node);
            }
            if (Join((await Task.WhenAll(builds.Values)).Select(build => build.Refusal)) is { } refused)
            {
                return new Ending(RunState.Refused, refused);
            }
        }
        return null;
    }

    private async Task<BuildResult> BuildAfterAsync(Task<BuildResult>[] parents, PlanNode node)
    {
        var built = await Task.WhenAll(parents);
        return built.Any(parent => parent.Refusal is not null)
            ? new BuildResult(0, null)
            : await CallAsync<BuildResult>(StepKind.Build, node.Model);
    }

    private async Task<Ending?> CheckAsync(PlanResult plan)
    {
        var checks = await Task.WhenAll(plan.Models.Where(node => node.HasChecks)
            .Select(node => CallAsync<CheckStepResult>(StepKind.Check, node.Model)));
        return Join(checks.SelectMany(check => check.Failures)) is { } failures
            ? new Ending(RunState.ChecksFailed, failures)
            : null;
    }

    // With nothing new, only time has passed.
    private async Task<Ending> RemainAsync(PlanResult plan)
    {
        if (plan.IsMeasured)
        {
            await CallAsync<DoneResult>(StepKind.Measure);
        }
        return new Ending(RunState.Unchanged, NothingNew);
    }

    // What is tried is shown in an environment, or nowhere.
    private async Task<Ending> PublishAsync(PlanResult plan, VerifyResult verified)
    {
        if (verified is { PublishesNothing: true, HasEnvironment: false })
        {
            return new Ending(RunState.Tried, null);
        }
        var published = await CallAsync<PublishResult>(StepKind.Publish);
        if (published.Conflict is { } conflict)
        {
            return new Ending(RunState.Refused, conflict);
        }
        if (verified.PublishesNothing)
        {
            return new Ending(RunState.Tried, null);
        }
        await CallAsync<DoneResult>(StepKind.Measure);
        return new Ending(RunState.Published, published.Withdrawn) { Held = plan.Held };
    }

    // The state is kept, whatever comes of it.
    private async Task RunPostRunActionsAsync(StepKind kind)
    {
        try
        {
            await CallAsync<DoneResult>(kind);
        }
        catch (StepFailedException)
        {
            // The step's row has the reason; the next poll sends the notifications that are missing.
        }
    }

    private Task<TResult> CallAsync<TResult>(StepKind kind, string? subject = null) =>
        orchestration.CallAsync<TResult>(new RunStep(kind, lease, subject));

    private static string? Join(IEnumerable<string?> messages)
    {
        var said = messages.OfType<string>().ToList();
        return said.Count == 0 ? null : string.Join('\n', said);
    }

    private sealed record Ending(RunState State, string? Message)
    {
        /// <summary>What was not published with the rest.</summary>
        public string? Held { get; init; }
    }
}
