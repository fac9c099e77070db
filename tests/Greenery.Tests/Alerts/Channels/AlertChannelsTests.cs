using Greenery.Alerts.Channels;
using Greenery.Alerts.Routing;
using Microsoft.Extensions.Configuration;

namespace Greenery.Tests.Alerts.Channels;

/// <summary>The settings that describe the ways to people.</summary>
public sealed class AlertChannelsTests
{
    private const string Webhook =
        "https://prod-12.westeurope.logic.azure.com/workflows/1/triggers/manual/paths/invoke?api-version=1&sig=SECRET";

    [Fact]
    public void Where_nothing_is_said_there_is_no_channel() => Assert.Empty(Read().All);

    [Fact]
    public void Channels_are_read_with_their_defaults()
    {
        var channels = Read(
            ("Email:ApiKey", " SG.key "), ("Email:From", "data@shop.example"),
            ("Teams:data:Url", Webhook), ("Teams:crm-team:Url", Webhook), ("Folder", "alerts"));

        Assert.Equal(
            [new Channel("email", "email"), new Channel("crm-team", "teams"), new Channel("data", "teams"),
                new Channel("folder", "folder")],
            channels.All);
        Assert.Equal(
            ("SG.key", "data@shop.example", "Greenery", "https://api.sendgrid.com/"),
            (channels.Email!.ApiKey.Reveal(), channels.Email.From, channels.Email.FromName,
                channels.Email.Host.AbsoluteUri));
        Assert.Equal(Webhook, channels.Teams[0].Url.Reveal());
        Assert.Equal(Path.GetFullPath("alerts"), channels.Folder);
    }

    [Theory]
    [InlineData("EU", "https://api.eu.sendgrid.com/")]
    [InlineData("us", "https://api.sendgrid.com/")]
    [InlineData("https://relay.shop.example:8443", "https://relay.shop.example:8443/")]
    [InlineData("http://127.0.0.1:5000", "http://127.0.0.1:5000/")]
    public void An_account_has_its_host(string host, string address) => Assert.Equal(
        address, Read(("Email:ApiKey", "SG.key"), ("Email:From", "data@shop.example"),
            ("Email:Host", host)).Email!.Host.AbsoluteUri);

    [Fact]
    public void All_that_is_wrong_is_reported_at_once_and_shows_no_secret()
    {
        var exception = Assert.Throws<ConfigurationException>(() => Read(
            ("Email:ApiKye", "SG.SECRET"), ("Email:From", "data at shop"), ("Email:FromName", "Gärtnerei, GmbH"),
            ("Email:Host", "http://sendgrid.example"),
            ("Teams:old:Url", "https://shop.webhook.office.com/webhookb2/SECRET"),
            ("Teams:cut:Url", "https://prod-1.logic.azure.com/workflows/1?api-version=1"),
            ("Teams:plain:Url", Webhook.Replace("https", "http", StringComparison.Ordinal)),
            ("Teams:email:Url", Webhook), ("Teams:Url", Webhook), ("Teams:none:Link", Webhook)));

        Assert.Equal(
            [
                "Greenery:Alerts:Email:ApiKye: is no setting; expected ApiKey, From, FromName, Host. Did you mean "
                    + "'ApiKey'?",
                "Greenery:Alerts:Email:ApiKey: is not set; expected a SendGrid key with the permission Mail Send.",
                "Greenery:Alerts:Email:From: 'data at shop' is no e-mail address; expected an address such as "
                    + "ana@greenery.example, in ASCII.",
                "Greenery:Alerts:Email:FromName: 'Gärtnerei, GmbH' cannot be a sender's name; expected letters of "
                    + "ASCII without , ; < > \".",
                "Greenery:Alerts:Email:Host: 'http://sendgrid.example' is no host of SendGrid; expected us, eu, or "
                    + "the https address of a relay.",
                "Greenery:Alerts:Teams:cut:Url: has no sig= in it, so it was cut off: quote it, because & ends a "
                    + "command in a shell; "
                + "expected the https address of a Workflows webhook (\"When a Teams webhook request is received\").",
                "Greenery:Alerts:Teams:email: cannot be a channel's name; expected letters, digits, - and _, and "
                    + "neither email nor folder.",
                "Greenery:Alerts:Teams:none:Link: is no setting; expected Url.",
                "Greenery:Alerts:Teams:none:Url: is not set; "
                + "expected the https address of a Workflows webhook (\"When a Teams webhook request is received\").",
                "Greenery:Alerts:Teams:old:Url: is a connector at shop.webhook.office.com; Microsoft has retired "
                    + "these. Make a Workflow in the "
                + "channel instead: expected the https address of a Workflows webhook (\"When a Teams webhook "
                + "request is received\").",
                "Greenery:Alerts:Teams:plain:Url: is no address of a webhook (it is not shown here); "
                + "expected the https address of a Workflows webhook (\"When a Teams webhook request is received\").",
                "Greenery:Alerts:Teams:Url: is no channel; expected the webhook's address in "
                    + "Greenery:Alerts:Teams:<name>:Url.",
            ],
            exception.Diagnostics.Select(diagnostic => $"{diagnostic}"));
        Assert.DoesNotContain("SECRET", exception.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ana@shop.exämple")]
    [InlineData("Ana <ana@shop.example>")]
    [InlineData("ana@shop.example\r\nBcc: x@evil.example")]
    public void A_sender_is_an_address_in_ascii(string from) => Assert.Equal(
        ["Greenery:Alerts:Email:From"],
        Assert.Throws<ConfigurationException>(() =>
            Read(("Email:ApiKey", "SG.key"), ("Email:From", from))).Diagnostics.Select(diagnostic => diagnostic.Place));

    [Fact]
    public void A_folder_is_no_file() => Assert.Equal(
        ["Greenery:Alerts:Folder"],
        Assert.Throws<ConfigurationException>(() =>
            Read(("Folder", typeof(AlertChannelsTests).Assembly.Location))).Diagnostics.Select(diagnostic =>
            diagnostic.Place));

    private static AlertChannels Read(params (string Key, string Value)[] settings) => AlertChannels.Read(
        new ConfigurationBuilder()
            .AddInMemoryCollection(
            settings.Select(x => KeyValuePair.Create($"Greenery:Alerts:{x.Key}", (string?)x.Value)))
            .Build());
}
