using System.Globalization;
using Greenery.FaultInjection.Clusters;
using Greenery.FaultInjection.Soak;
using Greenery.LocalServices;

namespace Greenery.FaultInjection;

/// <summary>
/// <c>[--kills N] [--seed S]</c>: the long variant of what the tests do with 9 kills.
/// <c>chaos [--disturbances N] [--sessions M] [--seed S]</c>: also clocks, networks, storages, pauses, read-only
/// servers, full disks and a connection pooler. Most of the time is waited: sessions side by side share the
/// disturbances, each with servers of its own.
/// <c>cluster [--cluster CONNECTION] [--disturbances N] [--seed S]</c>: on a cluster (Citus), whose nodes crash.
/// <c>soak [--runs N]</c>: many daily runs in one process.
/// </summary>
internal static class FaultInjectionCommand
{
    private const string Usage =
        "expected [--kills N] [--seed S], chaos [--disturbances N] [--sessions M] [--seed S], "
        + "cluster [--cluster CONNECTION] [--disturbances N] [--seed S], or soak [--runs N]";

    /// <returns>0 when every law held, 1 when one was broken, 2 when the options are none.</returns>
    public static async Task<int> RunAsync(string[] options)
    {
        var folder = Path.Combine(Path.GetTempPath(), $"greenery-fault-injection-{Guid.NewGuid():n}");
        try
        {
            var command = options is [var first, ..] && !first.StartsWith('-') ? first : "kills";
            Func<LocalServicesOptions, string, Task<int>> runAsync = command switch
            {
                "kills" => Disturb([Kills(Number(options, "--kills", 200, 1_000_000), Seed(options))], Seed(options)),
                "chaos" => Disturb(
                    Chaos(Number(options, "--disturbances", 200, 1_000_000), Number(options, "--sessions", 1, 16),
                        Seed(options)),
                    Seed(options)),
                "cluster" => Disturb(
                    [
                        FaultInjectionOptions.OfCluster(
                            Cluster(options), Number(options, "--disturbances", 100, 1_000_000), Seed(options)),
                    ],
                    Seed(options)),
                "soak" => Soak(Number(options, "--runs", 200, 366)),
                _ => throw new FormatException($"'{command}' is no command"),
            };
            DataFolders.Make(folder);
            return await runAsync(
                new LocalServicesOptions { PackagesFolder = Path.Combine(DataFolders.Default, "packages") }, folder);
        }
        catch (FormatException exception)
        {
            await Console.Error.WriteLineAsync($"{exception.Message}; {Usage}.");
            return 2;
        }
        finally
        {
            if (Directory.Exists(folder))
            {
                Directory.Delete(folder, recursive: true);
            }
        }
    }

    private static FaultInjectionOptions Kills(int kills, int seed) =>
        new() { Kills = kills, Others = Math.Max(1, kills / 20), Seed = seed };

    private static FaultInjectionOptions[] Chaos(int disturbances, int sessions, int seed) =>
    [
        .. Enumerable.Range(0, sessions).Select(session => FaultInjectionOptions.OfChaos(
            (disturbances + sessions - 1) / sessions, seed + session)),
    ];

    private static Func<LocalServicesOptions, string, Task<int>> Disturb(FaultInjectionOptions[] sessions, int seed) =>
        async (services, folder) =>
        {
            var report = FaultInjectionReport.Merge(await Task.WhenAll(sessions.Select((options, i) =>
                new FaultInjectionSession(options, services, OfSession(folder, i), new Said()).RunAsync())));
            Console.WriteLine(string.Join('\n', [$"\nseed {seed}", .. report.Lines()]));
            return report.Faults.Count == 0 ? 0 : 1;
        };

    private static string OfSession(string folder, int session)
    {
        var own = Path.Combine(folder, $"session_{session + 1}");
        DataFolders.Make(own);
        return own;
    }

    private static Func<LocalServicesOptions, string, Task<int>> Soak(int runs) => async (services, folder) =>
    {
        var report = await new SoakSession(runs, services, folder, new Said()).RunAsync();
        Console.WriteLine(string.Join('\n', ["", .. report.Lines()]));
        return report.Broken.Count == 0 ? 0 : 1;
    };

    private static string Cluster(string[] options)
    {
        var at = Array.IndexOf(options, "--cluster");
        return (at < 0 ? TestCluster.Setting : options.ElementAtOrDefault(at + 1))
            ?? throw new FormatException("--cluster or GREENERY_TEST_CITUS has to be the connection string of a "
                + "superuser to a database of a Citus coordinator with the extension and its nodes");
    }

    private static int Seed(string[] options) => Number(options, "--seed", 1, int.MaxValue);

    private static int Number(string[] options, string name, int byDefault, int most)
    {
        var at = Array.IndexOf(options, name);
        if (at < 0)
        {
            return byDefault;
        }
        var text = at + 1 < options.Length ? options[at + 1] : "nothing";
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && number >= 1 && number <= most
            ? number
            : throw new FormatException($"{name} is {text}, a number from 1 to {most} is expected");
    }

    private sealed class Said : IProgress<string>
    {
        public void Report(string value) => Console.WriteLine($"{DateTime.UtcNow:HH:mm:ss} {value}");
    }
}
