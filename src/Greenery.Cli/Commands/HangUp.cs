using System.Runtime.InteropServices;

namespace Greenery.Cli.Commands;

/// <summary>
/// The signal of a terminal or a connection that is closed (SIGHUP), taken as the one of service managers (SIGTERM):
/// the command stops in order. Under <c>nohup</c> the signal does not come.
/// </summary>
internal sealed class HangUp : IDisposable
{
    /// <summary>128 and the signal's number, as shells have it.</summary>
    private const int ExitCode = 129;

    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource _isOverdue = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly PosixSignalRegistration _registration;

    /// <param name="within">How long the command may take to stop.</param>
    public HangUp(TimeSpan within) => _registration = PosixSignalRegistration.Create(PosixSignal.SIGHUP, context =>
    {
        // The second one ends the process at once.
        context.Cancel = !_stop.IsCancellationRequested;
        _stop.Cancel();
        _ = Task.Delay(within).ContinueWith(_ => _isOverdue.TrySetResult(), TaskScheduler.Default);
    });

    /// <summary>Cancelled when the signal has come.</summary>
    public CancellationToken Token => _stop.Token;

    /// <summary>The command's exit code, or that of the signal when it does not stop in time.</summary>
    public async Task<int> LimitAsync(Task<int> command) =>
        await Task.WhenAny(command, _isOverdue.Task) == command ? await command : ExitCode;

    public void Dispose()
    {
        _registration.Dispose();
        _stop.Dispose();
    }
}
