using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Greenery.Alerts.Channels;
using Greenery.Alerts.Messages;
using Greenery.Alerts.Rendering;
using Greenery.Alerts.Routing;
using Greenery.Tests.Alerts.Rendering;
using MimeKit;
using SmtpServer.Protocol;

namespace Greenery.Tests.Alerts.Channels;

/// <summary>Mails as a mail server gets them, and what comes of its answers.</summary>
public sealed class SmtpTransportTests
{
    private static readonly SmtpLogin Login = new(MailServer.User, new Secret(MailServer.Password));

    [Theory]
    [InlineData(SmtpSecurity.StartTls)]
    [InlineData(SmtpSecurity.Tls)]
    [InlineData(SmtpSecurity.None)]
    public async Task A_mail_arrives_whole_and_encrypted_where_the_setting_says_so(SmtpSecurity security)
    {
        await using var server = MailServer.Start(security);
        var message = SampleMessages.Named("failure");

        var delivery = await SendAsync(server, security, message: message);

        Assert.Equal(
            (DeliveryOutcome.Accepted,
                $"localhost:{server.Port} took the mail to ana@shop.example; whether it arrives is not known.", "Ok"),
            (delivery.Outcome, delivery.Text, delivery.Receipt));
        Assert.Equal([security != SmtpSecurity.None], server.Logins);
        var mail = Assert.Single(server.Received);
        Assert.Equal(
            ("\"Greenery\" <data@shop.example>", "ana@shop.example", message.Title, message.At, "auto-generated"),
            ($"{mail.From}", $"{mail.To}", mail.Subject, mail.Date, mail.Headers[HeaderId.AutoSubmitted]));
        Assert.Equal(
            (Lines(TextMail.Of(message)), Lines(HtmlMail.Of(message))), (Lines(mail.TextBody), Lines(mail.HtmlBody)));
    }

    [Fact]
    public async Task Each_try_of_a_message_has_the_same_id_and_each_message_its_own()
    {
        await using var server = MailServer.Start(SmtpSecurity.StartTls);

        foreach (var id in (string[])["run-1", "run-1", "run-2"])
        {
            await SendAsync(server, SmtpSecurity.StartTls, message: SampleMessages.Named("failure") with { Id = id });
        }

        var ids = server.Received.Select(mail => mail.MessageId).ToList();
        Assert.Equal(ids[0], ids[1]);
        Assert.NotEqual(ids[0], ids[2]);
        Assert.EndsWith("@shop.example", ids[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_test_logs_in_and_sends_nothing()
    {
        await using var server = MailServer.Start(SmtpSecurity.StartTls);

        var delivery = await SendAsync(server, SmtpSecurity.StartTls, isTest: true);

        Assert.Equal(
            new Delivery(DeliveryOutcome.Accepted,
                $"localhost:{server.Port} can be reached and knows the login; no mail to ana@shop.example was sent."),
            delivery);
        Assert.Single(server.Logins);
        Assert.Empty(server.Received);
    }

    public static TheoryData<int, string, string, string> Answers => new()
    {
        { 421, "going down", "Later", "takes nothing for the moment (421). It says: going down" },
        { 450, "greylisted, try later", "Later",
            "takes nothing for the moment (450). It says: greylisted, try later" },
        { 452, "disk full", "Later", "takes nothing for the moment (452). It says: disk full" },
        { 552, "too large", "Refused", "refused the mail (552). It says: too large" },
        { 554, "looks like spam", "Refused", "refused the mail (554). It says: looks like spam" },
    };

    [Theory]
    [MemberData(nameof(Answers))]
    public async Task Four_hundreds_are_for_now_and_five_hundreds_for_good(
        int status, string words, string outcome, string expected)
    {
        await using var server = MailServer.Start(SmtpSecurity.StartTls);
        server.Answer = new SmtpServer.Protocol.SmtpResponse((SmtpReplyCode)status, words);

        var delivery = await SendAsync(server, SmtpSecurity.StartTls);

        Assert.Equal((outcome, $"localhost:{server.Port} {expected}"), ($"{delivery.Outcome}", delivery.Text));
        Assert.Empty(server.Received);
    }

    [Fact]
    public async Task A_refused_sender_and_a_refused_recipient_are_named()
    {
        await using var server = MailServer.Start(SmtpSecurity.StartTls);

        server.TakesRecipient = false;
        var recipient = await SendAsync(server, SmtpSecurity.StartTls);
        server.TakesSender = false;
        var sender = await SendAsync(server, SmtpSecurity.StartTls);

        Assert.Contains("refused the recipient ana@shop.example (550)", recipient.Text, StringComparison.Ordinal);
        Assert.Contains("refused the sender data@shop.example (550): see Greenery:Alerts:Smtp:From", sender.Text,
            StringComparison.Ordinal);
        Assert.Equal((DeliveryOutcome.Refused, DeliveryOutcome.Refused), (recipient.Outcome, sender.Outcome));
    }

    [Fact]
    public async Task A_wrong_password_is_refused_with_the_setting_and_never_shown()
    {
        await using var server = MailServer.Start(SmtpSecurity.StartTls);

        var delivery = await SendAsync(
            server, SmtpSecurity.StartTls, login: new SmtpLogin(MailServer.User, new Secret("not-the-password")));

        Assert.Equal(DeliveryOutcome.Refused, delivery.Outcome);
        Assert.StartsWith(
            $"localhost:{server.Port} does not know the login: put a valid one into Greenery:Alerts:Smtp:User and "
            + "Greenery:Alerts:Smtp:Password.", delivery.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("not-the-password", $"{delivery}", StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_is_said_to_a_server_without_STARTTLS()
    {
        await using var server = MailServer.Start(SmtpSecurity.None);

        var delivery = await SendAsync(server, SmtpSecurity.StartTls);

        Assert.Equal(DeliveryOutcome.Refused, delivery.Outcome);
        Assert.Contains("does not offer STARTTLS", delivery.Text, StringComparison.Ordinal);
        Assert.Empty(server.Logins);
        Assert.Empty(server.Received);
    }

    [Theory]
    [InlineData(SmtpSecurity.StartTls)]
    [InlineData(SmtpSecurity.Tls)]
    public async Task A_certificate_that_is_not_trusted_gets_no_password(SmtpSecurity security)
    {
        await using var server = MailServer.Start(security);

        var delivery = await SendAsync(server, security, trustsServer: false);

        Assert.Equal(DeliveryOutcome.Later, delivery.Outcome);
        Assert.Contains("no certificate that is trusted here", delivery.Text, StringComparison.Ordinal);
        Assert.Empty(server.Logins);
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_asked_again_later() => Assert.Equal(
        new Delivery(DeliveryOutcome.Later,
            "localhost:1 cannot be reached; see Greenery:Alerts:Smtp:Host, Greenery:Alerts:Smtp:Port, the network and "
            + "its firewalls."),
        await SendAsync(1, SmtpSecurity.StartTls));

    [Fact]
    public async Task What_answers_but_is_no_mail_server_is_asked_again_later()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        var answering = AnswerAsync(listener);

        var delivery = await SendAsync(port, SmtpSecurity.StartTls);

        await answering;
        Assert.Equal(
            new Delivery(DeliveryOutcome.Later,
                $"localhost:{port} cut the connection or does not speak SMTP; it may have taken the message all the "
                + "same."),
            delivery);
    }

    [Fact]
    public async Task No_message_takes_longer_than_the_time_limit()
    {
        await using var server = MailServer.Start(SmtpSecurity.StartTls);
        server.Pause = TimeSpan.FromSeconds(30);

        var delivery = await SendAsync(server.Port, SmtpSecurity.StartTls, timeout: TimeSpan.FromSeconds(2));

        Assert.Equal(
            new Delivery(DeliveryOutcome.Later,
                $"localhost:{server.Port} did not answer within 2 s; it may have taken the message all the same."),
            delivery);
    }

    [Theory]
    [InlineData("ana@shop.example\r\nRCPT TO:<x@evil.example>")]
    [InlineData("ana")]
    public async Task What_is_no_address_is_not_sent(string to)
    {
        await using var server = MailServer.Start(SmtpSecurity.None);

        var delivery = await SendAsync(server.Port, SmtpSecurity.None, to: to);

        Assert.Equal(DeliveryOutcome.Refused, delivery.Outcome);
        Assert.Empty(server.Logins);
    }

    private static Task<Delivery> SendAsync(MailServer server, SmtpSecurity security, Message? message = null,
        bool isTest = false, SmtpLogin? login = null, bool trustsServer = true) =>
        SendAsync(server.Port, security, message, isTest, login, trustsServer);

    private static Task<Delivery> SendAsync(
        int port, SmtpSecurity security, Message? message = null, bool isTest = false, SmtpLogin? login = null,
        bool trustsServer = true, TimeSpan? timeout = null, string to = "ana@shop.example")
    {
        var channel = new SmtpChannel(
            "localhost", port, security, login ?? Login, "data@shop.example", "Greenery");
        return new SmtpTransport(
            channel, timeout ?? TimeSpan.FromSeconds(20), trustsServer ? IsOfMailServer : null)
            .SendAsync(message ?? SampleMessages.Named("failure"), new Destination("email", to), isTest,
                CancellationToken.None);
    }

    private static bool IsOfMailServer(
        object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors) =>
        certificate?.Subject == MailServer.Subject;

    private static async Task AnswerAsync(TcpListener listener)
    {
        using var client = await listener.AcceptTcpClientAsync();
        await client.GetStream().WriteAsync("HTTP/1.1 400 Bad Request\r\n\r\n"u8.ToArray());
    }

    private static string Lines(string? text) => text!.ReplaceLineEndings("\n").TrimEnd('\n');
}
