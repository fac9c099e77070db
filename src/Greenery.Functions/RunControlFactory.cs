using Greenery.Functions.Orchestration;
using Greenery.Hosting;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;

namespace Greenery.Functions;

/// <summary>What starts runs here. The Durable client comes with each invocation, not from the container.</summary>
internal sealed class RunControlFactory(IPipelineHost host, ILogger<RunControl> log)
{
    public RunControl By(DurableTaskClient client) =>
        new(host, new DurableLauncher(client, OrchestrationVersion.Current), log);
}
