using Greenery.Alerts.Incidents;
using Greenery.Alerts.Routing;
using Npgsql;

namespace Greenery.Alerts;

/// <summary>
/// Settings that are wrong and that runs do without: no run fails by them, so nothing else would say that a part is
/// missing.
/// </summary>
internal static class SettingObservations
{
    /// <summary>Those that are wrong, and those that were and are right by now.</summary>
    public static async Task<IReadOnlyList<Observation>> ReadAsync(
        NpgsqlConnection connection, AlertSettings settings, CancellationToken cancellationToken)
    {
        // A process without channels, such as a command on a laptop, has other settings than the host that
        // found them wrong.
        if (settings.Channels.Count == 0 && settings.Faults.Count == 0)
        {
            return [];
        }
        var wrong = settings.Faults.GroupBy(fault => fault.Place, StringComparer.Ordinal)
            .Select(faults => new Observation(
                IncidentKeys.ForSetting(faults.Key), IncidentKind.Setting, IncidentSeverity.Error,
                string.Join(' ', faults.Select(fault => fault.Message).Distinct())))
            .ToList();
        var right = (await IncidentStore.ReadAsync(connection, cancellationToken)).Values
            .Where(state => state is { Kind: IncidentKind.Setting, Level: not IncidentSeverity.Ok })
            .Where(state => !wrong.Exists(fault => fault.Subject == state.Subject))
            .Select(state => new Observation(state.Subject, state.Kind, IncidentSeverity.Ok, "It is right."));
        return [.. wrong, .. right];
    }
}
