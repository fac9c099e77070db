using System.Text.RegularExpressions;
using Greenery.Reports.Components;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Greenery.Reports;

/// <summary>Renders the components to one string.</summary>
internal static partial class ReportPage
{
    private static readonly ServiceProvider _services = new ServiceCollection().AddLogging().BuildServiceProvider();

    public static async Task<string> RenderAsync(ReportData data)
    {
        await using var renderer = new HtmlRenderer(_services, _services.GetRequiredService<ILoggerFactory>());
        return await renderer.Dispatcher.InvokeAsync(async () =>
        {
            var parameters =
                ParameterView.FromDictionary(new Dictionary<string, object?> { [nameof(Page.Data)] = data });
            var page = await renderer.RenderComponentAsync<Page>(parameters);
            return "<!doctype html>\n" + Indentation().Replace(page.ToHtmlString(), ">\n<") + "\n";
        });
    }

    // The components' own, between tags; text is encoded, so none of it looks like this.
    [GeneratedRegex(@">\s*\n\s*<")]
    private static partial Regex Indentation();
}
