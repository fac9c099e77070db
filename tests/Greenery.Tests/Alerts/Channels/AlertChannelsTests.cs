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
    [InlineData(null, 587, SmtpSecurity.StartTls)]
    [InlineData("TLS", 465, SmtpSecurity.Tls)]
    [InlineData("none", 25, SmtpSecurity.None)]
    public void A_mail_server_is_read_with_its_defaults(string? security, int port, SmtpSecurity expected)
    {
        var channels = Read(
            ("Smtp:Host", " localhost "), ("Smtp:Security", security ?? ""), ("Smtp:User", "greenery"),
            ("Smtp:Password", " p "), ("Smtp:From", "data@shop.example"));

        Assert.Equal([new Channel("email", "email")], channels.All);
        Assert.Equal(
            ("localhost", port, expected, "data@shop.example", "Greenery"),
            (channels.Smtp!.Host, channels.Smtp.Port, channels.Smtp.Security, channels.Smtp.From,
                channels.Smtp.FromName));
        Assert.Equal(("greenery", " p "), (channels.Smtp.Login!.User, channels.Smtp.Login.Password.Reveal()));
        Assert.DoesNotContain(" p ", $"{channels}", StringComparison.Ordinal);
    }

    [Fact]
    public void All_that_is_wrong_with_a_mail_server_is_reported_at_once_and_shows_no_password()
    {
        var exception = Assert.Throws<ConfigurationException>(() => Read(
            ("Smtp:Hots", "x"), ("Smtp:Host", "smtp://shop.example"), ("Smtp:Port", "0"), ("Smtp:Security", "ssl"),
            ("Smtp:Password", "SECRET"), ("Smtp:From", "data at shop"), ("Smtp:FromName", "a;b")));

        Assert.Equal(
            [
                "Greenery:Alerts:Smtp:Hots: is no setting; expected Host, Port, Security, User, Password, From, "
                    + "FromName. Did you mean 'Host'?",
                "Greenery:Alerts:Smtp:Host: 'smtp://shop.example' is no name of a server; expected one such as "
                    + "smtp.greenery.example, its port in Smtp:Port.",
                "Greenery:Alerts:Smtp:Security: 'ssl' is unknown; expected starttls, tls or none.",
                "Greenery:Alerts:Smtp:Port: '0' is no port; expected a number from 1 to 65535.",
                "Greenery:Alerts:Smtp:User: is not set beside Smtp:Password; expected both, or neither for a server "
                    + "that asks for no login.",
                "Greenery:Alerts:Smtp:From: 'data at shop' is no e-mail address; expected an address such as "
                    + "ana@greenery.example, in ASCII.",
                "Greenery:Alerts:Smtp:FromName: 'a;b' cannot be a sender's name; expected letters of ASCII without "
                    + ", ; < > \".",
            ],
            exception.Diagnostics.Select(diagnostic => $"{diagnostic}"));
        Assert.DoesNotContain("SECRET", exception.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Smtp:Host", "smtp://user:SECRET@shop.example")]
    [InlineData("Smtp:Host", "user:SECRET@shop.example")]
    [InlineData("Email:Host", "https://user:SECRET@relay.example")]
    [InlineData("Email:Host", "https://relay.example/?key=SECRET")]
    public void A_wrong_host_with_a_secret_in_it_is_not_shown(string key, string value)
    {
        var section = key[..key.IndexOf(':', StringComparison.Ordinal)];
        var exception = Assert.Throws<ConfigurationException>(() => Read(
            (key, value), ($"{section}:From", "data@shop.example")));

        Assert.Contains("(it is not shown here)", exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("SECRET", exception.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Greenery:Alerts:Smtp:Security", "Smtp:Host", "smtp.shop.example", "Smtp:Security", "none")]
    [InlineData("Greenery:Alerts:Smtp", "Smtp:Host", "localhost", "Email:ApiKey", "SG.key")]
    public void A_password_is_never_sent_in_plain_text_and_mail_goes_one_way(
        string place, string key, string value, string otherKey, string otherValue) => Assert.Contains(
        place,
        Assert.Throws<ConfigurationException>(() =>
            Read((key, value), (otherKey, otherValue), ("Smtp:From", "data@shop.example")))
            .Diagnostics.Select(diagnostic => diagnostic.Place));

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
