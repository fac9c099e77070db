using Greenery.Alerts.Incidents;
using Greenery.Alerts.Routing;

namespace Greenery.Alerts.Messages;

/// <summary>Groups changes into messages: one per occasion, channel and person, never one per check.</summary>
internal sealed class MessageComposer(Router router, NotificationContext context)
{
    private readonly IncidentMessage _message = new(router, context);

    /// <param name="topic">What the messages are about.</param>
    /// <param name="changes">What happened, written already.</param>
    /// <param name="open">All that is open now.</param>
    public IEnumerable<MessageDraft> Write(
        string topic, IReadOnlyList<IncidentEvent> changes, IReadOnlyList<Incident> open)
    {
        var notified = changes.Where(change => change.Change != IncidentEventKind.Removed).ToList();
        var others = open.Where(state => notified.TrueForAll(change => change.Subject != state.Subject))
            .SelectMany(state => router.Of(state.Subject)).ToLookup(GroupOf);
        return notified.SelectMany(change => router.Of(change.Subject).Select(recipient => (recipient, change)))
            .GroupBy(pair => GroupOf(pair.recipient))
            .Select(group =>
            Write(topic, group.First().recipient, [.. group.Select(pair => pair.change)], others[group.Key].Count()));
    }

    private MessageDraft Write(string topic, Recipient recipient, IReadOnlyList<IncidentEvent> changes, int others) =>
        new(
        topic,
        recipient,
        _message.Write(recipient.Person, changes, others),
        changes,
        changes.Any(change => change.IsUrgent)
            ? context.Now : router.Settings.Quiet?.EndAt(context.Now, router.Settings.Local) ?? context.Now,
        context.Run?.RunId);

    // An inbox is one person's; a team's channel may be many people's.
    private static (Destination, string) GroupOf(Recipient recipient) =>
        (recipient.Destination, recipient.Destination.Kind == Channel.Email ? "" : recipient.Person);
}
