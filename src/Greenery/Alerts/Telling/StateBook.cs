using Greenery.Alerts.Routing;
using Greenery.Alerts.Sending;
using Greenery.Alerts.States;
using Npgsql;

namespace Greenery.Alerts.Telling;

/// <summary>
/// Keeps the states, and puts into the outbox what people are to be told of their changes: all in the transaction of the
/// connection, which has to hold the lock of <see cref="StateLedger"/>.
/// </summary>
internal sealed class StateBook(Router router)
{
    /// <summary>Takes over what was found on an occasion.</summary>
    /// <param name="topic">What the messages are about: <c>run</c>, <c>look</c>, <c>channel</c>.</param>
    /// <returns>The changes, those that nobody is told of among them.</returns>
    public async Task<IReadOnlyList<AlertChange>> TakeAsync(
        NpgsqlConnection connection, string topic, Occasion occasion, IEnumerable<Finding> findings, CancellationToken cancellationToken)
    {
        var states = await StateLedger.ReadAsync(connection, cancellationToken);
        var at = occasion.Run?.FinishedAt ?? occasion.Now;
        var next = findings.Where(found => states.ContainsKey(found.Subject) || found.Level != AlertLevel.Ok)
            .Select(found => StateRules.Apply(states.GetValueOrDefault(found.Subject), found, at, occasion.Run?.RunId)).ToList();
        var changed = next.Where(one => one.Change is not null).Select(one => one.State.Subject).ToHashSet(StringComparer.Ordinal);
        var others = next.Select(one => one.State).Concat(states.Values).DistinctBy(state => state.Subject)
            .Where(state => !changed.Contains(state.Subject)).ToList();
        var changes = new List<AlertChange>();
        foreach (var (state, change) in next.Concat(Noted(others, occasion)))
        {
            await StateLedger.WriteAsync(connection, state, cancellationToken);
            if (change is not null)
            {
                changes.Add(await StateLedger.WriteAsync(connection, change, cancellationToken));
            }
        }
        var open = (await StateLedger.ReadAsync(connection, cancellationToken)).Values
            .Where(state => state.Level != AlertLevel.Ok).ToList();
        foreach (var draft in new Drafts(router, occasion).Write(topic, changes, open))
        {
            await OutboxWriter.WriteAsync(connection, draft, occasion.Now, cancellationToken);
        }
        return changes;
    }

    // Reminders come along with what else there is to say, so that nobody gets two messages on one occasion.
    private IEnumerable<(AlertState State, AlertChange? Change)> Noted(List<AlertState> states, Occasion occasion)
    {
        foreach (var state in states.Where(state => state.Level != AlertLevel.Ok))
        {
            if (state.Kind is SubjectKind.Check or SubjectKind.Source && router.Find(state.Subject) is null)
            {
                yield return StateRules.Note(state, ChangeKind.Gone, occasion.Now);
            }
            else if (state.Kind != SubjectKind.Channel && StateRules.IsToRemind(state, occasion.Now, router.Settings.RemindAfter))
            {
                yield return StateRules.Note(state, ChangeKind.Reminded, occasion.Now);
            }
        }
    }
}
