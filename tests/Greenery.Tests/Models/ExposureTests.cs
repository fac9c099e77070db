using Greenery.Alerts.Messages;
using Greenery.Tests.Alerts;
using Greenery.Tests.Reports;
using Greenery.Tests.Support;

namespace Greenery.Tests.Models;

/// <summary>Where the marts are used.</summary>
public sealed class ExposureTests
{
    private const string Board =
        "version: 2\nexposures:\n  - name: board\n    label: Weekly <board>\n    type: dashboard\n"
        + "    maturity: high\n    url: https://bi.example/boards/1\n"
        + "    depends_on: [ref('fact_user_orders'), metric('orders')]\n"
        + "    owner: {name: Ana, email: ana@greenery.example}\n";

    [Fact]
    public async Task An_alert_names_what_it_affects_and_the_page_lists_it()
    {
        await using var scenario = await AlertScenario.StartAsync();
        scenario.Test.WriteSql("exposures.yml", Board);
        scenario.DoubleUsers(true);
        await scenario.RunAsync();

        var problem = scenario.Mail.Taken[0].Message.Blocks.OfType<Block.Problems>().Single().Items.Single();
        Assert.Equal(
            "Weekly <board> (dashboard, owner Ana, ana@greenery.example); marketing.fact_user_orders", problem.Affects);
        var page = await ReportedPage.OpenAsync(scenario.Test);
        Assert.Equal("https://bi.example/boards/1", page.QuerySelector(".exposures a")!.GetAttribute("href"));
        Assert.Equal("fact_user_orders, fact_orders",
            page.QuerySelector(".exposures td[data-label=Reads]")!.TextContent);
        Assert.Equal("Weekly <board>", page.QuerySelector(".exposures a")!.TextContent);
        Assert.Equal("#exposure-board",
            page.QuerySelector("[data-node='exposure:board']")!.GetAttribute("href"));
        Assert.Equal(["model:fact_orders", "model:fact_user_orders"],
            page.QuerySelectorAll("[data-to='exposure:board']")
            .Select(edge => edge.GetAttribute("data-from")!).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("{name: b, type: dashbord, owner: {name: A}}",
        "'type: dashbord' is no type of exposure; expected dashboard, notebook, analysis, ml, application. Did you "
            + "mean "
        + "'dashboard'?")]
    [InlineData("{name: b, type: ml}", "has no owner; expected 'owner: {name: ..., email: ...}' with at least one of "
        + "them.")]
    [InlineData("{name: b, type: ml, owner: {name: A}, depends_on: [\"ref('buyer')\"]}",
        "depends on \"ref('buyer')\", which is no model or metric; expected ref('...') or metric('...'). Did you mean "
        + "'ref('buyers')'?")]
    [InlineData("{name: b, type: ml, owner: {name: A}, depends_on: [buyers]}",
        "depends on \"buyers\", which is no model or metric; expected ref('...') or metric('...').")]
    [InlineData("{name: b, type: ml, owner: {name: A}, url: 'javascript:alert(1)'}",
        "'url: javascript:alert(1)' is no web address; expected one such as https://bi.example/boards/1.")]
    public void A_mistake_is_refused_with_its_place(string exposure, string refusal)
    {
        using var folder = new ProjectFolder(
            ("core/buyers.sql", "select user_id from orders"), ("exposures.yml", $"exposures: [{exposure}]"));

        Assert.Equal([$"sql/exposures.yml:1: {refusal}"], folder.Diagnostics());
    }
}
