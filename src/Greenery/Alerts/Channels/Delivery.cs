namespace Greenery.Alerts.Channels;

/// <summary>What came of handing a message over.</summary>
/// <param name="Outcome">Whether it was taken.</param>
/// <param name="Text">What the other side said, for people; no secrets in it.</param>
/// <param name="RetryAfter">When the other side wants to be asked again at the earliest; null when it did not
/// say.</param>
/// <param name="Receipt">The other side's id of the message (SendGrid's X-Message-Id); null where there is
/// none.</param>
public sealed record Delivery(DeliveryOutcome Outcome, string Text, TimeSpan? RetryAfter = null,
    string? Receipt = null);

/// <summary>Whether a message was taken.</summary>
public enum DeliveryOutcome
{
    /// <summary>Accepted. Whether it is delivered is not known: SendGrid queues, a Teams flow can still fail.</summary>
    Accepted,

    /// <summary>Not now: 408, 429, 5xx, no answer.</summary>
    Later,

    /// <summary>Never like this: a wrong key, sender, address, or too large.</summary>
    Refused,
}
