using Microsoft.Playwright;

namespace Greenery.Tests.Reports;

/// <summary>A window with the page in it, and what the browser had to say about it.</summary>
internal sealed class Visit(IBrowserContext context) : IAsyncDisposable
{
    public IPage Page { get; private set; } = null!;

    /// <summary>Errors of the console, of the script and of the content security policy.</summary>
    public List<string> Complaints { get; } = [];

    /// <summary>Everything the page asked for.</summary>
    public List<string> Requests { get; } = [];

    public async Task OpenAsync(string address)
    {
        Page = await context.NewPageAsync();
        Page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning")
            {
                Complaints.Add(message.Text);
            }
        };
        Page.PageError += (_, error) => Complaints.Add(error);
        Page.Request += (_, request) =>
        {
            if (!request.Url.StartsWith("data:", StringComparison.Ordinal))
            {
                Requests.Add(request.Url);
            }
        };
        await Page.GotoAsync(address);
    }

    public async ValueTask DisposeAsync() => await context.DisposeAsync();
}
