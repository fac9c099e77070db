using System.Text.Json;
using Greenery.Alerts.Messages;
using Greenery.Alerts.Rendering;
using Greenery.Warehouse;
using Npgsql;

namespace Greenery.Alerts.Outbox;

/// <summary>Puts messages into <c>ops.outbox</c>, within the transaction of the connection.</summary>
internal static class OutboxWriter
{
    /// <summary>
    /// UTF-8 bytes of a stored message; a longer one is shortened as channels do it. Mails and cards show far less.
    /// </summary>
    internal const int MostBytes = 1024 * 1024;

    /// <returns>The message's number in the outbox.</returns>
    public static async Task<long> WriteAsync(NpgsqlConnection connection, MessageDraft draft, DateTime now,
        CancellationToken cancellationToken)
    {
        var number = await connection.ExecuteScalarAsync<long>(
            """
            insert into ops.outbox (message_id, channel, kind, address, person, topic, run_id, title, message, created_at, next_try_at)
            values (@Id, @Channel, @Kind, @Address, @Person, @Topic, @RunId, @Title, @message::json, @now, @NotBefore)
            returning outbox_id
            """,
            new
            {
                draft.Message.Id,
                draft.Recipient.Channel,
                draft.Recipient.Destination.Kind,
                draft.Recipient.Destination.Address,
                draft.Recipient.Person,
                draft.Topic,
                draft.RunId,
                draft.Message.Title,
                message = SizeLimiter.ToFit(
                    draft.Message, MostBytes, [500, 100, 20], message => JsonSerializer.Serialize(message)),
                now,
                draft.NotBefore,
            },
            cancellationToken);
        await connection.ExecuteAsync(
            """
            insert into ops.outbox_event (event_id, kind, address, outbox_id)
            select event_id, @Kind, @Address, @number from unnest(@changes) as notified (event_id)
            """,
            new
            {
                draft.Recipient.Destination.Kind,
                draft.Recipient.Destination.Address,
                number,
                changes = draft.Changes.Select(change => change.EventId).ToArray(),
            },
            cancellationToken);
        return number;
    }
}
