using System.Diagnostics;
using System.Text;

namespace Greenery.FaultInjection;

/// <summary>The command line as a process of its own.</summary>
internal sealed class GreeneryProcess : IDisposable
{
    private readonly Process _process;
    private readonly StringBuilder _said = new();

    private GreeneryProcess(ProcessStartInfo start)
    {
        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, line) => Hear(line.Data);
        _process.ErrorDataReceived += (_, line) => Hear(line.Data);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public int Id => _process.Id;

    public bool HasEnded => _process.HasExited;

    /// <summary>All it has written.</summary>
    public string Said
    {
        get
        {
            lock (_said)
            {
                return _said.ToString();
            }
        }
    }

    /// <summary>Starts it.</summary>
    /// <param name="settings">Environment variables of its own.</param>
    /// <param name="wrapper">What to start it through; nothing by default.</param>
    /// <param name="arguments">The command and its options.</param>
    public static GreeneryProcess Start(
        IReadOnlyDictionary<string, string> settings, IReadOnlyList<string> wrapper,
        params IReadOnlyList<string> arguments)
    {
        string[] line =
            [.. wrapper, "dotnet", Path.Combine(AppContext.BaseDirectory, "Greenery.Cli.dll"), .. arguments];
        var start = new ProcessStartInfo(line[0], line[1..])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = settings["TMPDIR"],
        };
        var inherited =
            start.Environment.Keys.Where(key => key.StartsWith("Greenery__", StringComparison.OrdinalIgnoreCase));
        foreach (var variable in inherited.ToList())
        {
            start.Environment.Remove(variable);
        }
        foreach (var (variable, value) in settings)
        {
            start.Environment[variable] = value;
        }
        return new GreeneryProcess(start);
    }

    /// <summary>SIGKILL.</summary>
    /// <returns>Whether it lived until then.</returns>
    public async Task<bool> KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        return _process.ExitCode == 128 + 9;
    }

    /// <summary>Asks it to end, and waits for that.</summary>
    public async Task<int> StopAsync()
    {
        await ProcessSignal.SendAsync("TERM", Id);
        return await EndAsync();
    }

    /// <summary>Waits for its end; one that hangs is killed, and its exit code is 137.</summary>
    public async Task<int> EndAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(4));
        try
        {
            await _process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            Hear("(It did not end within four minutes.)");
            await KillAsync();
        }
        return _process.ExitCode;
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }
        _process.Dispose();
    }

    private void Hear(string? line)
    {
        lock (_said)
        {
            _said.AppendLine(line);
        }
    }
}
