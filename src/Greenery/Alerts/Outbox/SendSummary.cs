using Greenery.Alerts.Channels;

namespace Greenery.Alerts.Outbox;

/// <summary>What came of a call to send.</summary>
/// <param name="Accepted">Messages taken by the other side.</param>
/// <param name="Later">Attempts that are made again.</param>
/// <param name="Refused">Messages refused for good.</param>
public sealed record SendSummary(int Accepted = 0, int Later = 0, int Refused = 0)
{
    public SendSummary With(DeliveryOutcome outcome) => outcome switch
    {
        DeliveryOutcome.Accepted => this with { Accepted = Accepted + 1 },
        DeliveryOutcome.Later => this with { Later = Later + 1 },
        _ => this with { Refused = Refused + 1 },
    };

    public static SendSummary operator +(SendSummary one, SendSummary other) =>
        new(one.Accepted + other.Accepted, one.Later + other.Later, one.Refused + other.Refused);
}
