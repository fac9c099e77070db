using Greenery.Models;
using Greenery.Presentation;
using Greenery.Tests.Support;

namespace Greenery.Tests.Reports;

/// <summary>The page of the sample shop: figures, campaigns and buyers are the tables'.</summary>
public sealed class SampleReportTests(SampleReport sample) : IClassFixture<SampleReport>
{
    private TestWarehouse Test => sample.Test;

    [Fact]
    public async Task Every_key_figure_is_the_tables()
    {
        var page = await ReportedPage.OpenAsync(Test);
        foreach (var metric in Test.Project.Metrics)
        {
            var value = await Test.ValueAsync<decimal?>(
                $"select round(value::numeric, 6) from ({metric.Sql}) as metric");
            Assert.Equal(NumberFormat.Of(value, metric), page.Words($"[data-metric={metric.Name}] .value"));
            Assert.Equal(3, page.QuerySelectorAll($"[data-metric={metric.Name}] .hit").Length);
        }
    }

    [Fact]
    public async Task Campaigns_to_review_are_those_of_the_model()
    {
        var page = await ReportedPage.OpenAsync(Test);
        var names = await Test.ListAsync("select campaign_name from marketing.campaign_performance where "
            + "needs_review order by landing_page_sessions desc, campaign_name");
        Assert.NotEmpty(names);
        Assert.Equal(names, page.QuerySelectorAll("#campaigns tbody th")
            .Select(cell =>
            cell.ChildNodes.Last(node => node.NodeType == AngleSharp.Dom.NodeType.Text).TextContent.Trim()));
        Assert.Contains(
            $"{names.Count} of {await Test.ValueAsync<long>("select count(*) from marketing.campaign_performance")} "
            + $"campaigns", page.Words("#campaigns .lead"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Signals_are_those_of_the_model_the_comparable_ones_first()
    {
        var page = await ReportedPage.OpenAsync(Test);
        var signals =
            await Test.ListAsync("select replace(signal, '_', ' ') from marketing.repeat_signal_lift order by "
            + "is_comparable desc, abs(effect_size) desc nulls last, signal");
        Assert.Equal(signals, page.QuerySelectorAll(".signals tbody th").Select(cell => cell.FirstChild!.TextContent));
        var strongest =
            await Test.ValueAsync<decimal>("select repeat_average from marketing.repeat_signal_lift where "
            + "is_comparable order by abs(effect_size) desc nulls last, signal limit 1");
        Assert.Equal(strongest.ToString("#,0.###", System.Globalization.CultureInfo.InvariantCulture),
            page.Words(".signals td.number"));
    }

    [Fact]
    public async Task Models_that_readers_cannot_be_asked_for_are_said_to_be_so()
    {
        await using var test = await TestWarehouse.OfRepositoryAsync();
        var page = await ReportedPage.OpenAsync(test);
        Assert.Equal("marketing.campaign_performance is not published yet.", page.Words("#campaigns .plain"));
        Assert.Equal("marketing.repeat_signal_lift is not published yet.", page.Words("#buyers .plain"));
    }

    [Fact]
    public async Task Quarantine_adds_up()
    {
        var page = await ReportedPage.OpenAsync(Test);
        Assert.StartsWith($"{await Test.ValueAsync<long>("select count(*) from ops.quarantine")} rows ",
            page.Words("#quarantine .lead"), StringComparison.Ordinal);
    }
}
