using System.Text.RegularExpressions;

namespace Greenery.Functions.Tests;

/// <summary>
/// The part of the Kusto query language that the alerts of infra/app/alerts.bicep are written in, over the rows of
/// AppTraces that an app has sent. What is written otherwise is an error here.
/// </summary>
internal static partial class AlertQuery
{
    /// <summary>The count that the alert's threshold is compared with.</summary>
    public static int Count(string query, IEnumerable<TelemetryItem> items)
    {
        var rows = items.Where(item => item.IsTrace).ToList();
        var lines = query.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal("AppTraces", lines[0]);
        Func<TelemetryItem, string?> state = _ => null;
        foreach (var line in lines[1..])
        {
            if (Extend().Match(line) is { Success: true } extend)
            {
                state = item => item.Property(extend.Groups[1].Value) ?? item.Property(extend.Groups[2].Value)
                    ?? Regex.Match(item.Message, extend.Groups[3].Value).Groups[1].Value;
            }
            else if (Summarize().Match(line) is { Success: true } summarize)
            {
                return rows.Count(item => IsCounted(summarize.Groups[1].Value, state(item)));
            }
            else if (Words().Match(line) is { Success: true } words)
            {
                rows = [.. rows.Where(item =>
                    item.Message.StartsWith(words.Groups[1].Value, StringComparison.OrdinalIgnoreCase)
                    && item.Message.Contains(words.Groups[2].Value, StringComparison.OrdinalIgnoreCase))];
            }
            else
            {
                // Rows of a test are all of now.
                Assert.Matches(@"^\| where TimeGenerated > ago\(\d+h\)$", line);
            }
        }
        throw new InvalidOperationException("The query counts nothing.");
    }

    private static bool IsCounted(string condition, string? state)
    {
        var values = Values().Matches(condition).Select(value => value.Groups[1].Value).ToList();
        return condition.Length == 0 || (condition.Contains(" startswith ", StringComparison.Ordinal)
            ? state?.StartsWith(values.Single(), StringComparison.Ordinal) == true : values.Contains(state ?? ""));
    }

    [GeneratedRegex("^\\| where Message startswith \"([^\"]+)\" and Message has \"([^\"]+)\"$")]
    private static partial Regex Words();

    [GeneratedRegex("^\\| extend State = coalesce\\(tostring\\(Properties\\.(\\w+)\\), "
        + "tostring\\(Properties\\.(\\w+)\\), extract\\(\"([^\"]+)\", 1, Message\\)\\)$")]
    private static partial Regex Extend();

    [GeneratedRegex("^\\| summarize Found = count(?:if)?\\((.*)\\)$")]
    private static partial Regex Summarize();

    [GeneratedRegex("\"([a-z_]+)\"")]
    private static partial Regex Values();
}
