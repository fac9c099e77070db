using System.Text.Json.Nodes;
using Greenery.Tests.Support;

namespace Greenery.Tests.Alerts.Pictures;

/// <summary>An Adaptive Card on a page that draws it as Teams does, by the npm package adaptivecards.</summary>
internal static class CardPage
{
    /// <summary>The script that the page loads, and where it is in the package.</summary>
    public const string Script = "adaptivecards.min.js";

    /// <summary>The package, its version pinned by package-lock.json.</summary>
    public static string Npm { get; } =
        Path.Combine(Repository.Top, "tests", "Greenery.Tests", "Alerts", "Pictures", "npm");

    public static string Of(JsonNode card) =>
        $$"""
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <title>adaptivecards {{Version}}</title>
        <style>
        body { margin: 0; padding: 16px; background: #ebebeb; }
        #card { background: #fff; border-radius: 6px; box-shadow: 0 1px 3px rgb(0 0 0 / .2); overflow: hidden; }
        .ac-pushButton { font: 600 14px "Segoe UI", system-ui, sans-serif; color: #242424; background: #fff;
            border: 1px solid #d1d1d1; border-radius: 4px; padding: 6px 12px; margin-bottom: 4px; }
        </style>
        </head>
        <body>
        <div id="card"></div>
        <script src="{{Script}}"></script>
        <script>
        const card = new AdaptiveCards.AdaptiveCard();
        card.hostConfig = new AdaptiveCards.HostConfig({{HostConfig}});
        card.parse({{card.ToJsonString()}});
        document.getElementById('card').append(card.render());
        </script>
        </body>
        </html>

        """;

    private static string Version => (string)JsonNode.Parse(File.ReadAllText(Path.Combine(Npm, "package-lock.json")))!
        ["packages"]!["node_modules/adaptivecards"]!["version"]!;

    // The colours and sizes of Teams' light theme, as far as a card uses them.
    private const string HostConfig =
        """
        {
            fontTypes: Object.fromEntries(Object.entries({
                default: '"Segoe UI", system-ui, sans-serif', monospace: 'Consolas, Menlo, monospace'
            }).map(([type, fontFamily]) => [type, {
                fontFamily,
                fontSizes: { small: 12, default: 14, medium: 14, large: 18, extraLarge: 24 },
                fontWeights: { lighter: 200, default: 400, bolder: 600 }
            }])),
            spacing: { small: 8, default: 12, medium: 16, large: 20, extraLarge: 24, padding: 16 },
            separator: { lineThickness: 1, lineColor: '#e0e0e0' },
            actions: { maxActions: 6, spacing: 'default', buttonSpacing: 8, actionAlignment: 'left' },
            containerStyles: Object.fromEntries(Object.entries({
                default: '#ffffff', emphasis: '#f0f0f0', good: '#e7f2e8', attention: '#fcebeb', warning: '#fbf3e4',
                accent: '#e8ebfa'
            }).map(([style, backgroundColor]) => [style, { backgroundColor, foregroundColors: Object.fromEntries(
                Object.entries({
                    default: ['#242424', '#616161'], accent: ['#4f52b2', '#4f52b2'], good: ['#0e700e', '#0e700e'],
                    warning: ['#8a5a00', '#8a5a00'], attention: ['#b10e1c', '#b10e1c'], dark: ['#242424', '#616161'],
                    light: ['#ffffff', '#f0f0f0']
                }).map(([colour, [plain, subtle]]) => [colour, { default: plain, subtle }])) }]))
        }
        """;
}
