using Greenery.Alerts.Messages;
using Greenery.Alerts.Routing;
using SendGrid;

namespace Greenery.Alerts.Channels;

/// <summary>E-mail by SendGrid's v3 API.</summary>
internal sealed class SendGridTransport(HttpClient http, EmailChannel channel, TimeProvider time) : ITransport
{
    private readonly WebhookClient _client = new(http, time);

    private readonly SendGridClient _sendGrid = new(http, new SendGridClientOptions
    {
        ApiKey = channel.ApiKey.Reveal(),
        Host = channel.Host.GetLeftPart(UriPartial.Authority),
    });

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
        return await _client.SendAsync(channel.Host.Host, new SendGridResponse(channel, to, isTest, time).Judge,
            async () =>
            {
                var answer = await _sendGrid.SendEmailAsync(
                    SendGridMail.Of(message, to, channel, isTest), cancellationToken);
                return await WebhookResponse.ReadAsync(
                    answer.StatusCode, answer.Body, answer.Headers, time.GetUtcNow(), cancellationToken);
            }, cancellationToken);
    }
}
