using System.Collections.Concurrent;
using Greenery.Alerts.Channels;
using Greenery.Alerts.Messages;
using Greenery.Alerts.Routing;

namespace Greenery.Tests.Alerts;

/// <summary>A channel that keeps what it is given; a test says how it answers.</summary>
internal sealed class RecordingTransport(string kind) : ITransport
{
    private readonly ConcurrentQueue<(Message Message, Destination To)> _taken = new();

    public string Kind => kind;

    /// <summary>What was taken, in order.</summary>
    public IReadOnlyList<(Message Message, Destination To)> Taken => [.. _taken];

    /// <summary>How often it was asked.</summary>
    public int Calls { get; private set; }

    /// <summary>How it answers; it takes everything unless the test says otherwise.</summary>
    public Func<Message, Destination, Delivery> Answer { get; set; } = (_, _) =>
        new Delivery(DeliveryOutcome.Accepted, "202");

    /// <summary>Happens after the other side took a message, and before the sender hears of it.</summary>
    public Func<Task> AfterTaking { get; set; } = () => Task.CompletedTask;

    public async Task<Delivery> SendAsync(
        Message message, Destination destination, bool isTest, CancellationToken cancellationToken)
    {
        Calls++;
        var delivery = Answer(message, destination);
        if (delivery.Outcome == DeliveryOutcome.Accepted)
        {
            _taken.Enqueue((message, destination));
        }
        await AfterTaking();
        return delivery;
    }

    public void Clear() => _taken.Clear();
}
