using System.Diagnostics;
using Greenery.Tests.Reports;
using Microsoft.Playwright;

namespace Greenery.Tests.Alerts.Pictures;

/// <summary>
/// Renders a page to a picture, as wide as a mail is on a desk. Only where pictures are written anew.
/// </summary>
internal static class PictureRenderer
{
    private const int Width = 680;

    public static async Task RenderAsync(string html, string picture)
    {
        Assert.True(Chromium.WhyNot is null, Chromium.WhyNot);
        var folder = Directory.CreateTempSubdirectory("greenery-picture");
        var chromium = new Chromium();
        try
        {
            var page = Path.Combine(folder.FullName, "page.html");
            await File.WriteAllTextAsync(page, html);
            if (html.Contains(CardPage.Script, StringComparison.Ordinal))
            {
                await InstallAsync(folder.FullName);
            }
            await chromium.InitializeAsync();
            await ShootAsync(chromium.Browser, new Uri(page).AbsoluteUri, picture);
        }
        finally
        {
            await chromium.DisposeAsync();
            folder.Delete(recursive: true);
        }
    }

    private static async Task ShootAsync(IBrowser browser, string address, string picture)
    {
        await using var context = await browser.NewContextAsync(new BrowserNewContextOptions
        {
            ViewportSize = new ViewportSize { Width = Width, Height = 400 },
            ColorScheme = ColorScheme.Light,
            DeviceScaleFactor = 1,
        });
        var page = await context.NewPageAsync();
        var errors = new List<string>();
        page.PageError += (_, error) => errors.Add(error);
        await page.GotoAsync(address);
        Assert.Empty(errors);
        Assert.True(await page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= innerWidth"),
            $"{picture}: the message is wider than {Width} pixels.");
        Directory.CreateDirectory(Path.GetDirectoryName(picture)!);
        await File.WriteAllBytesAsync(
            picture, IndexedPng.Of(await page.ScreenshotAsync(new PageScreenshotOptions { FullPage = true })));
    }

    // Exactly what package-lock.json names, beside the page; no script of a package runs.
    private static async Task InstallAsync(string folder)
    {
        foreach (var file in new[] { "package.json", "package-lock.json" })
        {
            File.Copy(Path.Combine(CardPage.Npm, file), Path.Combine(folder, file));
        }
        using var npm = Process.Start(new ProcessStartInfo("npm", ["ci", "--ignore-scripts", "--no-fund", "--no-audit"])
        {
            WorkingDirectory = folder,
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        })!;
        var output = npm.StandardOutput.ReadToEndAsync();
        var errors = await npm.StandardError.ReadToEndAsync();
        await npm.WaitForExitAsync();
        Assert.True(npm.ExitCode == 0, $"npm ci failed: {errors}{await output}");
        File.Copy(Path.Combine(folder, "node_modules", "adaptivecards", "dist", CardPage.Script),
            Path.Combine(folder, CardPage.Script));
    }
}
