using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Greenery.Alerts.Channels;
using Greenery.Alerts.Messages;
using Greenery.Alerts.Rendering;
using Greenery.Alerts.Routing;
using Greenery.Tests.Alerts.Rendering;

namespace Greenery.Tests.Alerts.Channels;

/// <summary>Mails as SendGrid gets them, and what comes of its answers.</summary>
public sealed class SendGridTransportTests : IAsyncLifetime
{
    private static readonly DateTimeOffset Now = new(2026, 11, 24, 20, 0, 0, TimeSpan.Zero);

    private TransportHarness _harness = null!;

    public async Task InitializeAsync() => _harness = await TransportHarness.StartAsync(new FrozenTime(Now));

    public async Task DisposeAsync() => await _harness.DisposeAsync();

    [Fact]
    public async Task A_mail_has_all_that_SendGrid_asks_for()
    {
        await _harness.MailAsync();

        var request = Assert.Single(_harness.Server.Received);
        Assert.Equal(("/v3/mail/send", ""), (request.Path, request.Query));
        Assert.Equal($"Bearer {ChannelServer.Key}", request.Headers["Authorization"]);
        Assert.StartsWith("application/json", request.Headers["Content-Type"], StringComparison.Ordinal);
        var message = SampleMessages.Named("failure");
        var mail = request.Json;
        Assert.Equal(
            """[{"to":[{"email":"ana@shop.example"}],"custom_args":{"greenery_message_id":"run-128:email:crm@shop.example"}}]""",
            mail["personalizations"]!.ToJsonString());
        Assert.True(JsonNode.DeepEquals(
            JsonNode.Parse("""{"email":"data@shop.example","name":"Greenery"}"""), mail["from"]));
        Assert.Equal(message.Title, (string?)mail["subject"]);
        Assert.Equal("""["greenery","greenery-error"]""", mail["categories"]!.ToJsonString());
        Assert.Equal(("text/plain", TextMail.Of(message)),
            ((string?)mail["content"]![0]!["type"], (string?)mail["content"]![0]!["value"]));
        Assert.Equal(("text/html", HtmlMail.Of(message)),
            ((string?)mail["content"]![1]!["type"], (string?)mail["content"]![1]!["value"]));
        Assert.False((bool?)mail["mail_settings"]!["sandbox_mode"]!["enable"]);
    }

    [Fact]
    public async Task A_mail_that_is_queued_has_a_receipt_and_claims_no_arrival() => Assert.Equal(
        new Delivery(
            DeliveryOutcome.Accepted,
            "SendGrid queued the mail to ana@shop.example; whether it arrives is not known.",
            null,
            "14c5d75ce93.dfd.64b469"),
        await _harness.MailAsync());

    [Fact]
    public async Task A_test_goes_to_the_sandbox_and_says_so()
    {
        var delivery = await _harness.MailAsync(isTest: true);

        Assert.Equal(
            (DeliveryOutcome.Accepted,
                "SendGrid's sandbox found the mail to ana@shop.example right; nothing was sent."),
            (delivery.Outcome, delivery.Text));
        Assert.True((bool?)_harness.Server.Received.Single().Json["mail_settings"]!["sandbox_mode"]!["enable"]);
    }

    public static TheoryData<int, string, string, string> Refusals => new()
    {
        {
            400,
            """{"errors":[{"message":"Does not contain a valid address.","field":"personalizations.0.to.0.email","help":"http://x"},{"message":"Bad\nsubject","field":null}]}""",
            "Refused",
            "SendGrid refused the mail (400). It says: Does not contain a valid address. (field "
                + "personalizations.0.to.0.email); Bad subject"
        },
        { 400, "<html>no JSON</html>", "Refused", "SendGrid refused the mail (400)." },
        { 400, """["errors"]""", "Refused", "SendGrid refused the mail (400)." },
        { 400, """{"errors":["in words",{"message":7}]}""", "Refused", "SendGrid refused the mail (400). It says: in words" },
        {
            401,
            ChannelServer.Errors("The provided authorization grant is invalid, expired, or revoked"),
            "Refused",
            "SendGrid does not know the key (401): put a valid one into Greenery:Alerts:Email:ApiKey. "
            + "It says: The provided authorization grant is invalid, expired, or revoked"
        },
        {
            403,
            ChannelServer.Errors("The from address does not match a verified Sender Identity.", "from"),
            "Refused",
            "SendGrid forbids the sender data@shop.example (403): verify it there, or change "
                + "Greenery:Alerts:Email:From. "
            + "It says: The from address does not match a verified Sender Identity. (field from)"
        },
        {
            403,
            ChannelServer.Errors("access forbidden"),
            "Refused",
            "SendGrid forbids it (403): the key in Greenery:Alerts:Email:ApiKey lacks the permission Mail Send, or "
            + "the sender data@shop.example is not verified. It says: access forbidden"
        },
        { 413, "", "Refused", "SendGrid found the mail too large (413)." },
        { 404, "", "Refused", "127.0.0.1 answered 404, as SendGrid does not: see Greenery:Alerts:Email:Host." },
        { 408, "", "Later", "SendGrid could not take the mail (408)." },
        { 429, ChannelServer.Errors("too many requests"), "Later",
            "SendGrid takes no more mails for the moment (429)." },
        { 500, "", "Later", "SendGrid could not take the mail (500)." },
        { 503, ChannelServer.Errors("upstream"), "Later", "SendGrid could not take the mail (503). It says: upstream" },
    };

    [Theory]
    [MemberData(nameof(Refusals))]
    public async Task A_refusal_says_what_to_do(int status, string body, string outcome, string words)
    {
        _harness.Server.Next(status, body);

        var delivery = await _harness.MailAsync();

        Assert.Equal((outcome, words, null, null),
            ($"{delivery.Outcome}", delivery.Text, delivery.RetryAfter, delivery.Receipt));
    }

    [Fact]
    public async Task Used_up_credits_are_no_wrong_key_and_wait_for_the_next_day()
    {
        _harness.Server.Next(401, ChannelServer.Errors("Maximum credits exceeded"));

        var delivery = await _harness.MailAsync();

        Assert.Equal((DeliveryOutcome.Later, TimeSpan.FromHours(4)), (delivery.Outcome, delivery.RetryAfter));
        Assert.Contains("all the mails that its plan allows", delivery.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Retry-After", "17", 17)]
    [InlineData("Retry-After", "Tue, 24 Nov 2026 20:01:30 GMT", 90)]
    [InlineData("Retry-After", "Tue, 24 Nov 2026 19:00:00 GMT", 0)]
    [InlineData("X-RateLimit-Reset", "1795550440", 40)]
    [InlineData("Retry-After", "2000000000", 86400)]
    [InlineData("X-RateLimit-Reset", "999999999999999999", null)]
    [InlineData("X-RateLimit-Reset", "soon", null)]
    public async Task SendGrid_says_when_to_ask_again(string header, string value, int? seconds)
    {
        _harness.Server.Next(429, "", (header, value));
        _harness.Server.Next(503, "", (header, value));

        Assert.Equal(seconds, (await _harness.MailAsync()).RetryAfter?.TotalSeconds);
        Assert.Equal(seconds, (await _harness.MailAsync()).RetryAfter?.TotalSeconds);
    }

    [Fact]
    public async Task A_redirect_is_not_followed_with_the_key()
    {
        _harness.Server.Next(307, "", ("Location", "/elsewhere"));

        var delivery = await _harness.MailAsync();

        Assert.Equal(DeliveryOutcome.Refused, delivery.Outcome);
        Assert.Single(_harness.Server.Received);
    }

    [Fact]
    public async Task What_surely_never_left_is_tried_again_at_once()
    {
        using var free = new TcpListener(IPAddress.Loopback, 0);
        free.Start();
        var endpoint = (IPEndPoint)free.LocalEndpoint;
        free.Stop();
        await using var harness = await TransportHarness.StartAsync(_ => new Uri($"http://{endpoint}"));

        var sending = harness.MailAsync();
        using var listener = new TcpListener(endpoint);
        listener.Start();
        using var connection = await listener.AcceptTcpClientAsync().WaitAsync(TimeSpan.FromSeconds(20));
        await connection.GetStream().WriteAsync("HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n"u8.ToArray());

        Assert.Equal(DeliveryOutcome.Accepted, (await sending).Outcome);
    }

    [Fact]
    public async Task Who_cuts_the_connection_may_have_taken_the_mail()
    {
        _harness.Server.NextIsCut();

        Assert.Equal(
            new Delivery(
                DeliveryOutcome.Later,
                "127.0.0.1 cut the connection without an answer; it may have taken the message all the same."),
            await _harness.MailAsync());
    }

    [Theory]
    [InlineData(202, DeliveryOutcome.Accepted)]
    [InlineData(400, DeliveryOutcome.Refused)]
    [InlineData(502, DeliveryOutcome.Later)]
    public async Task A_status_counts_even_when_the_words_after_it_are_cut_off(int status, DeliveryOutcome outcome)
    {
        using var http = new HttpClient(
            new BoundedBody { InnerHandler = new TruncatedResponse((HttpStatusCode)status) });

        Assert.Equal(outcome, (await SendAsync(http)).Outcome);
    }

    [Fact]
    public async Task No_request_takes_longer_than_the_time_limit()
    {
        using var http = new HttpClient { Timeout = TimeSpan.FromMilliseconds(200) };
        _harness.Server.NextIsSlow();

        var delivery = await SendAsync(http);

        Assert.Equal(
            new Delivery(DeliveryOutcome.Later,
                "127.0.0.1 did not answer within 0.2 s; it may have taken the message all the same."),
            delivery);
    }

    [Fact]
    public async Task Who_is_cancelled_does_not_know_and_throws()
    {
        using var stop = new CancellationTokenSource(TimeSpan.FromMilliseconds(200));
        _harness.Server.NextIsSlow();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _harness.Transport("email").SendAsync(
            SampleMessages.Named("recovery"), new Destination("email", "ana@shop.example"), false, stop.Token));
    }

    [Fact]
    public async Task A_host_that_is_not_there_is_asked_again_later()
    {
        await using var harness = await TransportHarness.StartAsync(_ => new Uri("http://127.0.0.1:1"));

        Assert.Equal(
            new Delivery(DeliveryOutcome.Later, "127.0.0.1 cannot be reached; see the network and its firewalls."),
            await harness.MailAsync());
    }

    [Fact]
    public async Task What_is_no_address_is_not_sent()
    {
        var delivery = await _harness.MailAsync(to: "ana@shop.example\r\nBcc: x@evil.example");

        Assert.Equal(DeliveryOutcome.Refused, delivery.Outcome);
        Assert.Empty(_harness.Server.Received);
    }

    private Task<Delivery> SendAsync(HttpClient http)
    {
        var channel = new EmailChannel(new Secret("SG.x"), "data@shop.example", "Greenery", _harness.Server.Address);
        return new SendGridTransport(http, channel, TimeProvider.System).SendAsync(
            SampleMessages.Named("recovery"), new Destination("email", "ana@shop.example"), false,
            CancellationToken.None);
    }
}
