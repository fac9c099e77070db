using System.Net.Http.Headers;
using Greenery.Alerts.Messages;
using Greenery.Alerts.Routing;

namespace Greenery.Alerts.Channels;

/// <summary>E-mail by SendGrid's v3 API.</summary>
internal sealed class SendGridTransport(HttpClient http, EmailChannel channel, TimeProvider time) : ITransport
{
    private readonly WebhookClient _client = new(http, time);

    public string Kind => Channel.Email;

    public async Task<Delivery> SendAsync(
        Message message, Destination destination, bool isTest, CancellationToken cancellationToken)
    {
        var to = destination.Address;
        if (!MailAddresses.IsValid(to))
        {
            return new Delivery(
                DeliveryOutcome.Refused, $"'{to}' is no e-mail address; expected {MailAddresses.Expected}.");
        }
        using var request = WebhookClient.Request(
            new Uri(channel.Host, "/v3/mail/send"), SendGridMail.Of(message, to, channel, isTest));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", channel.ApiKey.Reveal());
        return await _client.SendAsync(request, new SendGridResponse(channel, to, isTest, time).Judge,
            cancellationToken);
    }
}
