using Greenery.Alerts.Channels;
using Greenery.Alerts.Messages;
using Greenery.Alerts.Rendering;
using Greenery.Alerts.Routing;

namespace Greenery.Alerts;

/// <summary>
/// A sample through every channel, so that a wrong key or address shows before it is needed. Writes nothing down.
/// </summary>
public sealed class AlertTest(Router router, IReadOnlyList<ITransport> transports, TimeProvider time)
{
    /// <summary>The sample, as a terminal shows it; null where there is no channel.</summary>
    public string? Text => router.Settings.Channels is [var first, ..] ? PlainText.Of(Sample(router.SampleOf(first)))
        : null;

    /// <summary>What each channel said to a sample.</summary>
    public async Task<IReadOnlyList<(Recipient To, Delivery Delivery)>> RunAsync(CancellationToken cancellationToken)
    {
        var results = new List<(Recipient, Delivery)>();
        foreach (var channel in router.Settings.Channels)
        {
            var to = router.SampleOf(channel);
            results.Add((to, await SendAsync(channel, to, cancellationToken)));
        }
        return results;
    }

    private async Task<Delivery> SendAsync(Channel channel, Recipient to, CancellationToken cancellationToken)
    {
        if (channel.Fault is { } fault)
        {
            return new Delivery(DeliveryOutcome.Refused, fault);
        }
        var transport = transports.First(transport => transport.Kind == channel.Kind);
        return await transport.SendAsync(Sample(to), to.Destination, isTest: true, cancellationToken);
    }

    private Message Sample(Recipient to) => new(
        Guid.CreateVersion7(time.GetUtcNow()).ToString("n"),
        time.GetUtcNow(),
        MessageSeverity.Plain,
        "A test of Greenery's alerts",
        [
            new Block.Paragraph(
                $"This is what a message to {to.Person} on channel {to.Channel} looks like. Nothing is wrong."),
            new Block.Problems("What has changed",
            [
                new MessageProblem("core.dim_users.user_id.unique", MessageSeverity.Error, to.Person,
                    "unique on core.dim_users.user_id: 2 of 4 rows fail", 2, null, "new"),
            ]),
            new Block.Samples("Failing rows of core.dim_users.user_id.unique", ["user_id", "email"],
                [["2", "***"], ["2", "***"]]),
        ],
        new AlertLinks(router.Settings.Url, router.Settings.Signer).To(null, time.GetUtcNow()));
}
