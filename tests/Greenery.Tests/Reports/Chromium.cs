using Microsoft.Playwright;

namespace Greenery.Tests.Reports;

/// <summary>
/// The machine's own Chromium (Debian's, or the one named in <c>CHROMIUM_PATH</c>); nothing is downloaded.
/// </summary>
public sealed class Chromium : IAsyncLifetime
{
    private static readonly string _path = Environment.GetEnvironmentVariable("CHROMIUM_PATH") ?? "/usr/bin/chromium";

    private IPlaywright _playwright = null!;

    /// <summary>Null where there is one.</summary>
    public static string? WhyNot => File.Exists(_path)
        ? null
        : $"There is no Chromium at {_path} ('apt-get install chromium', or name one in CHROMIUM_PATH).";

    internal IBrowser Browser { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        if (WhyNot is not null)
        {
            return;
        }
        _playwright = await Playwright.CreateAsync();
        Browser = await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = _path,
            Args =
            [
                "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
                "--disable-component-update", "--disable-sync",
            ],
        });
    }

    public async Task DisposeAsync()
    {
        if (Browser is not null)
        {
            await Browser.DisposeAsync();
        }
        _playwright?.Dispose();
    }
}
