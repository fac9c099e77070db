using System.Runtime.InteropServices;

namespace Greenery.Cli.Commands;

/// <summary>
/// The signals that ask a command to stop in order: Ctrl-C, that of service managers (SIGTERM), and that of a terminal
/// or a connection that is closed (SIGHUP, which does not come under <c>nohup</c>). The second one, or the end of the
/// time that is allowed, ends the process.
/// </summary>
internal sealed class StopSignals : IDisposable
{
    // Shells give 128 and the signal's number.
    private static readonly (PosixSignal Signal, int ExitCode)[] Signals =
        [(PosixSignal.SIGINT, 130), (PosixSignal.SIGTERM, 143), (PosixSignal.SIGHUP, 129)];

    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource<int> _isOverdue = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TimeSpan _within;
    private readonly PosixSignalRegistration[] _registrations;

    /// <param name="within">How long the command may take to stop.</param>
    public StopSignals(TimeSpan within)
    {
        _within = within;
        _registrations = [.. Signals.Select(each =>
            PosixSignalRegistration.Create(each.Signal, context => Stop(context, each.ExitCode)))];
    }

    /// <summary>Cancelled when a signal has come.</summary>
    public CancellationToken Token => _stop.Token;

    /// <summary>The command's exit code, or that of the signal when it does not stop in time.</summary>
    public async Task<int> LimitAsync(Task<int> command) => await await Task.WhenAny(command, _isOverdue.Task);

    public void Dispose()
    {
        foreach (var registration in _registrations)
        {
            registration.Dispose();
        }
        _stop.Dispose();
    }

    private void Stop(PosixSignalContext context, int exitCode)
    {
        context.Cancel = !_stop.IsCancellationRequested;
        // Not on this thread: what is cancelled may wait for a server, and the next signal would wait for it, too.
        _ = _stop.CancelAsync();
        _ = Task.Delay(_within).ContinueWith(_ => _isOverdue.TrySetResult(exitCode), TaskScheduler.Default);
    }
}
