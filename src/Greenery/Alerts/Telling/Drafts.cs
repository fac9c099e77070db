using Greenery.Alerts.Routing;
using Greenery.Alerts.Sending;
using Greenery.Alerts.States;

namespace Greenery.Alerts.Telling;

/// <summary>Groups changes into messages: one per occasion, channel and person, never one per check.</summary>
internal sealed class Drafts(Router router, Occasion occasion)
{
    private readonly ChangeMessage _message = new(router, occasion);

    /// <param name="topic">What the messages are about.</param>
    /// <param name="changes">What happened, written already.</param>
    /// <param name="open">All that is open now.</param>
    public IEnumerable<Draft> Write(string topic, IReadOnlyList<AlertChange> changes, IReadOnlyList<AlertState> open)
    {
        var told = changes.Where(change => change.Change != ChangeKind.Gone).ToList();
        var others = open.Where(state => told.TrueForAll(change => change.Subject != state.Subject))
            .SelectMany(state => router.Of(state.Subject)).ToLookup(GroupOf);
        return told.SelectMany(change => router.Of(change.Subject).Select(recipient => (recipient, change)))
            .GroupBy(pair => GroupOf(pair.recipient))
            .Select(group => Write(topic, group.First().recipient, [.. group.Select(pair => pair.change)], others[group.Key].Count()));
    }

    private Draft Write(string topic, Recipient recipient, IReadOnlyList<AlertChange> changes, int others) => new(
        topic,
        recipient,
        _message.Write(recipient.Person, changes, others),
        changes,
        changes.Any(change => change.IsUrgent)
            ? occasion.Now : router.Settings.Quiet?.EndAt(occasion.Now, router.Settings.Local) ?? occasion.Now,
        occasion.Run?.RunId);

    // An inbox is one person's; a team's channel may be many people's.
    private static (Transports.Destination, string) GroupOf(Recipient recipient) =>
        (recipient.Destination, recipient.Destination.Kind == Channel.Email ? "" : recipient.Person);
}
