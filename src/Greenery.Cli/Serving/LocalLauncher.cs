using Greenery.Hosting;
using Greenery.Runs;
using Greenery.Warehouse;

namespace Greenery.Cli.Serving;

/// <summary>Does runs as tasks of this process. When it is to end, the run under way is left for the next process.</summary>
internal sealed class LocalLauncher(IWorkplace workplace, StepLog log) : IRunLauncher, IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private Task _running = Task.CompletedTask;
    private bool _isDisposed;

    public TimeSpan LeaseLength => RunLease.WatchedLength;

    /// <summary>Ends when the run under way does.</summary>
    public Task Running => _running;

    public async Task LaunchAsync(RunLease lease, CancellationToken cancellationToken)
    {
        var pipeline = await workplace.PipelineAsync(cancellationToken);
        _running = Task.Run(() => pipeline.RunAsync(lease, OnStop.Leave, log, _stop.Token), CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        // Known under two names, it is disposed of twice.
        if (Interlocked.Exchange(ref _isDisposed, true))
        {
            return;
        }
        await _stop.CancelAsync();
        await _running;
        _stop.Dispose();
    }
}
