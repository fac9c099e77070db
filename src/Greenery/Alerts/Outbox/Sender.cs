using Greenery.Alerts.Channels;
using Greenery.Warehouse;

namespace Greenery.Alerts.Outbox;

/// <summary>
/// Hands over what is due in the outbox. Any number of senders may do so at a time, and die at any moment: each message
/// goes out at least once, and a second time only when its sender died, or got no answer, between the other side's
/// taking it and the record of that.
/// </summary>
/// <param name="warehouse">The database with the outbox.</param>
/// <param name="transports">The ways to people.</param>
/// <param name="channels">The channels that can be used. Messages of others wait: until the settings are right, or for
/// a host that has the channel.</param>
/// <param name="time">This machine's clock.</param>
internal sealed class Sender(
    PostgresWarehouse warehouse, IReadOnlyList<ITransport> transports, IReadOnlyList<string> channels,
    TimeProvider time)
{
    /// <summary>
    /// Shorter than <see cref="Outbox.ClaimLength"/>, so that no other process has claimed the message by then.
    /// </summary>
    private static readonly TimeSpan AnswerWithin = TimeSpan.FromMinutes(1);

    /// <summary>A pause that is worth waiting for; after a longer one the next call goes on.</summary>
    private static readonly TimeSpan WorthWaiting = TimeSpan.FromSeconds(30);

    /// <summary>Waiting in all: a run's end is not held up for longer by a channel that is down.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    /// <summary>So often in a row a channel may fail before its other messages are left for the next call.</summary>
    private const int FailuresInARow = 3;

    private readonly Outbox _outbox = new(warehouse);
    private readonly Dictionary<string, int> _failures = new(StringComparer.Ordinal);
    private TimeSpan _waited;

    /// <summary>
    /// Until nothing is due any more, or soon. May be called again: what it has waited, and how often channels have
    /// failed, counts for all calls together.
    /// </summary>
    public async Task<SendSummary> SendAsync(CancellationToken cancellationToken)
    {
        var summary = new SendSummary();
        await _outbox.GiveUpAsync(Now, cancellationToken);
        while (true)
        {
            List<string> tried =
                [.. channels.Where(channel => _failures.GetValueOrDefault(channel) < FailuresInARow)];
            if (await _outbox.ClaimAsync(tried, Now, cancellationToken) is { } message)
            {
                var delivery = await HandOverAsync(message, cancellationToken);
                await _outbox.RecordAsync(message, delivery, Now, cancellationToken);
                summary = summary.With(delivery.Outcome);
                _failures[message.Channel] = delivery.Outcome == DeliveryOutcome.Accepted
                    ? 0 : _failures.GetValueOrDefault(message.Channel) + 1;
            }
            else if (!await PauseAsync(tried, cancellationToken))
            {
                return summary;
            }
        }
    }

    private DateTime Now => time.GetUtcNow().UtcDateTime;

    // False when nothing is worth waiting for.
    private async Task<bool> PauseAsync(List<string> tried, CancellationToken cancellationToken)
    {
        if (await _outbox.NextAsync(tried, cancellationToken) is not { } next)
        {
            return false;
        }
        var pause = TimeSpan.FromMilliseconds(Math.Max(50, Math.Ceiling((next - Now).TotalMilliseconds)));
        if (pause > WorthWaiting || _waited + pause > Patience)
        {
            return false;
        }
        await Task.Delay(pause, time, cancellationToken);
        _waited += pause;
        return true;
    }

    private async Task<Delivery> HandOverAsync(OutboxMessage message, CancellationToken cancellationToken)
    {
        if (transports.FirstOrDefault(transport => transport.Kind == message.Kind) is not { } transport)
        {
            return new Delivery(
                DeliveryOutcome.Refused,
                $"Channel '{message.Channel}' is no longer of kind {message.Kind}, as when this message was written.");
        }
        using var patience = new CancellationTokenSource(AnswerWithin, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            return await transport.SendAsync(message.Read(), message.Destination, isTest: false, either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new Delivery(DeliveryOutcome.Later,
                $"No answer within {AnswerWithin.TotalSeconds:0} seconds; whether it was taken is not known.");
        }
        catch (Exception exception) when (exception is not (OperationCanceledException or OutOfMemoryException))
        {
            // The words of an exception may hold an address with a secret in it; its name does not.
            return new Delivery(DeliveryOutcome.Later, $"A defect of the channel: {exception.GetType().Name}.");
        }
    }
}
