using System.Diagnostics;
using System.Reflection;
using Greenery.Tests.Support;

namespace Greenery.Tests.Cli;

/// <summary>The command line as people call it: a process of its own, on a night's database, drops and sql folder.</summary>
internal static class CliProcess
{
    public static async Task<(int ExitCode, string Output, string Error)> RunAsync(Night night, params string[] arguments)
    {
        var folder = Path.GetDirectoryName(Assembly.GetExecutingAssembly().Location)!;
        var start = new ProcessStartInfo("dotnet", ["exec", Path.Combine(folder, "Greenery.Cli.dll"), .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = night.Drops,
            Environment =
            {
                ["Greenery__Warehouse"] = night.Database.ConnectionString,
                ["Greenery__Drops"] = night.Drops,
                ["Greenery__Sql"] = night.Sql,
            },
        };
        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return (process.ExitCode, await output, await error);
    }
}
