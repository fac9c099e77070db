using Greenery.Alerts.Content;
using Greenery.Alerts.Formats;

namespace Greenery.Alerts.Transports;

/// <summary>Cards by the Workflows webhook of a Teams channel, one a second at most: Teams answers 429 to more than four.</summary>
internal sealed class TeamsTransport(
    HttpClient http, IReadOnlyList<TeamsChannel> channels, MessagePace pace, TimeProvider time) : ITransport
{
    public const string KindName = "teams";

    private readonly Posting _posting = new(http, time);

    public string Kind => KindName;

    public async Task<Delivery> SendAsync(Message message, Destination destination, bool isTest, CancellationToken cancellationToken)
    {
        if (channels.FirstOrDefault(channel => channel.Name == destination.Address) is not { } channel)
        {
            return new Delivery(
                DeliveryOutcome.Refused,
                $"There is no Greenery:Alerts:Teams:{destination.Address}:Url; expected one, as this message goes there."
                + Suggestion.Sentence(destination.Address, channels.Select(known => known.Name)));
        }
        await pace.WaitAsync(cancellationToken);
        using var request = Posting.Request(new Uri(channel.Url.Reveal()), AdaptiveCard.Of(message));
        return await _posting.SendAsync(request, new TeamsAnswer(channel, isTest).Judge, cancellationToken);
    }
}
