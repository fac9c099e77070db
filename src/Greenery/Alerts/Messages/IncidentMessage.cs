using Greenery.Alerts.Incidents;
using Greenery.Alerts.Routing;
using Greenery.Presentation;

namespace Greenery.Alerts.Messages;

/// <summary>Writes one person's message about changes.</summary>
internal sealed class IncidentMessage(Router router, NotificationContext context)
{
    private const int ChecksShown = 3;

    private readonly Headline _headline = new(router, context);
    private readonly IncidentEventText _text = new(router, context.Run);

    /// <param name="person">Whom it is for.</param>
    /// <param name="changes">What happened, of what concerns them; not empty.</param>
    /// <param name="othersOpen">How much else of theirs has been open before and still is.</param>
    public Message Write(string person, IReadOnlyList<IncidentEvent> changes, int othersOpen)
    {
        var ordered = changes.OrderByDescending(change => change.Level).ThenBy(change => change.Change)
            .ThenBy(change => change.Subject, StringComparer.Ordinal).ToList();
        return new Message(
            Guid.CreateVersion7(context.Now).ToString("n"),
            router.Settings.Local.At(context.Now),
            IncidentTitle.SeverityOf(ordered),
            IncidentTitle.From(ordered, context.Run),
            [
                .. _headline.From(ordered),
                _headline.Facts(person),
                new Block.Problems("What has changed", [.. IncidentGroups.Of(ordered, _text)]),
                .. Others(othersOpen),
                .. Samples(ordered),
            ],
            new AlertLinks(router.Settings.Url, router.Settings.Signer)
                .To(context.Run?.RunId ?? context.Readers?.RunId, context.Now));
    }

    private static IEnumerable<Block> Others(int open) => open == 0
        ? []
        : [new Block.Paragraph(
            $"{NumberFormat.Count(open, "other problem")} of yours {(open == 1 ? "is" : "are")} still open, as "
                + $"reported earlier.")];

    private IEnumerable<Block> Samples(List<IncidentEvent> changes)
    {
        var shown = changes.Where(change => change.Level != IncidentSeverity.Ok)
            .Select(change => change.Subject).ToHashSet(StringComparer.Ordinal);
        return context.Run?.Checks.Where(check => shown.Contains(check.Id) && check.FailingRows.Count > 0)
            .Take(ChecksShown).Select(check => SampleRows.Of(check, router.Find(check.Id)?.Check)) ?? [];
    }
}
