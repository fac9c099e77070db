using Greenery.Alerts.Messages;
using Greenery.Alerts.Rendering;
using Greenery.Alerts.Routing;

namespace Greenery.Alerts.Channels;

/// <summary>
/// Cards by the Workflows webhook of a Teams channel, one a second at most: Teams answers 429 to more than four.
/// </summary>
internal sealed class TeamsTransport(
    HttpClient http, IReadOnlyList<TeamsChannel> channels, RateLimiter pace, TimeProvider time) : ITransport
{
    public const string KindName = "teams";

    private readonly WebhookClient _client = new(http, time);

    public string Kind => KindName;

    public async Task<Delivery> SendAsync(
        Message message, Destination destination, bool isTest, CancellationToken cancellationToken)
    {
        if (channels.FirstOrDefault(channel => channel.Name == destination.Address) is not { } channel)
        {
            return new Delivery(
                DeliveryOutcome.Refused,
                $"There is no Greenery:Alerts:Teams:{destination.Address}:Url; expected one, as this message goes "
                    + $"there."
                + Suggestion.Sentence(destination.Address, channels.Select(known => known.Name)));
        }
        await pace.WaitAsync(cancellationToken);
        return await _client.PostAsync(new Uri(channel.Url.Reveal()), AdaptiveCard.Of(message),
            new TeamsResponse(channel, isTest).Judge, cancellationToken);
    }
}
