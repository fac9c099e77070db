using Greenery.FaultInjection;
using Greenery.Tests.Support;

namespace Greenery.Tests.FaultInjection;

/// <summary>The short variant of <c>FaultInjection -- cluster</c>.</summary>
[Collection(ClusterFactAttribute.Collection)]
public sealed class ClusterFaultInjectionTests
{
    [ClusterFact]
    public async Task Whatever_happens_to_the_nodes_of_a_cluster_a_run_ends_as_in_the_baseline()
    {
        using var folder = new TestDataFolder();
        var options = FaultInjectionOptions.OfCluster(TestCluster.Setting!, disturbances: 6, seed: 2) with { Days = 4 };

        var report = await new FaultInjectionSession(options, TestServices.Options(folder.Path), folder.Path, null)
            .RunAsync();

        Assert.True(report.Faults.Count == 0, string.Join('\n', report.Lines()));
        Assert.Equal(2, report.Tally.Kills);
        Assert.All(
            [
                DisturbanceKind.CutConnections, DisturbanceKind.CutNodes, DisturbanceKind.CrashNode,
                DisturbanceKind.CrashCoordinator,
            ],
            kind => Assert.Equal(1, report.Tally.Count(kind)));
        Assert.True(report.Reads > report.Runs, $"The reader beside it has read only {report.Reads} times.");
    }
}
