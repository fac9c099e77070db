using Greenery.Warehouse;
using Npgsql;

namespace Greenery.Benchmarks.Load;

/// <summary>Measures the loader against psql's \copy of the same rows, side by side on one database.</summary>
internal static class LoadBenchmark
{
    public static async Task<int> RunAsync(string[] options)
    {
        var rows = long.Parse(Options.Value(options, "--rows")
            ?? "2000000", System.Globalization.CultureInfo.InvariantCulture);
        var growth = int.Parse(Options.Value(options, "--growth")
            ?? "4", System.Globalization.CultureInfo.InvariantCulture);
        if (Options.Warehouse(options) is not { } connection)
        {
            return Options.NoWarehouse();
        }
        var folder = Directory.CreateTempSubdirectory("greenery-load-").FullName;
        try
        {
            await using var warehouse = await PostgresWarehouse.OpenAsync(connection, CancellationToken.None);
            var benchmark =
                new LoadBenchmarkSteps(warehouse, new NpgsqlConnectionStringBuilder(connection), folder, rows, growth);
            await benchmark.RunAsync();
            return 0;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
