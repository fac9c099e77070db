using Greenery.Alerts.Incidents;
using Greenery.Alerts.Messages;
using Greenery.Alerts.Outbox;
using Greenery.Alerts.Routing;
using Npgsql;

namespace Greenery.Alerts;

/// <summary>
/// Saves the incidents and writes the notifications of their changes to the outbox, in the transaction of the
/// connection, which has to hold the lock of <see cref="IncidentStore"/>.
/// </summary>
internal sealed class IncidentTracker(Router router)
{
    /// <summary>Takes over what was found on an occasion.</summary>
    /// <param name="topic">What the messages are about: <c>run</c>, <c>look</c>, <c>channel</c>.</param>
    /// <returns>The changes, including those without a notification.</returns>
    public async Task<IReadOnlyList<IncidentEvent>> RecordAsync(
        NpgsqlConnection connection, string topic, NotificationContext context, IEnumerable<Observation> observations,
        CancellationToken cancellationToken)
    {
        var states = await IncidentStore.ReadAsync(connection, cancellationToken);
        var reports = await HostReports.ReadAsync(connection, router.Settings.Host, context.Now, cancellationToken);
        var at = context.Run?.FinishedAt ?? context.Now;
        var next = (await reports.TakeAsync(observations, cancellationToken))
            .Where(found => states.ContainsKey(found.Subject) || found.Level != IncidentSeverity.Ok)
            .Select(found =>
            IncidentRules.Apply(states.GetValueOrDefault(found.Subject), found, at, context.Run?.RunId)).ToList();
        var changed = next.Where(one => one.Change is not null).Select(one => one.State.Subject)
            .ToHashSet(StringComparer.Ordinal);
        var others = next.Select(one => one.State).Concat(states.Values).DistinctBy(state => state.Subject)
            .Where(state => !changed.Contains(state.Subject)).ToList();
        var changes = new List<IncidentEvent>();
        foreach (var (state, change) in next.Concat(Noted(others, reports, context)))
        {
            await IncidentStore.WriteAsync(connection, state, cancellationToken);
            if (change is not null)
            {
                changes.Add(await IncidentStore.WriteAsync(connection, change, cancellationToken));
            }
            if (change is { Change: IncidentEventKind.Removed })
            {
                await reports.WithdrawAsync(state.Subject, cancellationToken);
            }
        }
        var open = (await IncidentStore.ReadAsync(connection, cancellationToken)).Values
            .Where(state => state.Level != IncidentSeverity.Ok).ToList();
        foreach (var draft in new MessageComposer(router, context).Write(topic, changes, open))
        {
            await OutboxWriter.WriteAsync(connection, draft, context.Now, cancellationToken);
        }
        return changes;
    }

    // A check that is no longer in the project, a channel that is no longer in the settings.
    private bool IsGone(Incident state, HostReports reports) => state.Kind switch
    {
        IncidentKind.Check or IncidentKind.Source => router.Find(state.Subject) is null,
        IncidentKind.Channel => router.Settings.Find(IncidentKeys.ChannelOf(state.Subject) ?? "") is null
            && reports.MayRemove(state.Subject, router.HasChannels),
        _ => false,
    };

    // Reminders join the other changes, so that a recipient gets one message per occasion.
    private IEnumerable<(Incident State, IncidentEvent? Change)> Noted(
        List<Incident> states, HostReports reports, NotificationContext context)
    {
        foreach (var state in states.Where(state => state.Level != IncidentSeverity.Ok))
        {
            if (IsGone(state, reports))
            {
                yield return IncidentRules.Note(state, IncidentEventKind.Removed, context.Now);
            }
            else if (state.Kind != IncidentKind.Channel
                && IncidentRules.IsToRemind(state, context.Now, router.Settings.RemindAfter))
            {
                yield return IncidentRules.Note(state, IncidentEventKind.Reminded, context.Now);
            }
        }
    }
}
