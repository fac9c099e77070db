using Greenery.Functions.Orchestration;
using Greenery.Functions.Triggers;
using Greenery.Hosting;
using Greenery.Runs;
using Greenery.Tests.Support;
using Greenery.Warehouse;
using Microsoft.AspNetCore.Connections;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.DurableTask.Testing;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Greenery.Functions.Tests;

/// <summary>
/// A daily run that is done by this host's orchestrator and activities, on Durable Task in this process.
/// </summary>
internal sealed class DurableRun : IAsyncDisposable
{
    private readonly DurableTaskTestHost _durable;

    private readonly ILoggerFactory _logs;

    private DurableRun(
        TestWarehouse test, DurablePipelineHost host, DurableTaskTestHost durable, ILoggerFactory logs) =>
        (Test, Host, _durable, _logs) = (test, host, durable, logs);

    public const string Version = "2.0";

    public TestWarehouse Test { get; }

    public DurablePipelineHost Host { get; }

    public DurableTaskClient Client => _durable.Client;

    public RunControl Control => ControlOf(Version);

    /// <summary>A host of a version.</summary>
    public RunControl ControlOf(string version) =>
        new(Host, new DurableLauncher(Client, version), _logs.CreateLogger<RunControl>());

    /// <param name="deliver">What happens to a step on its way; by default it is simply done.</param>
    /// <param name="logs">Where the host logs; nowhere unless a test is about it.</param>
    public static async Task<DurableRun> StartAsync(
        Func<RunStep, Func<Task<StepReply>>, Task<StepReply>>? deliver = null, ILoggerFactory? logs = null)
    {
        logs ??= NullLoggerFactory.Instance;
        var test = await TestWarehouse.OfTinyShopAsync();
        var host = new DurablePipelineHost(test);
        DurableRun? self = null;
        var durable = await StartHostAsync(registry =>
        {
            registry.AddOrchestratorFunc<RunLease, string>(DailyRunFunction.Name, DailyRunFunction.RunAsync);
            registry.AddActivityFunc<long, PollResult>(SchedulerFunctions.Again, (_, _) =>
                self!.Control.PollDueRunsAsync(CancellationToken.None));
            foreach (var (kind, doAsync) in Activities.Of(host, logs.CreateLogger<StepLog>()))
            {
                registry.AddActivityFunc<RunStep, StepReply>(
                    kind, (_, step) => deliver is null ? doAsync(step) : deliver(step, () => doAsync(step)));
            }
        });
        return self = new DurableRun(test, host, durable, logs);
    }

    // The host listens on a port by chance, which another test's connection may have.
    private static async Task<DurableTaskTestHost> StartHostAsync(Action<DurableTaskRegistry> configure)
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                return await DurableTaskTestHost.StartAsync(configure);
            }
            catch (IOException exception) when (tries < 5 && exception.InnerException is AddressInUseException)
            {
            }
        }
    }

    /// <summary>Starts a run as a caller of the routes would.</summary>
    public async Task<RunLease> StartRunAsync() =>
        Assert.IsType<RunStart.Started>(
            await Control.StartAsync(new RunRequest { StartedBy = RunTrigger.Http }, CancellationToken.None)).Lease;

    /// <summary>Waits for the end of what does a run under this lease, and gives the run's report.</summary>
    public async Task<(OrchestrationMetadata Instance, RunReport Report)> EndAsync(
        RunLease lease, string version = Version)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(3));
        var instance = await Client.WaitForInstanceCompletionAsync(
            DurableLauncher.InstanceId(lease, version), true, patience.Token);
        var report = await new RunReports(Test.Database.Warehouse).ReadAsync(lease.RunId, CancellationToken.None);
        return (instance, report!);
    }

    public async ValueTask DisposeAsync()
    {
        await _durable.DisposeAsync();
        await Test.DisposeAsync();
    }
}
