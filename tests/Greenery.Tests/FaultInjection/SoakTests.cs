using Greenery.FaultInjection.Soak;
using Greenery.Tests.Support;

namespace Greenery.Tests.FaultInjection;

/// <summary>The short variant of <c>soak</c>, and its judgement.</summary>
public sealed class SoakTests
{
    [Fact]
    public async Task A_few_daily_runs_in_one_process_leave_nothing_open()
    {
        using var folder = new TestDataFolder();

        var report = await new SoakSession(3, TestServices.Options(folder.Path), folder.Path, null).RunAsync();

        Assert.True(report.Faults.Count == 0, string.Join('\n', report.Lines()));
        Assert.Equal(3, report.Samples.Count);
        Assert.All(report.Samples, sample =>
        {
            Assert.True(sample is { MemoryMegabytes: > 10, Handles: > 10, Connections: > 0, DatabaseMegabytes: > 1 });
            Assert.Equal(0, sample.TempFiles);
        });
        Assert.Contains(report.Growth, table => table.After is { Name: "staging.orders", Rows: > 0 });
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(0.2, true)]
    [InlineData(2, false)]
    public void A_figure_that_grows_with_every_run_is_not_flat(double perRun, bool isFlat)
    {
        var handles = new SoakSeries("open handles", [.. Enumerable.Range(0, 60).Select(run => 200 + (run * perRun))],
            0.05, 5);

        Assert.Equal(isFlat, handles.IsFlat);
    }

    [Theory]
    [InlineData(50_000_000, 200_000, true)]
    [InlineData(50_000_000, 100_000, false)]
    [InlineData(200_000_000, 110_000, false)]
    [InlineData(10_500_000, 100_000, true)]
    public void A_table_that_grows_without_rows_of_that_size_is_not_explained(long bytes, long rows, bool isExplained)
    {
        var before = new TableSize("ops.step", 10_000_000, 100_000);

        Assert.Equal(isExplained, new TableGrowth(before, new TableSize("ops.step", bytes, rows), 30).IsExplained);
    }
}
