using System.Diagnostics;

namespace Greenery.FaultInjection;

/// <summary>Signals to processes.</summary>
internal static class ProcessSignal
{
    /// <summary>Sends a signal by its name without SIG.</summary>
    public static async Task SendAsync(string name, int pid)
    {
        using var kill =
            Process.Start(new ProcessStartInfo("kill", [$"-{name}", $"{pid}"]) { RedirectStandardError = true })!;
        await kill.WaitForExitAsync();
    }

    public static bool IsAlive(int pid)
    {
        try
        {
            using var process = Process.GetProcessById(pid);
            return !process.HasExited;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}
