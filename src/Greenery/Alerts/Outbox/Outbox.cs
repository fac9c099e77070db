using Greenery.Alerts.Channels;
using Greenery.Presentation;
using Greenery.Warehouse;
using Npgsql;

namespace Greenery.Alerts.Outbox;

/// <summary>The sender's side of <c>ops.outbox</c>: who may hand over what, and what came of it.</summary>
internal sealed class Outbox(PostgresWarehouse warehouse)
{
    /// <summary>
    /// How long a sender has for one message; after that another one takes it up, because this one must have died.
    /// </summary>
    public static readonly TimeSpan ClaimLength = TimeSpan.FromMinutes(5);

    /// <summary>The next message that is due, ours to hand over; null when there is none.</summary>
    /// <param name="channels">Those that this process can use; messages of others wait for a process that can.</param>
    public async Task<OutboxMessage?> ClaimAsync(
        IReadOnlyCollection<string> channels, DateTime now, CancellationToken cancellationToken)
    {
        await using var connection = await warehouse.ConnectAsync(cancellationToken);
        return await connection.QueryFirstOrDefaultAsync<OutboxMessage>(
            """
            update ops.outbox
            set claim = @claim, claimed_until = @until, attempts = attempts + 1, first_try_at = coalesce(first_try_at, @now)
            where outbox_id = (
                select outbox_id from ops.outbox
                where state = 'waiting' and next_try_at <= @now and (claimed_until is null or claimed_until <= @now)
                    and channel = any(@channels)
                order by next_try_at, outbox_id
                limit 1
                for update skip locked)
            returning outbox_id, claim, channel, kind, address,
                message::text as message, attempts, first_try_at
            """,
            new { claim = Guid.NewGuid(), until = now + ClaimLength, now, channels = channels.ToArray() },
            cancellationToken);
    }

    /// <summary>When the next message is due of those that no process has claimed; null when none waits.</summary>
    public async Task<DateTime?> NextAsync(IReadOnlyCollection<string> channels, CancellationToken cancellationToken)
    {
        await using var connection = await warehouse.ConnectAsync(cancellationToken);
        return await connection.ExecuteScalarAsync<DateTime?>(
            "select min(next_try_at) from ops.outbox where state = 'waiting' and claim is null and channel = "
                + "any(@channels)",
            new { channels = channels.ToArray() }, cancellationToken);
    }

    /// <summary>Gives up what has waited for too long without a process that could try it. Says so, and why.</summary>
    public async Task GiveUpAsync(DateTime now, CancellationToken cancellationToken)
    {
        await using var connection = await warehouse.ConnectAsync(cancellationToken);
        await connection.ExecuteAsync(
            """
            update ops.outbox
            set state = 'given_up', ended_at = @now, claim = null, claimed_until = null,
                last_error = @waited || coalesce('The last answer: ' || last_error,
                    'Channel ' || quote_literal(channel) || ' is wrong in the settings, or no host has it.') || ' ' || @Remedy
            where state = 'waiting' and coalesce(first_try_at, created_at) < @now - @WaitAtMost
                and (claimed_until is null or claimed_until <= @now)
            """,
            new
            {
                now,
                Retries.WaitAtMost,
                Retries.Remedy,
                waited = $"Given up: it waited for {DurationText.Describe(Retries.WaitAtMost)}. ",
            },
            cancellationToken);
    }

    /// <summary>Writes down what came of a message, and how its channel does.</summary>
    public async Task RecordAsync(
        OutboxMessage message, Delivery delivery, DateTime now, CancellationToken cancellationToken)
    {
        await using var connection = await warehouse.ConnectAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var nextTry = Retries.Next(message, delivery, now);
        await connection.ExecuteAsync(
            """
            update ops.outbox
            set state = @state, claim = null, claimed_until = null, last_error = @error, receipt = @Receipt,
                next_try_at = coalesce(@nextTry, next_try_at), ended_at = @ended
            where outbox_id = @OutboxId and state = 'waiting' and (claim = @Claim or @state = 'accepted')
            """,
            new
            {
                message.OutboxId,
                message.Claim,
                state = delivery.Outcome == DeliveryOutcome.Accepted ? OutboxState.Accepted
                    : nextTry is not null ? OutboxState.Waiting
                    : delivery.Outcome == DeliveryOutcome.Later ? OutboxState.GivenUp : OutboxState.Refused,
                error = delivery.Outcome == DeliveryOutcome.Accepted ? null
                    : Retries.Describe(message, delivery, nextTry),
                delivery.Receipt,
                nextTry,
                ended = nextTry is null ? now : (DateTime?)null,
            },
            cancellationToken);
        await NoteChannelAsync(connection, message.Channel, delivery, now, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    // What asks for patience asks for the channel's other messages too.
    private static Task<int> NoteChannelAsync(
        NpgsqlConnection connection, string channel, Delivery delivery, DateTime now,
        CancellationToken cancellationToken) =>
            connection.ExecuteAsync(
        """
        insert into ops.alert_channel (channel, failures_in_a_row, failing_since, last_error, last_try_at)
        values (@channel, @failures, @since, @error, @now)
        on conflict (channel) do update
        set failures_in_a_row = case when @failures = 0 then 0 else alert_channel.failures_in_a_row + 1 end,
            failing_since = case when @failures = 0 then null else coalesce(alert_channel.failing_since, @now) end,
            last_error = @error, last_try_at = @now;
        update ops.outbox set next_try_at = greatest(next_try_at, @now + @wait)
        where channel = @channel and state = 'waiting' and @wait > '0'
        """,
        new
        {
            channel,
            failures = delivery.Outcome == DeliveryOutcome.Accepted ? 0 : 1,
            since = delivery.Outcome == DeliveryOutcome.Accepted ? null : (DateTime?)now,
            error = delivery.Outcome == DeliveryOutcome.Accepted ? null : delivery.Text,
            now,
            wait = delivery is { Outcome: DeliveryOutcome.Later, RetryAfter: { } after } ? after : TimeSpan.Zero,
        },
        cancellationToken);
}
