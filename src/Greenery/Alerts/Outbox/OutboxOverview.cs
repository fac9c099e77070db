using Greenery.Alerts.Incidents;
using Greenery.Warehouse;

namespace Greenery.Alerts.Outbox;

/// <summary>What is open, and what lies in the outbox.</summary>
public sealed class OutboxOverview(PostgresWarehouse warehouse)
{
    /// <summary>All that is not well, the oldest first.</summary>
    public async Task<IReadOnlyList<Incident>> OpenAsync(CancellationToken cancellationToken)
    {
        await using var connection = await warehouse.ConnectAsync(cancellationToken);
        return [.. (await IncidentStore.ReadAsync(connection, cancellationToken)).Values.Where(state =>
            state.Level != IncidentSeverity.Ok)
            .OrderBy(state => state.OpenedAt).ThenBy(state => state.Subject, StringComparer.Ordinal)];
    }

    /// <summary>
    /// Messages that wait, and those of the last week that were refused for good or given up; the oldest first.
    /// </summary>
    public async Task<IReadOnlyList<OutboxLine>> UndeliveredAsync(CancellationToken cancellationToken)
    {
        await using var connection = await warehouse.ConnectAsync(cancellationToken);
        return await connection.QueryAsync<OutboxLine>(
            """
            select outbox_id, channel, address, title, state,
                created_at, attempts, next_try_at, last_error
            from ops.outbox
            where state = 'waiting' or (state in ('refused', 'given_up') and ended_at > clock_timestamp() - interval '7 days')
            order by outbox_id
            """, null, cancellationToken);
    }

    /// <summary>How delivery to each channel goes that was used, by its name.</summary>
    public async Task<IReadOnlyDictionary<string, ChannelState>> ChannelsAsync(CancellationToken cancellationToken)
    {
        await using var connection = await warehouse.ConnectAsync(cancellationToken);
        var states = await connection.QueryAsync<ChannelState>(
            """
            select channel, coalesce(failures_in_a_row, 0) as failures, failing_since, last_error, last_try_at,
                (select max(ended_at) from ops.outbox as message
                    where message.channel = alert_channel.channel and state = 'accepted') as accepted_at
            from ops.alert_channel
            """, null, cancellationToken);
        return states.ToDictionary(state => state.Channel, StringComparer.Ordinal);
    }

    /// <summary>
    /// Puts the last week's messages that were refused or given up back, to be tried again now as if they were new:
    /// what was wrong with the channel is put right.
    /// </summary>
    /// <returns>How many.</returns>
    public async Task<int> TryAgainAsync(DateTime now, CancellationToken cancellationToken)
    {
        await using var connection = await warehouse.ConnectAsync(cancellationToken);
        return await connection.ExecuteAsync(
            """
            update ops.outbox
            set state = 'waiting', attempts = 0, created_at = @now, first_try_at = null, next_try_at = @now, ended_at = null
            where state in ('refused', 'given_up') and ended_at > @now - interval '7 days'
            """, new { now }, cancellationToken);
    }
}

/// <summary>How delivery to a channel goes. Times are UTC.</summary>
/// <param name="Channel">Its name.</param>
/// <param name="Failures">How many attempts in a row have failed.</param>
/// <param name="FailingSince">Since when; null when it works.</param>
/// <param name="LastError">Its last answer; null when it works.</param>
/// <param name="LastTryAt">When it was last used.</param>
/// <param name="AcceptedAt">When it last took a message that is still kept; null when there is none.</param>
public sealed record ChannelState(
    string Channel, int Failures, DateTime? FailingSince, string? LastError, DateTime? LastTryAt,
    DateTime? AcceptedAt);

/// <summary>A message that is not delivered yet. Times are UTC.</summary>
/// <param name="OutboxId">Its number.</param>
/// <param name="Channel">The name of its channel.</param>
/// <param name="Address">Where it goes.</param>
/// <param name="Title">What it says.</param>
/// <param name="State">Waiting, refused or given up.</param>
/// <param name="CreatedAt">When it was written.</param>
/// <param name="Attempts">How many attempts failed.</param>
/// <param name="NextTryAt">When the next attempt is due, if it waits.</param>
/// <param name="LastError">The channel's last answer; null before the first attempt.</param>
public sealed record OutboxLine(
    long OutboxId,
    string Channel,
    string Address,
    string Title,
    OutboxState State,
    DateTime CreatedAt,
    int Attempts,
    DateTime NextTryAt,
    string? LastError);

/// <summary>Where a message is on its way; <c>ops.outbox.state</c>.</summary>
[StoredAsText]
public enum OutboxState
{
    /// <summary>An attempt is due.</summary>
    Waiting,

    /// <summary>The channel took it.</summary>
    Accepted,

    /// <summary>The channel refused it for good.</summary>
    Refused,

    /// <summary>It was tried for too long, or could not be tried for too long.</summary>
    GivenUp,
}
