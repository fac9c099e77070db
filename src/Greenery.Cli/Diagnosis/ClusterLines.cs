using System.Globalization;
using Greenery.Cli.Output;
using Greenery.Presentation;
using Greenery.Warehouse;

namespace Greenery.Cli.Diagnosis;

/// <summary>How the tables of a cluster lie on its nodes; no line for a single server.</summary>
internal static class ClusterLines
{
    public const string Subject = "cluster";

    // A query takes as long as its largest shard.
    private const double MostSkew = 2;

    public static async Task<IReadOnlyList<DoctorLine>> ReadAsync(
        PostgresWarehouse warehouse, CancellationToken cancellationToken) =>
        await ClusterState.ReadAsync(warehouse, cancellationToken) is { } state ? Describe(state) : [];

    /// <summary>The lines of a state.</summary>
    public static IReadOnlyList<DoctorLine> Describe(ClusterState state)
    {
        var lost = state.Nodes.Where(node => !node.IsReached || !node.IsActive).Select(node => node.Name).ToList();
        var holders = string.Join(", ", state.Nodes.Where(node => node.HasShards).Select(node => string.Create(
            CultureInfo.InvariantCulture, $"{node.Name} {ByteSizes.InMegabytes(node.Bytes):N0} MB")));
        return
        [
            lost.Count > 0
                ? DoctorLine.Failed(Subject, $"does not reach {string.Join(", ", lost)}: runs fail until it does. See "
                    + "whether the server is up (select * from citus_check_cluster_node_health()).")
                : DoctorLine.Ok(Subject, $"Citus {state.Version}, {NumberFormat.Count(state.Distributed, "table")} "
                    + $"distributed and {state.References} on every node; {holders}"),
            .. state.Skewed is { Skew: > MostSkew } table ? new[]
            {
                DoctorLine.Warning(Subject, string.Create(
                    CultureInfo.InvariantCulture,
                    $"{table.Name} is uneven: its largest shard has {table.Skew:0.0} times as much as an average one, ")
                    + $"since many of its rows have the same {table.Column}; a query takes as long as the largest. "
                    + "Distribute it by a column with more values."),
            } : [],
            .. state.LargestReference is { IsTooLarge: true } reference ? new[]
            {
                DoctorLine.Warning(Subject, string.Create(
                    CultureInfo.InvariantCulture,
                    $"{reference.Name} is a reference table of {ByteSizes.InGigabytes(reference.Bytes):0.0} GB, which ")
                    + "every node writes and keeps. Distribute it by a column (config: distributed_by)."),
            } : [],
        ];
    }
}
