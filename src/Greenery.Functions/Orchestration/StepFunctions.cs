using Greenery.Hosting;
using Greenery.Runs;
using Microsoft.Azure.Functions.Worker;

namespace Greenery.Functions.Orchestration;

/// <summary>One activity for each kind of step, so that each has its own name in logs, metrics and traces.</summary>
internal sealed class StepFunctions(IPipelineHost host, StepLog log)
{
    [Function(nameof(StepKind.Verify))]
    public Task<StepReply> VerifyAsync([ActivityTrigger] RunStep step, CancellationToken token) => DoAsync(step, token);

    [Function(nameof(StepKind.Discover))]
    public Task<StepReply> DiscoverAsync([ActivityTrigger] RunStep step, CancellationToken token) =>
        DoAsync(step, token);

    [Function(nameof(StepKind.Load))]
    public Task<StepReply> LoadAsync([ActivityTrigger] RunStep step, CancellationToken token) => DoAsync(step, token);

    [Function(nameof(StepKind.Plan))]
    public Task<StepReply> PlanAsync([ActivityTrigger] RunStep step, CancellationToken token) => DoAsync(step, token);

    [Function(nameof(StepKind.Build))]
    public Task<StepReply> BuildAsync([ActivityTrigger] RunStep step, CancellationToken token) => DoAsync(step, token);

    [Function(nameof(StepKind.Check))]
    public Task<StepReply> CheckAsync([ActivityTrigger] RunStep step, CancellationToken token) => DoAsync(step, token);

    [Function(nameof(StepKind.Publish))]
    public Task<StepReply> PublishAsync([ActivityTrigger] RunStep step, CancellationToken token) =>
        DoAsync(step, token);

    [Function(nameof(StepKind.Measure))]
    public Task<StepReply> MeasureAsync([ActivityTrigger] RunStep step, CancellationToken token) =>
        DoAsync(step, token);

    [Function(nameof(StepKind.CleanUp))]
    public Task<StepReply> CleanUpAsync([ActivityTrigger] RunStep step, CancellationToken token) =>
        DoAsync(step, token);

    [Function(nameof(StepKind.End))]
    public Task<StepReply> EndAsync([ActivityTrigger] RunStep step, CancellationToken token) => DoAsync(step, token);

    [Function(nameof(StepKind.Report))]
    public Task<StepReply> ReportAsync([ActivityTrigger] RunStep step, CancellationToken token) => DoAsync(step, token);

    [Function(nameof(StepKind.Tell))]
    public Task<StepReply> TellAsync([ActivityTrigger] RunStep step, CancellationToken token) => DoAsync(step, token);

    private async Task<StepReply> DoAsync(RunStep step, CancellationToken cancellationToken) =>
        await (await host.PipelineForAsync(step, cancellationToken)).StepAsync(step, log, cancellationToken);
}
