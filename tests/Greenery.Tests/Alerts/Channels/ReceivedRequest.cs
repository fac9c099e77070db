using System.Text.Json.Nodes;

namespace Greenery.Tests.Alerts.Channels;

/// <summary>What a <see cref="ChannelServer"/> was sent.</summary>
internal sealed record ReceivedRequest(string Path, string Query, IReadOnlyDictionary<string, string> Headers,
    string Body, DateTimeOffset At)
{
    public JsonNode Json => JsonNode.Parse(Body)!;
}
