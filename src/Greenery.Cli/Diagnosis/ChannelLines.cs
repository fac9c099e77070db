using Greenery.Alerts;
using Greenery.Alerts.Outbox;
using Greenery.Cli.Commands;
using Greenery.Presentation;
using Greenery.Warehouse;

namespace Greenery.Cli.Diagnosis;

/// <summary>Which channels there are, and how delivery on them went last. Nothing is sent.</summary>
internal static class ChannelLines
{
    public const string Subject = "alerts";

    /// <summary>As far as the settings tell.</summary>
    public static IReadOnlyList<DoctorLine> OfSettings(AlertConfiguration alerts) =>
        Of(alerts, new Dictionary<string, ChannelState>());

    /// <summary>With what the ops tables say of delivery.</summary>
    public static async Task<IReadOnlyList<DoctorLine>> ReadAsync(
        AlertConfiguration alerts, PostgresWarehouse warehouse, CancellationToken cancellationToken) =>
    [
        .. Of(alerts, await new OutboxOverview(warehouse).ChannelsAsync(cancellationToken)),
        .. (await DeliveryWarnings.ReadAsync(warehouse, cancellationToken))
            .Select(warning => DoctorLine.Warning(Subject, warning)),
    ];

    private static IReadOnlyList<DoctorLine> Of(
        AlertConfiguration alerts, IReadOnlyDictionary<string, ChannelState> states) =>
        alerts.Settings.Channels.Count == 0
            ? [DoctorLine.Warning(Subject, AlertsCommand.NoChannel)]
            :
            [
                .. alerts.Settings.Channels.Where(channel => channel.Fault is null)
                    .Select(channel => Describe(channel.Name, states.GetValueOrDefault(channel.Name))),
            ];

    private static DoctorLine Describe(string channel, ChannelState? state) => state switch
    {
        { FailingSince: { } since } => DoctorLine.Warning(
            Subject, $"channel {channel}: {NumberFormat.Count(state.Failures, "attempt")} in a row failed since "
            + $"{since:u}: {state.LastError} 'greenery alerts test' tries it."),
        { AcceptedAt: { } accepted } => DoctorLine.Ok(
            Subject, $"channel {channel}: it took the last message at {accepted:u}"),
        { LastTryAt: { } tried } => DoctorLine.Ok(Subject, $"channel {channel}: it works, last used at {tried:u}"),
        _ => DoctorLine.Ok(
            Subject, $"channel {channel}: is set, no message went out yet; 'greenery alerts test' tries it"),
    };
}
