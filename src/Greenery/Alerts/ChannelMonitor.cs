using System.Globalization;
using Greenery.Alerts.Incidents;
using Greenery.Alerts.Messages;
using Greenery.Alerts.Routing;
using Greenery.Presentation;
using Greenery.Warehouse;
using Npgsql;

namespace Greenery.Alerts;

/// <summary>
/// Notifies, on the other channels, of a channel that keeps failing or whose settings are wrong, and of its recovery.
/// </summary>
internal sealed class ChannelMonitor(PostgresWarehouse warehouse, Router router, TimeProvider time)
{
    private const int FailuresInARow = 5;

    private const int TitlesShown = 5;

    private static readonly TimeSpan FailingFor = TimeSpan.FromHours(1);

    private readonly IncidentTracker _tracker = new(router);

    /// <returns>Whether there is something to tell.</returns>
    public async Task<bool> CheckAsync(CancellationToken cancellationToken)
    {
        await using var connection = await warehouse.ConnectAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await IncidentStore.LockAsync(connection, cancellationToken);
        var context = new NotificationContext(
            null, time.GetUtcNow().UtcDateTime, await ReaderView.ReadAsync(connection, cancellationToken));
        var observations = new List<Observation>();
        foreach (var channel in await connection.QueryAsync<ChannelHealth>(
            """
            select channel, coalesce(failures_in_a_row, 0) as failures, failing_since as since, last_error as error
            from ops.alert_channel full join unnest(@names) as named (channel) using (channel)
            order by channel
            """, new { names = router.Settings.Channels.Select(channel => channel.Name).ToArray() },
            cancellationToken))
        {
            observations.AddRange(await JudgeAsync(connection, channel, context.Now, cancellationToken));
        }
        var changes = await _tracker.RecordAsync(connection, "channel", context, observations, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return changes.Count > 0;
    }

    private async Task<IEnumerable<Observation>> JudgeAsync(
        NpgsqlConnection connection, ChannelHealth channel, DateTime now, CancellationToken cancellationToken)
    {
        var subject = IncidentKeys.ForChannel(channel.Channel);
        if (router.Settings.Find(channel.Channel) is null)
        {
            // It is no longer in the settings, or this process has none.
            return [];
        }
        if (router.Settings.Find(channel.Channel)?.Fault is { } fault)
        {
            // At once: it does not get better by another attempt.
            return
                [new Observation(subject, IncidentKind.Channel, IncidentSeverity.Error, fault) { IsOfSettings = true }];
        }
        if (channel.Since is not { } since)
        {
            return [new Observation(subject, IncidentKind.Channel, IncidentSeverity.Ok, "It takes messages.")];
        }
        if (channel.Failures < FailuresInARow && now - since < FailingFor)
        {
            return [];
        }
        var titles = await connection.QueryAsync<string>(
            """
            select title from ops.outbox
            where channel = @Channel and state <> 'accepted' and coalesce(ended_at, @now) >= @since
            order by outbox_id
            """,
            new { channel.Channel, since, now }, cancellationToken);
        var words = string.Create(CultureInfo.InvariantCulture,
            $"{NumberFormat.Count(channel.Failures, "attempt")} in a row failed since {since:yyyy-MM-dd HH:mm} UTC. "
            + $"The last answer: {channel.Error}");
        return [new Observation(
            subject, IncidentKind.Channel, IncidentSeverity.Error, $"{words} {Undelivered(titles)}")];
    }

    private static string Undelivered(List<string> titles) => titles.Count == 0 ? "" :
        $"Not delivered: {string.Join("; ", titles.Take(TitlesShown))}"
        + (titles.Count > TitlesShown ? $"; and {titles.Count - TitlesShown} more." : ".");

    private sealed record ChannelHealth(string Channel, int Failures, DateTime? Since, string? Error);
}
