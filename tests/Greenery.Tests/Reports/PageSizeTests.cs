using System.Diagnostics;
using System.Text;
using Greenery.Tests.Support;

namespace Greenery.Tests.Reports;

/// <summary>A hundred models, a thousand checks and a year of runs still make one small page.</summary>
public sealed class PageSizeTests
{
    // The goal is a second; a busy machine that also runs the other tests is given more, a scan of all history is not.
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(15);

    [Fact]
    public async Task A_year_of_a_large_installation_is_under_a_megabyte()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        Directory.Delete(test.Sql, recursive: true);
        SyntheticHistory.WriteSql(test.Sql);
        await new SyntheticHistory(test.Database.Warehouse).FillAsync();
        await ReportedPage.MakeAsync(test);
        var watch = Stopwatch.StartNew();
        var text = await ReportedPage.MakeAsync(test);
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, _patience);
        Assert.InRange(Encoding.UTF8.GetByteCount(text), 0, 1 << 20);
        var page = await ReportedPage.ParseAsync(text);
        Assert.Equal(
            SyntheticHistory.Models + SyntheticHistory.Sources + test.Project.Metrics.Count,
                page.QuerySelectorAll("#dictionary .entry").Length);
        Assert.Equal(SyntheticHistory.Models * SyntheticHistory.ChecksPerModel,
            page.QuerySelectorAll("table.checks tbody tr, .passing li").Length);
        // Open all year: longer than the strip shows.
        Assert.Contains("open since 25 Nov 2025, 365 runs", page.TextOf(".problem .meta"), StringComparison.Ordinal);
        Assert.Equal("Last 30 runs: 30 warned", page.QuerySelector(".problem .strip")!.GetAttribute("aria-label"));
        Assert.All(page.QuerySelectorAll(".strip"), strip => Assert.Equal("150", strip.GetAttribute("width")));
    }
}
