using System.Globalization;

namespace Greenery.Alerts.Messages;

/// <summary>
/// The button of a message: the report of a run. None where the settings do not say where this installation is reached.
/// With a key for links the address opens for who has the message; without one it asks for the API's key.
/// </summary>
/// <param name="url">Setting <c>Greenery:Url</c>; null for messages without a link.</param>
/// <param name="signer">Settings <c>Greenery:Links:*</c>; null for none.</param>
public sealed class AlertLinks(Uri? url, LinkSigner? signer)
{
    /// <summary>Where the report of a run is, signed or not.</summary>
    /// <param name="runId">The run; null for the newest, which only an unsigned link leads to.</param>
    /// <param name="now">A signed link expires so long after it.</param>
    public IReadOnlyList<Link> To(long? runId, DateTimeOffset now) => url is null ? [] :
    [
        runId is not { } run ? new Link("Open the report", new Uri(url, "api/report"))
            : new Link(Text(run), new Uri(url, signer is null ? Unsigned(run) : Signed(run, now))),
    ];

    /// <summary>What a signature is over: the path of a run's report.</summary>
    public static string PathOf(long runId) => string.Create(CultureInfo.InvariantCulture, $"api/reports/{runId}");

    private string Signed(long runId, DateTimeOffset now) => $"{PathOf(runId)}?{signer!.Query(PathOf(runId), now)}";

    private static string Unsigned(long runId) =>
        string.Create(CultureInfo.InvariantCulture, $"api/report?run={runId}");

    private static string Text(long runId) =>
        string.Create(CultureInfo.InvariantCulture, $"Open the report of run {runId}");
}
