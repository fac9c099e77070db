using System.Globalization;
using Greenery.FaultInjection.Clusters;
using Greenery.Runs;
using Greenery.Warehouse;

namespace Greenery.Benchmarks.Clusters;

/// <summary>
/// Measures the same runs of the sample shop on a single server and on a cluster (Citus), and compares their marts row
/// by row. The project is the same on both.
/// </summary>
internal static class ClusterBenchmark
{
    /// <returns>0; 1 when marts differ; 2 when an option is wrong.</returns>
    public static async Task<int> RunAsync(string[] options)
    {
        if (Options.Warehouse(options) is not { } single)
        {
            return Options.NoWarehouse();
        }
        if (Options.Value(options, "--cluster") is not { } several)
        {
            await Console.Error.WriteLineAsync(Expected);
            return 2;
        }
        try
        {
            var events = Number(options, "--events", 2_000_000, SampleDays.LeastEvents, SampleDays.MostEvents);
            // One more builds the indexes.
            var days = (int)Number(options, "--days", 3, 1, SampleDays.MostDays - 1);
            await using var plain = await OpenAsync("--warehouse", single);
            await using var cluster = await OpenAsync("--cluster", several);
            await VerifyAsync(plain, cluster);
            return await MeasureAsync(plain, cluster, events, days);
        }
        catch (ConfigurationException exception)
        {
            await Console.Error.WriteLineAsync(exception.Message);
            return 2;
        }
    }

    private const string Expected = "Name a database on the coordinator of a cluster, whose contents may be replaced, "
        + "with the extension citus and the cluster's nodes: --cluster \"Host=...;Database=...\".";

    private static async Task<int> MeasureAsync(
        PostgresWarehouse plain, PostgresWarehouse cluster, long events, int days)
    {
        var folder = Directory.CreateTempSubdirectory("greenery-cluster-").FullName;
        try
        {
            var project = ReadProject(Path.Combine(folder, "sql"));
            var drops = new SampleDays(folder, events, days + 1);
            var (one, other) =
                (new MeasuredSide(plain, project, drops.Folder), new MeasuredSide(cluster, project, drops.Folder));
            await one.PrepareAsync();
            await other.PrepareAsync();
            var comparison = new MartComparison(plain, cluster, project.Catalogue.Marts.InOrder);
            var differing = await new SideBySide(one, other, drops, comparison).RunAsync(days);
            Console.WriteLine(differing.Count == 0
                ? "\nAll marts have the same rows on both."
                : $"\nMarts that differ: {string.Join(", ", differing)}.");
            return differing.Count == 0 ? 0 : 1;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static Project ReadProject(string folder)
    {
        ClusterShop.Copy(Path.Combine(AppContext.BaseDirectory, "sql"), folder);
        return Project.Read(folder);
    }

    // Here, a server that is not reached is a wrong option, too.
    private static async Task<PostgresWarehouse> OpenAsync(string option, string connection)
    {
        try
        {
            return await PostgresWarehouse.OpenAsync(connection, default);
        }
        catch (ConfigurationException exception)
        {
            throw new ConfigurationException(
                [.. exception.Diagnostics.Select(diagnostic => diagnostic with { Place = option })]);
        }
        catch (InfrastructureException exception)
        {
            throw new ConfigurationException(option, exception.Message);
        }
    }

    private static async Task VerifyAsync(PostgresWarehouse plain, PostgresWarehouse cluster)
    {
        if (await ClusterState.ReadAsync(plain, default) is not null)
        {
            throw new ConfigurationException(
                "--warehouse", $"{plain.Description} has the extension citus. Name a database on a single server, "
                + "without it.");
        }
        var state = await ClusterState.ReadAsync(cluster, default) ?? throw new ConfigurationException(
            "--cluster", $"{cluster.Description} does not have the extension citus. {Expected}");
        if (state.Nodes.FirstOrDefault(node => node is { IsActive: true, IsReached: false }) is { } away)
        {
            throw new ConfigurationException(
                "--cluster", $"the coordinator does not reach {away.Name}. See whether the node is up, and what it "
                + "answers: select * from citus_check_cluster_node_health().");
        }
        if (!state.Nodes.Any(node => node is { IsActive: true, HasShards: true }))
        {
            throw new ConfigurationException(
                "--cluster", $"{cluster.Description} has no node that takes rows of distributed tables. Add nodes by "
                + "citus_add_node, or have the coordinator take rows: citus_set_coordinator_host(HOST, PORT), and "
                + "citus_set_node_property(HOST, PORT, 'shouldhaveshards', true).");
        }
    }

    private static long Number(string[] options, string name, long usual, long least, long most)
    {
        var text = Options.Value(options, name) ?? usual.ToString(CultureInfo.InvariantCulture);
        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && number >= least && number <= most
            ? number
            : throw new ConfigurationException(name, string.Create(
                CultureInfo.InvariantCulture, $"'{text}' was given, a number from {least} to {most} is expected."));
    }
}
