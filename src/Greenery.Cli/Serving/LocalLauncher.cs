using Greenery.Hosting;
using Greenery.Presentation;
using Greenery.Runs;
using Greenery.Warehouse;
using Microsoft.Extensions.Logging;

namespace Greenery.Cli.Serving;

/// <summary>
/// Executes runs as tasks of this process. On shutdown the active run is released for the next process.
/// </summary>
internal sealed class LocalLauncher(IPipelineHost host, StepLog steps, ILogger<LocalLauncher> log)
    : IRunLauncher, IAsyncDisposable
{
    private readonly Lock _launching = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly SemaphoreSlim _ended = new(0);
    private Task _running = Task.CompletedTask;
    private bool _isDisposed;

    public TimeSpan LeaseLength => RunLease.SessionHeldLength;

    /// <summary>
    /// Completes when a run has ended since the last time it was waited for, however it was started: the next one may
    /// be due, and one that broke off is to be resumed.
    /// </summary>
    public Task EndedAsync(CancellationToken cancellationToken) => _ended.WaitAsync(cancellationToken);

    /// <summary>Runs of this process, and of others like it, hold their lease by their session.</summary>
    public Task<bool> IsGoneAsync(RunLease lease, CancellationToken cancellationToken) => Task.FromResult(false);

    public async Task LaunchAsync(RunLease lease, CancellationToken cancellationToken)
    {
        var pipeline = await host.PipelineAsync(cancellationToken);
        lock (_launching)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            _running = Task.WhenAll(_running, Task.Run(() => DoAsync(pipeline, lease), CancellationToken.None));
        }
    }

    public async ValueTask DisposeAsync()
    {
        lock (_launching)
        {
            if (_isDisposed)
            {
                // Known under two names, it is disposed of twice.
                return;
            }
            _isDisposed = true;
        }
        await _stop.CancelAsync();
        await _running;
        _stop.Dispose();
        _ended.Dispose();
    }

    private async Task DoAsync(Pipeline pipeline, RunLease lease)
    {
        try
        {
            // A run that comes to its end says so by its steps; a message has one that does not.
            if (await pipeline.RunAsync(lease, ShutdownBehavior.ReleaseRun, steps, _stop.Token)
                is { Message: { } message } outcome)
            {
                log.Left(lease.RunId, EnumText.Name(outcome.State), TerminalText.Escape(message));
            }
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            log.Left(
                lease.RunId, EnumText.Name(RunState.Failed), TerminalText.Escape(PostgresMessage.Describe(exception)));
        }
        finally
        {
            _ended.Release();
        }
    }
}
