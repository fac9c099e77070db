using Greenery.Alerts.Messages;
using Greenery.Alerts.Routing;

namespace Greenery.Alerts.Channels;

/// <summary>A way to people. Another one is one more class.</summary>
public interface ITransport
{
    /// <summary>What <see cref="Destination.Kind"/> it serves: <c>email</c>, <c>teams</c>, <c>folder</c>.</summary>
    string Kind { get; }

    /// <summary>
    /// Hands one message over, once; the caller decides about a retry. Expected refusals are results, not exceptions.
    /// </summary>
    /// <param name="message">What to say.</param>
    /// <param name="destination">To whom.</param>
    /// <param name="isTest">Report what would happen without a delivery, where the channel can do that: SendGrid's
    /// sandbox, a login to the mail server.</param>
    /// <param name="cancellationToken">Whether the message went out is not known then.</param>
    Task<Delivery> SendAsync(
        Message message, Destination destination, bool isTest, CancellationToken cancellationToken);
}
