using System.Globalization;
using Greenery.Alerts.Incidents;
using Greenery.Alerts.Outbox;
using Greenery.Presentation;
using Greenery.Warehouse;

namespace Greenery.Alerts;

/// <summary>
/// What keeps people from being notified, for those who look by themselves: where the only channel fails, no message
/// can say so.
/// </summary>
public static class DeliveryWarnings
{
    /// <summary>One sentence or more for each channel and setting that is wrong, and for messages that were given up.
    /// </summary>
    public static async Task<IReadOnlyList<string>> ReadAsync(
        PostgresWarehouse warehouse, CancellationToken cancellationToken)
    {
        var outbox = new OutboxOverview(warehouse);
        var open = await outbox.OpenAsync(cancellationToken);
        var lost = (await outbox.UndeliveredAsync(cancellationToken))
            .Count(line => line.State is OutboxState.Refused or OutboxState.GivenUp);
        return
        [
            .. open.Where(state => state.Kind is IncidentKind.Channel or IncidentKind.Setting).Select(Describe),
            .. lost == 0 ? Array.Empty<string>()
                :
                [
                    $"{NumberFormat.Count(lost, "message")} of the last week {(lost == 1 ? "was" : "were")} refused or "
                    + "given up. 'greenery alerts' says why; 'greenery alerts send --again' tries again.",
                ],
        ];
    }

    private static string Describe(Incident state)
    {
        var since = state.OpenedAt?.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);
        return state.Kind == IncidentKind.Channel
            ? $"Notifications are not delivered on {IncidentKeys.Describe(state.Subject, state.Kind, null)} since "
                + $"{since} UTC: {state.Message}"
            : $"A setting is wrong since {since} UTC, and runs go on without it: "
                + $"{IncidentKeys.Describe(state.Subject, state.Kind, null)}: {state.Message}";
    }
}
