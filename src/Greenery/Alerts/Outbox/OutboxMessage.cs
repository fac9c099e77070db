using System.Text.Json;
using Greenery.Alerts.Messages;
using Greenery.Alerts.Routing;

namespace Greenery.Alerts.Outbox;

/// <summary>A message that a sender has the right to hand over.</summary>
internal sealed record OutboxMessage
{
    public required long OutboxId { get; init; }

    /// <summary>The sender's right; another user's once it has run out.</summary>
    public required Guid Claim { get; init; }

    public required string Channel { get; init; }

    public required string Kind { get; init; }

    public required string Address { get; init; }

    /// <summary>The message as JSON.</summary>
    public required string Message { get; init; }

    /// <summary>This one included.</summary>
    public required int Attempts { get; init; }

    /// <summary>When it was tried for the first time; this time, if it was not yet.</summary>
    public required DateTime FirstTryAt { get; init; }

    public Destination Destination => new(Kind, Address);

    public Message Read() => JsonSerializer.Deserialize<Message>(Message)!;
}
