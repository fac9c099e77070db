using Greenery.Alerts.Incidents;
using Greenery.Alerts.Routing;
using Greenery.Warehouse;
using Npgsql;

namespace Greenery.Alerts;

/// <summary>
/// Settings that are wrong and that runs do without: no run fails by them, so nothing else would say that a part is
/// missing. <see cref="HostReports"/> keeps hosts with different settings apart.
/// </summary>
internal static class SettingObservations
{
    /// <summary>Those that are wrong here, and those that were wrong, here or elsewhere, and are right here.</summary>
    public static async Task<IReadOnlyList<Observation>> ReadAsync(
        NpgsqlConnection connection, AlertSettings settings, DateTime now, CancellationToken cancellationToken)
    {
        var wrong = settings.Faults.GroupBy(IncidentKeys.ForSetting, StringComparer.Ordinal)
            .Select(faults => new Observation(
                faults.Key, IncidentKind.Setting, IncidentSeverity.Error,
                string.Join(' ', faults.Select(fault => Describe(faults.Key, fault)).Distinct()))
            { IsOfSettings = true })
            .ToList();
        await RenameAsync(connection, wrong, cancellationToken);
        var reports = await HostReports.ReadAsync(connection, settings.Host, now, cancellationToken);
        var right = (await OpenAsync(connection, cancellationToken))
            .Where(state => !wrong.Exists(fault => fault.Subject == state.Subject))
            // Of an earlier version, which did not say who had found it.
            .Where(state => settings.Channels.Count > 0 || settings.Faults.Count > 0
                || reports.MayRemove(state.Subject, hasChannels: false))
            .Select(state => new Observation(state.Subject, state.Kind, IncidentSeverity.Ok, "It is right."));
        return [.. wrong, .. right];
    }

    // Where the key has no line, people have to be given it.
    private static string Describe(string key, Diagnostic fault) =>
        key.EndsWith(fault.Place, StringComparison.Ordinal) ? fault.Message : $"{fault}";

    // Earlier versions had the line in the key. What is still wrong stays the same incident; the rest is right.
    private static async Task RenameAsync(
        NpgsqlConnection connection, List<Observation> wrong, CancellationToken cancellationToken)
    {
        var open = await OpenAsync(connection, cancellationToken);
        var free = wrong.Where(fault => open.TrueForAll(state => state.Subject != fault.Subject)).ToList();
        foreach (var state in open)
        {
            if (IncidentKeys.PlaceOfNumbered(state.Subject) is { } place
                && free.Find(fault => fault.Message.EndsWith(state.Message, StringComparison.Ordinal)
                    && (fault.Subject == place || fault.Subject.StartsWith($"{place} ", StringComparison.Ordinal)))
                    is { } same)
            {
                free.Remove(same);
                await IncidentStore.RenameAsync(connection, state.Subject, same.Subject, cancellationToken);
            }
        }
    }

    private static async Task<List<Incident>> OpenAsync(
        NpgsqlConnection connection, CancellationToken cancellationToken) =>
        [.. (await IncidentStore.ReadAsync(connection, cancellationToken)).Values
            .Where(state => state is { Kind: IncidentKind.Setting, Level: not IncidentSeverity.Ok })];
}
