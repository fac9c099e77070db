using System.Diagnostics;
using Greenery.Alerts.Channels;
using Greenery.Alerts.Rendering;
using Greenery.Tests.Alerts.Rendering;

namespace Greenery.Tests.Alerts.Channels;

/// <summary>Cards as a Workflows webhook gets them, and what comes of its answers.</summary>
public sealed class TeamsTransportTests : IAsyncLifetime
{
    private TransportHarness _harness = null!;

    public async Task InitializeAsync() => _harness = await TransportHarness.StartAsync();

    public async Task DisposeAsync() => await _harness.DisposeAsync();

    [Fact]
    public async Task A_flow_that_takes_the_card_has_accepted_not_delivered_it()
    {
        var delivery = await _harness.CardAsync();

        Assert.Equal(
            new Delivery(DeliveryOutcome.Accepted,
                "The flow of Teams channel data took the card (202); whether it is posted only the channel shows."),
            delivery);
        Assert.Equal(AdaptiveCard.Of(SampleMessages.Named("failure")), _harness.Server.Received.Single().Body);
    }

    [Fact]
    public async Task A_test_says_that_it_is_one() => Assert.Equal(
        "The flow of Teams channel data took the test card (202); whether it is posted only the channel shows.",
        (await _harness.CardAsync(isTest: true)).Text);

    [Fact]
    public async Task A_wrong_signature_is_named_and_not_shown() => Assert.Equal(
        new Delivery(
            DeliveryOutcome.Refused,
            "The flow of Teams channel forged does not know the signature (401): copy the webhook's address anew into "
            + "Greenery:Alerts:Teams:forged:Url. It says: The provided signature is not valid."),
        await _harness.CardAsync(channel: "forged"));

    [Theory]
    [InlineData(400, "Refused",
        "refused the card (400): see that it is switched on, and Greenery:Alerts:Teams:data:Url. It says: so")]
    [InlineData(403, "Refused",
        "does not know the signature (403): copy the webhook's address anew into Greenery:Alerts:Teams:data:Url. It "
        + "says: so")]
    [InlineData(404, "Refused",
        "is not there any more (404): make a Workflow and put its address into Greenery:Alerts:Teams:data:Url. It "
        + "says: so")]
    [InlineData(413, "Refused", "found the card too large (413). It says: so")]
    [InlineData(429, "Later", "takes nothing for the moment (429). It says: so")]
    [InlineData(502, "Later", "takes nothing for the moment (502). It says: so")]
    public async Task A_refusal_says_what_to_do(int status, string outcome, string words)
    {
        _harness.Server.Next(status, ChannelServer.Error("so"));

        var delivery = await _harness.CardAsync();

        Assert.Equal((outcome, $"The flow of Teams channel data {words}"), ($"{delivery.Outcome}", delivery.Text));
    }

    [Fact]
    public async Task Teams_says_when_to_ask_again()
    {
        _harness.Server.Next(429, "no JSON", ("Retry-After", "7"));

        Assert.Equal(TimeSpan.FromSeconds(7), (await _harness.CardAsync()).RetryAfter);
    }

    [Fact]
    public async Task One_card_a_second()
    {
        var time = Stopwatch.StartNew();

        await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => _harness.CardAsync()));

        Assert.InRange(time.Elapsed.TotalSeconds, 1.9, 60);
        Assert.Equal(3, _harness.Server.Received.Count);
    }

    [Fact]
    public async Task A_channel_that_no_setting_describes_is_named()
    {
        var delivery = await _harness.CardAsync(channel: "dat");

        Assert.Equal(
            new Delivery(
                DeliveryOutcome.Refused,
                "There is no Greenery:Alerts:Teams:dat:Url; expected one, as this message goes there. Did you mean "
                    + "'data'?"),
            delivery);
        Assert.Empty(_harness.Server.Received);
    }
}
