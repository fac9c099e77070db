using System.Globalization;
using Greenery.LocalServices;

namespace Greenery.FaultInjection;

/// <summary><c>[--kills N] [--seed S]</c>: the long variant of what the tests do with 15 kills.</summary>
internal static class FaultInjectionCommand
{
    /// <returns>0 when every run ended with the state of the baseline, otherwise 1.</returns>
    public static async Task<int> RunAsync(string[] options)
    {
        var kills = int.Parse(Option(options, "--kills") ?? "200", CultureInfo.InvariantCulture);
        var seed = int.Parse(Option(options, "--seed") ?? "1", CultureInfo.InvariantCulture);
        var folder = Path.Combine(Path.GetTempPath(), $"greenery-fault-injection-{Guid.NewGuid():n}");
        DataFolders.Make(folder);
        try
        {
            var services = new LocalServicesOptions { PackagesFolder = Path.Combine(DataFolders.Default, "packages") };
            var injection = new FaultInjectionOptions { Kills = kills, Others = Math.Max(1, kills / 20), Seed = seed };
            var report = await new FaultInjectionSession(injection, services, folder, new Said()).RunAsync();
            Console.WriteLine(string.Join('\n', [$"\nseed {seed}", .. report.Lines()]));
            return report.Faults.Count == 0 ? 0 : 1;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static string? Option(string[] options, string name)
    {
        var at = Array.IndexOf(options, name);
        return at >= 0 && at + 1 < options.Length ? options[at + 1] : null;
    }

    private sealed class Said : IProgress<string>
    {
        public void Report(string value) => Console.WriteLine($"{DateTime.UtcNow:HH:mm:ss} {value}");
    }
}
