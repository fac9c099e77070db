using System.Globalization;
using Greenery.Benchmarks;
using Greenery.LocalServices;

namespace Greenery.FaultInjection;

/// <summary><c>torture [--kills N] [--seed S]</c>: the long variant of what the tests do with 15 kills.</summary>
internal static class FaultInjectionCommand
{
    /// <returns>0 when every night came out as in peace, otherwise 1.</returns>
    public static async Task<int> RunAsync(string[] options)
    {
        var kills = int.Parse(Options.Value(options, "--kills") ?? "200", CultureInfo.InvariantCulture);
        var seed = int.Parse(Options.Value(options, "--seed") ?? "1", CultureInfo.InvariantCulture);
        var folder = Path.Combine(Path.GetTempPath(), $"greenery-torture-{Guid.NewGuid():n}");
        DataFolders.Make(folder);
        try
        {
            var services = new LocalServicesOptions { PackagesFolder = Path.Combine(DataFolders.Default, "packages") };
            var torture = new FaultInjectionOptions { Kills = kills, Others = Math.Max(1, kills / 20), Seed = seed };
            var report = await new FaultInjectionSession(torture, services, folder, new Said()).RunAsync();
            Console.WriteLine(string.Join('\n', [$"\nseed {seed}", .. report.Lines()]));
            return report.Faults.Count == 0 ? 0 : 1;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private sealed class Said : IProgress<string>
    {
        public void Report(string value) => Console.WriteLine($"{DateTime.UtcNow:HH:mm:ss} {value}");
    }
}
