using System.Diagnostics;
using Greenery.Tests.Support;

namespace Greenery.Tests.Infra;

/// <summary>
/// A shell script of infra/ with stand-ins for the programs it calls. Each writes its name and arguments into a log
/// and then runs the commands given for it.
/// </summary>
internal sealed class ScriptProcess : IDisposable
{
    private readonly TestDataFolder _folder = new();

    /// <summary>Calls in their order, one a line.</summary>
    public string[] Calls => File.Exists(Log) ? File.ReadAllLines(Log) : [];

    private string Log => Path.Combine(_folder.Path, "calls");

    /// <param name="program">Its name.</param>
    /// <param name="body">What it does, in sh.</param>
    public ScriptProcess With(string program, string body)
    {
        var file = Path.Combine(_folder.Path, program);
        File.WriteAllText(file, $"#!/bin/sh\necho \"{program} $*\" >> '{Log}'\n{body}\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        }
        return this;
    }

    public async Task<(int ExitCode, string Output)> RunAsync(string script, Dictionary<string, string> environment)
    {
        var start = new ProcessStartInfo("sh", [Path.Combine(Templates.Folder, script)])
            { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["PATH"] = $"{_folder.Path}:{start.Environment["PATH"]}";
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync() + await error;
        await process.WaitForExitAsync();
        return (process.ExitCode, output);
    }

    public void Dispose() => _folder.Dispose();
}
