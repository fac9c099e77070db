using Greenery.Hosting;
using Greenery.Runs;
using Greenery.Warehouse;

namespace Greenery.Tests.Support;

/// <summary>
/// A host without a process of its own: runs are done while they are launched, or as the test wants it.
/// </summary>
internal sealed class TestHost : IRunLauncher
{
    public TestHost(IPipelineHost host)
    {
        Host = host;
        Control = new RunControl(host, this, Log);
        Launch = async lease => await (await host.PipelineAsync(default))
            .RunAsync(lease, ShutdownBehavior.ReleaseRun, null, CancellationToken.None);
    }

    public IPipelineHost Host { get; }

    public RunControl Control { get; }

    /// <summary>What it logs.</summary>
    public LogLines<RunControl> Log { get; } = new();

    /// <summary>Whether what was launched is gone; it is not, unless a test says otherwise.</summary>
    public Func<bool> IsGone { get; set; } = () => false;

    /// <summary>What becomes of a run this host was given; by default it is done at once.</summary>
    public Func<RunLease, Task> Launch { get; set; }

    /// <summary>The runs this host was given.</summary>
    public List<long> Launched { get; } = [];

    public TimeSpan LeaseLength => RunLease.SessionHeldLength;

    /// <summary>A host that takes runs and does nothing.</summary>
    public TestHost Idle()
    {
        Launch = _ => Task.CompletedTask;
        return this;
    }

    public Task<bool> IsGoneAsync(RunLease lease, CancellationToken cancellationToken) =>
        Task.Run(IsGone, cancellationToken);

    public async Task LaunchAsync(RunLease lease, CancellationToken cancellationToken)
    {
        lock (Launched)
        {
            Launched.Add(lease.RunId);
        }
        await Launch(lease);
    }

    public Task<PollResult> PollAsync() => Control.PollDueRunsAsync(CancellationToken.None);

    public Task<RunStart> StartAsync(RunRequest request) => Control.StartAsync(request, CancellationToken.None);

    /// <summary>Looks until nothing is due that could be started.</summary>
    public async Task CatchUpAsync()
    {
        while ((await PollAsync()).RunId is not null)
        {
        }
    }
}
