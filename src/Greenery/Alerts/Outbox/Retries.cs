using Greenery.Alerts.Channels;
using Greenery.Presentation;

namespace Greenery.Alerts.Outbox;

/// <summary>When a message that was not taken is tried again. Pure.</summary>
internal static class Retries
{
    /// <summary>
    /// A message is tried for so long from its first try on. How long it has waited for its channel does not count:
    /// one that was written while the channel was broken gets the same patience as any other.
    /// </summary>
    public static readonly TimeSpan GiveUpAfter = TimeSpan.FromDays(3);

    /// <summary>
    /// For so long a message waits for a process that can try it: its channel's settings are wrong, or no host has the
    /// channel. After a week its news is old, and <c>greenery alerts</c> lists for another week what it said.
    /// </summary>
    public static readonly TimeSpan WaitAtMost = TimeSpan.FromDays(7);

    /// <summary>What a person can do about messages that are not tried any more.</summary>
    public const string Remedy = "Mend the channel, then 'greenery alerts send --again' sends it.";

    private static readonly TimeSpan[] Pauses =
    [
        TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(20), TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(5),
        TimeSpan.FromMinutes(15),
    ];

    private static readonly TimeSpan LongestPause = TimeSpan.FromHours(1);

    /// <summary>Null for never: it was taken, refused for good, or has waited too long.</summary>
    public static DateTime? Next(OutboxMessage message, Delivery delivery, DateTime now) =>
        delivery.Outcome != DeliveryOutcome.Later || now - message.FirstTryAt > GiveUpAfter
            ? null : now + Pause(message.Attempts, delivery.RetryAfter);

    /// <summary>What <c>status</c> says of a message that was not taken.</summary>
    public static string Describe(OutboxMessage message, Delivery delivery, DateTime? nextTry) =>
        delivery.Outcome == DeliveryOutcome.Later && nextTry is null
            ? $"Given up after {NumberFormat.Count(message.Attempts, "attempt")} in "
            + $"{DurationText.Describe(GiveUpAfter)}. {delivery.Text} {Remedy}"
            : delivery.Text;

    /// <summary>As long as the other side asks for, and never shorter than the number of attempts says.</summary>
    internal static TimeSpan Pause(int attempts, TimeSpan? asked)
    {
        var own = attempts <= Pauses.Length ? Pauses[attempts - 1] : LongestPause;
        return asked is { } wanted ? (wanted > TimeSpan.Zero ? wanted : Pauses[0]) : own;
    }
}
