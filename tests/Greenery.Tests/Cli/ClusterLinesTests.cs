using Greenery.Cli.Diagnosis;
using Greenery.Warehouse;

namespace Greenery.Tests.Cli;

/// <summary>What <c>greenery doctor</c> says of a cluster.</summary>
public sealed class ClusterLinesTests
{
    private const long Megabyte = 1 << 20;

    private static readonly ClusterState Sound = new(
        "13.2-1",
        [
            new ClusterNode("c:5432", IsActive: true, IsReached: true, 0, HasShards: false),
            new ClusterNode("w1:5432", IsActive: true, IsReached: true, 1200 * Megabyte, HasShards: true),
            new ClusterNode("w2:5432", IsActive: true, IsReached: true, 1100 * Megabyte, HasShards: true),
        ],
        22, 14, new SkewedTable("staging.events", "session_id", 800 * Megabyte, 110 * Megabyte, 8),
        new ReferenceSize("staging.users", 300 * Megabyte));

    [Fact]
    public void A_sound_cluster_is_one_line() => Assert.Equal(
        ["Ok Citus 13.2-1, 22 tables distributed and 14 on every node; w1:5432 1,200 MB, w2:5432 1,100 MB"],
        Lines(Sound));

    [Fact]
    public void A_node_that_is_not_reached_fails() => Assert.StartsWith(
        "Failed does not reach w2:5432: runs fail until it does.",
        Lines(Sound with { Nodes = [.. Sound.Nodes.SkipLast(1), Sound.Nodes[^1] with { IsReached = false }] })[0],
        StringComparison.Ordinal);

    [Fact]
    public void An_uneven_table_is_a_warning_with_its_column() => Assert.StartsWith(
        "Warning staging.events is uneven: its largest shard has 4.0 times as much as an average one, since many of "
        + "its rows have the same session_id",
        Lines(Sound with { Skewed = Sound.Skewed! with { LargestBytes = 400 * Megabyte } })[1],
        StringComparison.Ordinal);

    [Fact]
    public void A_large_reference_table_is_a_warning() => Assert.Equal(
        "Warning staging.users is a reference table of 12.5 GB, which every node writes and keeps. Distribute it by a "
        + "column (config: distributed_by).",
        Lines(Sound with { LargestReference = new ReferenceSize("staging.users", 12_800 * Megabyte) })[1]);

    [Theory]
    [InlineData("13.2-1", false)]
    [InlineData("13.0", false)]
    [InlineData("14.0-1", false)]
    [InlineData("12.1-1", true)]
    [InlineData("9.5-1", true)]
    public void Citus_before_13_is_too_old(string version, bool isTooOld) =>
        Assert.Equal(isTooOld, Cluster.IsTooOld(version));

    private static List<string> Lines(ClusterState state) =>
        [.. ClusterLines.Describe(state).Select(line => $"{line.Status} {line.Text}")];
}
