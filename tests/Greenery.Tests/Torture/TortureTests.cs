using Greenery.Benchmarks.Torture;
using Greenery.Tests.Support;

namespace Greenery.Tests.Torture;

/// <summary>The short variant of <c>Benchmarks -- torture</c>, on services of its own: they are restarted.</summary>
public sealed class TortureTests
{
    private static readonly TortureOptions Options = new() { Kills = 15, Others = 1, Nights = 7, FewestPerNight = 4, Seed = 2 };

    [Fact]
    public async Task Whatever_befalls_a_run_its_night_comes_out_as_in_peace()
    {
        using var folder = new TestDataFolder();

        var report = await new TortureChamber(Options, TestServices.Options(folder.Path), folder.Path, null).RunAsync();

        Assert.True(report.Faults.Count == 0, string.Join('\n', report.Lines()));
        Assert.Equal(Options.Kills, report.Tally.Kills);
        Assert.All(
            Enum.GetValues<DisturbanceKind>().Where(kind => !kind.IsKill() && kind != DisturbanceKind.FillTemp),
            kind => Assert.Equal(Options.Others, report.Tally.Count(kind)));
        Assert.True(report.Reads > report.Nights, $"The reader beside it has read only {report.Reads} times.");
    }
}
