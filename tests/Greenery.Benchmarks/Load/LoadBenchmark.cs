using Greenery.Warehouse;
using Npgsql;

namespace Greenery.Benchmarks.Load;

/// <summary>Measures the loader against psql's \copy of the same rows, side by side on one database.</summary>
internal static class LoadBenchmark
{
    public static async Task<int> RunAsync(string[] options)
    {
        var rows = long.Parse(Option(options, "--rows") ?? "2000000", System.Globalization.CultureInfo.InvariantCulture);
        var connection = Option(options, "--warehouse") ?? Environment.GetEnvironmentVariable("Greenery__Warehouse");
        if (connection is null)
        {
            Console.Error.WriteLine("Name a database to measure on: --warehouse \"Host=...;Database=...\", or Greenery__Warehouse.");
            return 2;
        }
        var folder = Directory.CreateTempSubdirectory("greenery-load-").FullName;
        try
        {
            await using var warehouse = await PostgresWarehouse.OpenAsync(connection, CancellationToken.None);
            var benchmark = new LoadSteps(warehouse, new NpgsqlConnectionStringBuilder(connection), folder, rows);
            await benchmark.RunAsync();
            return 0;
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
}
