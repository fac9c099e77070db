using System.Globalization;

namespace Greenery.Alerts.Messages;

/// <summary>The buttons of a message; none where the settings do not say where this installation is reached.</summary>
internal static class AlertLinks
{
    public static IReadOnlyList<Link> To(Uri? url, long? runId) => url is null ? [] :
    [
        new Link("Open the report", new Uri(url, "api/report")),
        .. runId is { } run
            ? [new Link($"Open run {run}",
            new Uri(url, string.Create(CultureInfo.InvariantCulture, $"api/runs/{run}")))]
            : Array.Empty<Link>(),
    ];
}
