using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace Greenery.Tests.Reports;

/// <summary>The page as people have it before them, opened from a file.</summary>
public sealed class PageInChromiumTests(SampleReport sample, Chromium chromium) : IClassFixture<SampleReport>,
IClassFixture<Chromium>
{
    private const string OrdersOf21November =
        "select distinct value from ops.metric_period where metric = 'orders' and period = 'day' and to_date = "
            + "'2026-11-21'";

    [ChromiumTheory]
    [InlineData(375, ColorScheme.Light)]
    [InlineData(375, ColorScheme.Dark)]
    [InlineData(768, ColorScheme.Light)]
    [InlineData(768, ColorScheme.Dark)]
    [InlineData(1280, ColorScheme.Light)]
    [InlineData(1280, ColorScheme.Dark)]
    public async Task It_is_accessible_and_fits(int width, ColorScheme scheme)
    {
        await using var visit = await VisitAsync(width, scheme);
        if (width == 1280)
        {
            await visit.Page.EvaluateAsync(
                "document.querySelectorAll('details').forEach(detail => detail.open = true)");
        }
        AssertAccessible(await visit.Page.RunAxe());
        Assert.True(await visit.Page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= innerWidth"),
            "The page is wider than the window.");
        await visit.Page.Locator("[data-node='model:fact_orders']").ClickAsync();
        // The rest of the page is as it was.
        AssertAccessible(await visit.Page.Locator("#detail").RunAxe());
        Assert.Empty(visit.Complaints);
    }

    [ChromiumFact]
    public async Task It_asks_nothing_of_the_network_and_complains_of_nothing()
    {
        await using var visit = await VisitAsync();
        Assert.Equal([new Uri(sample.File).AbsoluteUri], visit.Requests);
        Assert.Empty(visit.Complaints);
    }

    [ChromiumFact]
    public async Task A_click_on_a_box_shows_its_model()
    {
        await using var visit = await VisitAsync();
        await visit.Page.Locator("[data-node='model:fact_user_orders']").ClickAsync();
        var detail = visit.Page.Locator("#detail");
        await Assertions.Expect(detail).ToBeVisibleAsync();
        await Assertions.Expect(visit.Page.Locator("#detail-title")).ToHaveTextAsync("marketing.fact_user_orders");
        var words = await detail.InnerTextAsync();
        Assert.Contains("One row per user with a purchase", words, StringComparison.Ordinal);
        Assert.Contains("total_orders", words, StringComparison.Ordinal);
        Assert.Contains("int_user_orders", words, StringComparison.Ordinal);
        Assert.Contains("count(*) > 1 as is_repeat_buyer", words, StringComparison.Ordinal);
        Assert.Contains($"{await sample.Test.ValueAsync<long>("select count(*) from marketing.fact_user_orders"):N0} "
            + $"rows", words, StringComparison.Ordinal);
        await detail.Locator("dl a", new LocatorLocatorOptions { HasText = "int_user_orders" }).ClickAsync();
        await Assertions.Expect(visit.Page.Locator("#detail-title")).ToHaveTextAsync("core.int_user_orders");
        await visit.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Close" }).ClickAsync();
        await Assertions.Expect(detail).ToBeHiddenAsync();
    }

    [ChromiumFact]
    public async Task The_keyboard_does_the_same()
    {
        await using var visit = await VisitAsync();
        await visit.Page.Keyboard.PressAsync("Tab");
        Assert.Equal("Skip to the content", await FocusedAsync(visit.Page, "textContent"));
        await visit.Page.Locator("[data-node='source:orders']").FocusAsync();
        await visit.Page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(visit.Page.Locator("#detail-title")).ToHaveTextAsync("staging.orders");
        await visit.Page.Keyboard.PressAsync("Escape");
        await Assertions.Expect(visit.Page.Locator("#detail")).ToBeHiddenAsync();
        Assert.Equal("source:orders", await FocusedAsync(visit.Page, "dataset.node"));
    }

    [ChromiumFact]
    public async Task Search_finds_by_name_column_and_description()
    {
        await using var visit = await VisitAsync();
        var entries = visit.Page.Locator("#dictionary .entry:visible > summary .name");
        await visit.Page.FillAsync("#find", "is_repeat_buyer");
        Assert.Contains("marketing.fact_user_orders", await entries.AllInnerTextsAsync());
        Assert.DoesNotContain("core.dim_products", await entries.AllInnerTextsAsync());
        await visit.Page.FillAsync("#find", "MIDNIGHT product funnel");
        Assert.Equal(["product.product_funnel"], await entries.AllInnerTextsAsync());
        await Assertions.Expect(visit.Page.Locator("#found")).ToHaveTextAsync("1 entry fits.");
        await visit.Page.FillAsync("#find", "no_such_column");
        await Assertions.Expect(visit.Page.Locator("#found")).ToHaveTextAsync("Nothing fits.");
        await visit.Page.FillAsync("#find", "");
        Assert.Equal(await visit.Page.Locator("#dictionary .entry").CountAsync(), await entries.CountAsync());
    }

    [ChromiumFact]
    public async Task A_table_is_sorted_by_its_numbers_and_turned_round()
    {
        await using var visit = await VisitAsync();
        var rows = await sample.Test.ListAsync(
            """
            select table_name from ops.load join ops.drop using (drop_id, table_name)
            where drop_date = (select max(drop_date) from ops.drop) group by table_name order by sum(rows_in_file), table_name
            """);
        var header = visit.Page.Locator("table.sources th", new PageLocatorOptions { HasText = "Rows that day" });
        await header.Locator("button").ClickAsync();
        Assert.Equal("ascending", await header.GetAttributeAsync("aria-sort"));
        Assert.Equal(rows[0], (await visit.Page.Locator("table.sources tbody th a").AllInnerTextsAsync())[0]);
        await header.Locator("button").ClickAsync();
        Assert.Equal("descending", await header.GetAttributeAsync("aria-sort"));
        Assert.Equal(rows[^1], (await visit.Page.Locator("table.sources tbody th a").AllInnerTextsAsync())[0]);
    }

    [ChromiumFact]
    public async Task A_long_list_opens_by_keyboard_and_closes_again()
    {
        await using var visit = await VisitAsync();
        var rows = visit.Page.Locator(".build-times tbody tr:visible");
        Assert.Equal(10, await rows.CountAsync());
        var more = visit.Page.Locator(".build-times + .more");
        Assert.Equal("false", await more.GetAttributeAsync("aria-expanded"));
        await more.FocusAsync();
        await visit.Page.Keyboard.PressAsync("Enter");
        Assert.Equal("true", await more.GetAttributeAsync("aria-expanded"));
        Assert.Equal(await visit.Page.Locator(".build-times tbody tr").CountAsync(), await rows.CountAsync());
        await visit.Page.Keyboard.PressAsync("Space");
        Assert.Equal(10, await rows.CountAsync());
    }

    [ChromiumFact]
    public async Task A_sorted_list_is_short_from_its_new_top()
    {
        await using var visit = await VisitAsync();
        await visit.Page.Locator(".build-times thead button").First.ClickAsync();
        var names = await visit.Page.Locator(".build-times tbody th a").AllTextContentsAsync();
        Assert.Equal(names.Order(StringComparer.Ordinal), names);
        Assert.Equal(names.Take(10), await visit.Page.Locator(".build-times tbody tr:visible th").AllInnerTextsAsync());
    }

    [ChromiumFact]
    public async Task Each_cell_of_a_heat_map_is_read_out_with_its_row_and_column()
    {
        await using var visit = await VisitAsync();
        foreach (var section in new[] { "conversion", "retention" })
        {
            var cells = visit.Page.Locator($"#{section} .heat").GetByRole(AriaRole.Cell);
            var filled = (await cells.AllInnerTextsAsync()).Where(text => text.Length > 0).ToList();
            Assert.NotEmpty(filled);
            Assert.All(filled, text => Assert.Matches(@"^(\d+\.\d %|-)\s+(of [\d,]+ |no )(session|buyer)", text));
        }
        var heads = await visit.Page.Locator("#conversion .heat").GetByRole(AriaRole.Columnheader).CountAsync();
        var row = visit.Page.Locator("#conversion .heat tbody tr").First;
        Assert.Equal(1, await row.GetByRole(AriaRole.Rowheader).CountAsync());
        Assert.Equal(heads - 1, await row.GetByRole(AriaRole.Cell).CountAsync());
    }

    [ChromiumFact]
    public async Task Problems_are_shown_by_tag()
    {
        await using var visit = await VisitAsync();
        var problems = visit.Page.Locator("#problems .problem");
        var all = await problems.CountAsync();
        Assert.Equal(all, await visit.Page.Locator("#problems .problem[data-tags~=orders]").CountAsync());
        // All that is open here is about orders.
        await problems.First.EvaluateAsync("problem => problem.dataset.tags = 'web'");
        await visit.Page.SelectOptionAsync("#tag", "orders");
        await Assertions.Expect(problems.First).ToBeHiddenAsync();
        Assert.Equal(all - 1, await visit.Page.Locator("#problems .problem:visible").CountAsync());
        await Assertions.Expect(visit.Page.Locator("#shown")).ToHaveTextAsync($"{all - 1} of {all} shown.");
        await visit.Page.SelectOptionAsync("#tag", "");
        Assert.Equal(all, await visit.Page.Locator("#problems .problem:visible").CountAsync());
        await Assertions.Expect(visit.Page.Locator("#shown")).ToHaveTextAsync("");
    }

    [ChromiumFact]
    public async Task A_trend_reads_out_the_value_under_the_pointer()
    {
        await using var visit = await VisitAsync();
        var card = visit.Page.Locator("[data-metric=orders]");
        var rest = await card.Locator(".readout").InnerTextAsync();
        await card.Locator(".hit").Nth(1).HoverAsync();
        await Assertions.Expect(card.Locator(".readout")).ToHaveTextAsync(
            $"21 Nov: {await sample.Test.ValueAsync<decimal>(OrdersOf21November):N0}");
        await visit.Page.Locator("h1").HoverAsync();
        await Assertions.Expect(card.Locator(".readout")).ToHaveTextAsync(rest);
    }

    [ChromiumFact]
    public async Task A_box_that_is_pointed_at_shows_its_way()
    {
        await using var visit = await VisitAsync();
        await visit.Page.Locator("[data-node='model:int_user_orders']").HoverAsync();
        var on = await visit.Page.EvaluateAsync<string[]>(
            "[...document.querySelectorAll('.box.on')].map(box => box.dataset.node).sort()");
        Assert.Contains("drop:orders", on);
        Assert.Contains("model:fact_user_orders", on);
        Assert.DoesNotContain("model:product_funnel", on);
    }

    [ChromiumFact]
    public async Task Without_script_a_box_leads_to_the_dictionary()
    {
        await using var visit = await VisitAsync(hasScript: false);
        await visit.Page.Locator("[data-node='model:fact_orders']").ClickAsync();
        Assert.EndsWith("#model-fact_orders", visit.Page.Url, StringComparison.Ordinal);
        await Assertions.Expect(visit.Page.Locator("#find")).ToBeHiddenAsync();
    }

    [ChromiumFact]
    public async Task It_prints()
    {
        await using var visit = await VisitAsync();
        await visit.Page.EmulateMediaAsync(new PageEmulateMediaOptions { Media = Media.Print });
        await Assertions.Expect(visit.Page.Locator("nav.sections")).ToBeHiddenAsync();
        Assert.NotEmpty(await visit.Page.PdfAsync());
    }

    private static Task<string> FocusedAsync(IPage page, string what) =>
        page.EvaluateAsync<string>($"document.activeElement.{what}");

    private static void AssertAccessible(AxeResult result) =>
        Assert.True(result.Violations.Length == 0, string.Join('\n', result.Violations.Select(violation =>
            $"{violation.Id}: {violation.Help}: "
                + $"{string.Join(" | ", violation.Nodes.Take(4).Select(node => node.Html))}")));

    private async Task<Visit> VisitAsync(
        int width = 1280, ColorScheme scheme = ColorScheme.Light, bool hasScript = true)
    {
        var visit = new Visit(await chromium.Browser.NewContextAsync(new BrowserNewContextOptions
        {
            ViewportSize = new ViewportSize { Width = width, Height = 900 }, ColorScheme = scheme,
            JavaScriptEnabled = hasScript,
        }));
        await visit.OpenAsync(new Uri(sample.File).AbsoluteUri);
        return visit;
    }
}
