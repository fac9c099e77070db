using Greenery.FaultInjection;
using Greenery.Tests.Support;

namespace Greenery.Tests.FaultInjection;

/// <summary>
/// The short variant of <c>Benchmarks -- fault injection</c>, on services of its own: they are restarted.
/// </summary>
public sealed class FaultInjectionTests
{
    private static readonly FaultInjectionOptions Options = new()
        { Kills = 9, Others = 1, Days = 5, MinPerRun = 4, Seed = 2 };

    [Fact]
    public async Task Whatever_happens_to_a_run_it_ends_as_in_the_baseline()
    {
        using var folder = new TestDataFolder();

        var report = await new FaultInjectionSession(Options, TestServices.Options(folder.Path), folder.Path, null)
            .RunAsync();

        Assert.True(report.Faults.Count == 0, string.Join('\n', report.Lines()));
        Assert.Equal(Options.Kills, report.Tally.Kills);
        Assert.All(
            Enum.GetValues<DisturbanceKind>().Where(kind =>
                !kind.IsKill() && !kind.IsChaos() && kind.IsPossible(onCluster: false)
                && kind != DisturbanceKind.FillTemp),
            kind => Assert.Equal(Options.Others, report.Tally.Count(kind)));
        Assert.True(report.Reads > report.Runs, $"The reader beside it has read only {report.Reads} times.");
    }
}
