using AngleSharp.Dom;
using AngleSharp.Html.Parser;
using Greenery.Reports;
using Greenery.Tests.Support;

namespace Greenery.Tests.Reports;

/// <summary>A page as a browser would read it.</summary>
internal static class ReportedPage
{
    public static async Task<string> MakeAsync(TestWarehouse test, long? runId = null, TimeProvider? time = null,
        TimeZoneInfo? zone = null) =>
        await new StateReport(test.Database.Warehouse, test.Project, time ?? TimeProvider.System, zone)
            .MakeAsync(runId, CancellationToken.None);

    public static async Task<IDocument> OpenAsync(TestWarehouse test, long? runId = null, TimeProvider? time = null,
        TimeZoneInfo? zone = null) =>
        await ParseAsync(await MakeAsync(test, runId, time, zone));

    public static async Task<IDocument> ParseAsync(string page) => await new HtmlParser().ParseDocumentAsync(page);

    /// <summary>An element's text with its white space made even.</summary>
    public static string TextOf(this IParentNode within, string selector) => Even(
        within.QuerySelector(selector)?.TextContent
            ?? throw new Xunit.Sdk.XunitException($"There is no {selector} on the page."));

    public static IEnumerable<string> AllText(this IParentNode within, string selector) =>
        within.QuerySelectorAll(selector).Select(element => Even(element.TextContent));

    public static string StatusSummary(this IDocument page) => page.TextOf("h1");

    private static string Even(string text) =>
        string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}
