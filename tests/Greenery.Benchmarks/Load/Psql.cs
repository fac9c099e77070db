using System.ComponentModel;
using System.Diagnostics;
using Npgsql;

namespace Greenery.Benchmarks.Load;

/// <summary>PostgreSQL's own client, the yardstick.</summary>
internal sealed class Psql(NpgsqlConnectionStringBuilder server)
{
    /// <summary>Whether there is one on the path.</summary>
    public static bool IsThere()
    {
        try
        {
            using var process = Process.Start(
                new ProcessStartInfo("psql", "--version") { RedirectStandardOutput = true });
            process!.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (Win32Exception)
        {
            return false;
        }
    }

    public async Task RunAsync(string command)
    {
        var start = new ProcessStartInfo("psql") { RedirectStandardOutput = true };
        foreach (var argument in new[] { "-X", "-q", "-v", "ON_ERROR_STOP=1", "-c", command })
        {
            start.ArgumentList.Add(argument);
        }
        start.Environment["PGHOST"] = server.Host;
        start.Environment["PGPORT"] = server.Port.ToString(null, null);
        start.Environment["PGUSER"] = server.Username;
        start.Environment["PGPASSWORD"] = server.Password;
        start.Environment["PGDATABASE"] = server.Database;
        using var process = Process.Start(start)!;
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"psql ended with {process.ExitCode}: {command}");
        }
    }
}
