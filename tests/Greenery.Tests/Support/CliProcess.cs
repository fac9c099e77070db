using System.Diagnostics;
using System.Text.Json;

namespace Greenery.Tests.Support;

/// <summary>What a call of the command line said.</summary>
internal sealed record CliResult(int ExitCode, string Output, string Error)
{
    /// <summary>Standard output as one JSON document.</summary>
    public JsonElement Json => JsonDocument.Parse(Output).RootElement;

    /// <summary>Standard error's lines.</summary>
    public string[] ErrorLines => Error.Split('\n', StringSplitOptions.RemoveEmptyEntries);
}

/// <summary>The command line as people start it: a process of its own, with an environment of its own.</summary>
internal sealed class CliProcess
{
    private readonly Dictionary<string, string> _settings = new(StringComparer.Ordinal);

    /// <summary>The program that was built along with the tests.</summary>
    public static string Program { get; } = Path.Combine(
        Repository.Top, "src", "Greenery.Cli", "bin", Configuration, "net10.0", "Greenery.Cli.dll");

    public static CliProcess On(TestWarehouse test) => new CliProcess()
        .With("Greenery__Warehouse", test.Database.ConnectionString)
        .With("Greenery__Drops", test.Drops)
        .With("Greenery__Sql", test.Sql);

    /// <summary>Sets a variable of the environment.</summary>
    public CliProcess With(string variable, string value)
    {
        _settings[variable] = value;
        return this;
    }

    /// <summary>Runs to the end; a program that hangs fails the test.</summary>
    public async Task<CliResult> RunAsync(params string[] arguments)
    {
        using var process = Start(arguments);
        return await FinishAsync(process);
    }

    public Process Start(params string[] arguments)
    {
        // A child inherits the signals that this process ignores, for instance below nohup.
        string[] command = OperatingSystem.IsLinux()
            ? ["env", "--default-signal=HUP,INT", "dotnet", Program]
            : ["dotnet", Program];
        var start = new ProcessStartInfo(command[0], [.. command[1..], .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            // Where no greenery.settings.json lies.
            WorkingDirectory = Path.GetTempPath(),
        };
        foreach (var variable in start.Environment.Keys.Where(key =>
            key.StartsWith("Greenery__", StringComparison.OrdinalIgnoreCase)).ToList())
        {
            start.Environment.Remove(variable);
        }
        foreach (var (variable, value) in _settings)
        {
            start.Environment[variable] = value;
        }
        return Process.Start(start)!;
    }

    public static async Task<CliResult> FinishAsync(Process process)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        try
        {
            var (output, error) = (process.StandardOutput.ReadToEndAsync(patience.Token),
                process.StandardError.ReadToEndAsync(patience.Token));
            await process.WaitForExitAsync(patience.Token);
            return new CliResult(process.ExitCode, await output, await error);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"'{string.Join(' ', process.StartInfo.ArgumentList)}' did not end.");
        }
    }

    private static string Configuration =>
        new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar)).Parent!.Name;
}
