using Greenery.Models;
using Greenery.Warehouse;

namespace Greenery.Runs;

/// <summary>
/// The order of a run, written once for all hosts. Deterministic: it decides by the results of steps and by nothing else
/// (no clock, no input or output, no chance), so that a host may replay it.
/// </summary>
public sealed class DailyRun(IOrchestration orchestration, RunLease lease)
{
    /// <summary>What a run says that found readers' versions up to date.</summary>
    public const string NothingNew = "Nothing new: what readers see is up to date.";

    /// <summary>drops -> staging -> core -> marketing -> product -> checks -> publish -> tell.</summary>
    public async Task<RunState> RunAsync()
    {
        if ((await CallAsync<VerifyResult>(StepKind.Verify)).Refusal is { } invalid)
        {
            return await EndAsync(RunState.Refused, invalid);
        }
        var drops = await CallAsync<DiscoverResult>(StepKind.Discover);
        var loads = await Task.WhenAll(drops.Tables.Select(table => CallAsync<LoadStepResult>(StepKind.Load, table)));
        if (Join(loads.Select(load => load.Refusal)) is { } refused)
        {
            return await EndAsync(RunState.Refused, refused);
        }
        if (Join((await CallAsync<CheckStepResult>(StepKind.Check, RunStep.Staging)).Failures) is { } stale)
        {
            return await EndAsync(RunState.ChecksFailed, stale);
        }
        if (drops.Emptiness is { } emptiness)
        {
            return await EndAsync(RunState.Unchanged, emptiness);
        }
        var plan = await CallAsync<PlanResult>(StepKind.Plan);
        if (plan.IsNothingNew)
        {
            return await EndAsync(RunState.Unchanged, NothingNew);
        }
        return await BuildAsync(plan) ?? await CheckAsync(plan) ?? await PublishAsync();
    }

    private async Task<RunState?> BuildAsync(PlanResult plan)
    {
        foreach (var mart in Marts.InOrder)
        {
            var builds = new Dictionary<string, Task<BuildResult>>(StringComparer.Ordinal);
            foreach (var node in plan.Models.Where(node => node.IsBuilt && node.Mart == mart))
            {
                builds[node.Model] = BuildAfterAsync([.. node.Parents.Where(builds.ContainsKey).Select(parent => builds[parent])], node);
            }
            if (Join((await Task.WhenAll(builds.Values)).Select(build => build.Refusal)) is { } refused)
            {
                return await EndAsync(RunState.Refused, refused);
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

    private async Task<RunState?> CheckAsync(PlanResult plan)
    {
        var checks = await Task.WhenAll(plan.Models.Where(node => node.HasChecks)
            .Select(node => CallAsync<CheckStepResult>(StepKind.Check, node.Model)));
        return Join(checks.SelectMany(check => check.Failures)) is { } failures
            ? await EndAsync(RunState.ChecksFailed, failures)
            : null;
    }

    private async Task<RunState> PublishAsync()
    {
        if ((await CallAsync<PublishResult>(StepKind.Publish)).Conflict is { } conflict)
        {
            return await EndAsync(RunState.Refused, conflict);
        }
        await CallAsync<DoneResult>(StepKind.Measure);
        return await EndAsync(RunState.Published, null);
    }

    private async Task<RunState> EndAsync(RunState state, string? message)
    {
        await CallAsync<DoneResult>(StepKind.CleanUp);
        await orchestration.CallAsync<DoneResult>(new RunStep(StepKind.End, lease, RunStates.Name(state), message));
        await CallAsync<DoneResult>(StepKind.Report);
        await CallAsync<DoneResult>(StepKind.Tell);
        return state;
    }

    private Task<TResult> CallAsync<TResult>(StepKind kind, string? subject = null) =>
        orchestration.CallAsync<TResult>(new RunStep(kind, lease, subject));

    private static string? Join(IEnumerable<string?> messages)
    {
        var said = messages.OfType<string>().ToList();
        return said.Count == 0 ? null : string.Join('\n', said);
    }
}
