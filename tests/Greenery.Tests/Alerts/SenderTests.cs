using Greenery.Alerts.Channels;
using Greenery.Alerts.Messages;
using Greenery.Alerts.Outbox;
using Greenery.Alerts.Routing;
using Greenery.Tests.Support;

namespace Greenery.Tests.Alerts;

/// <summary>
/// The outbox and its senders: each message once, tries with patience, and a channel that is down tells on itself.
/// </summary>
public sealed class SenderTests(TestDatabase database) : IClassFixture<TestDatabase>, IAsyncLifetime
{
    private readonly TestTime _time = new(new DateTime(2026, 11, 24, 12, 0, 0, DateTimeKind.Utc));
    private readonly RecordingTransport _mail = new("email");

    public Task InitializeAsync() =>
        database.RunAsync("truncate ops.outbox, ops.outbox_event, ops.alert_channel, ops.incident, "
        + "ops.incident_event, ops.digest restart identity cascade");

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task Four_senders_at_once_send_each_message_once()
    {
        for (var i = 0; i < 40; i++)
        {
            await PutAsync($"message {i:00}");
        }
        _mail.AfterTaking = () => Task.Delay(5);
        var summaries = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(SendAsync)));
        Assert.Equal(Enumerable.Range(0, 40).Select(i => $"message {i:00}"),
            _mail.Taken.Select(taken => taken.Message.Title).Order(StringComparer.Ordinal));
        Assert.Equal(40, summaries.Sum(summary => summary.Accepted));
        Assert.Equal([40],
            await database.ListAsync<long>("select count(*) from ops.outbox where state = 'accepted' and attempts = "
            + "1 and receipt is null and claim is null"));
    }

    [Fact]
    public async Task What_is_read_from_the_outbox_is_what_was_put_there()
    {
        await PutAsync("<b>Zoë's</b> \"plants\" \u0007 & 🌱");
        await SendAsync();
        var (message, to) = Assert.Single(_mail.Taken);
        Assert.Equal(("<b>Zoë's</b> \"plants\" \u0007 & 🌱", new Destination("email", "ana@greenery.example")),
            (message.Title, to));
        var block = Assert.IsType<Block.Paragraph>(Assert.Single(message.Blocks));
        Assert.Equal("*words*", block.Text);
        Assert.Equal(_time.GetUtcNow(), message.At);
    }

    [Fact]
    public async Task A_message_whose_sender_died_is_taken_up_again_when_its_right_has_run_out()
    {
        await PutAsync("x");
        _mail.AfterTaking = () => throw new OperationCanceledException("killed");
        using var killed = new CancellationTokenSource();
        await killed.CancelAsync();
        var outbox = new Outbox(database.Warehouse);
        Assert.NotNull(await outbox.ClaimAsync(["email"], _time.Now, CancellationToken.None));
        _mail.AfterTaking = () => Task.CompletedTask;

        _time.Advance(TimeSpan.FromMinutes(4));
        Assert.Equal(new SendSummary(), await SendAsync());
        _time.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal(new SendSummary(Accepted: 1), await SendAsync());
        Assert.Equal(2, await database.ValueAsync<int>("select attempts from ops.outbox"));
    }

    [Fact]
    public async Task A_short_pause_is_waited_for_and_a_long_one_is_left_to_the_next_call()
    {
        await PutAsync("short");
        _mail.Answer = (_, _) => _mail.Calls == 1 ? new Delivery(DeliveryOutcome.Later, "429", TimeSpan.FromSeconds(20))
            : new Delivery(DeliveryOutcome.Accepted, "202", Receipt: "id-1");
        var start = _time.Now;
        Assert.Equal(new SendSummary(Accepted: 1, Later: 1), await SendAsync());
        Assert.InRange(_time.Now - start, TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(21));
        Assert.Equal("id-1", await database.ValueAsync<string>("select receipt from ops.outbox"));

        await PutAsync("long");
        await PutAsync("after it");
        _mail.Answer = (_, _) =>
            new Delivery(DeliveryOutcome.Later, "503, come back in an hour", TimeSpan.FromHours(1));
        Assert.Equal(new SendSummary(Later: 1), await SendAsync());
        _mail.Answer = (_, _) => new Delivery(DeliveryOutcome.Accepted, "202");
        _time.Advance(TimeSpan.FromMinutes(59));
        // Who asks for patience asks for all messages of the channel.
        Assert.Equal(new SendSummary(), await SendAsync());
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(new SendSummary(Accepted: 2), await SendAsync());
    }

    [Fact]
    public async Task Tries_become_rarer_and_after_three_days_it_is_given_up()
    {
        await PutAsync("x");
        _mail.Answer = (_, _) => new Delivery(DeliveryOutcome.Later, "503 from the relay.");
        Assert.Equal(new SendSummary(Later: 3), await SendAsync());
        var waits = new List<TimeSpan>();
        while (await database.ValueAsync<string>("select state from ops.outbox") == "waiting")
        {
            var next = await database.ValueAsync<DateTime>("select next_try_at from ops.outbox");
            waits.Add(next - _time.Now);
            _time.Set(next);
            await SendAsync();
        }
        Assert.Equal([1, 5, 15, 60, 60], waits.Take(5).Select(wait => Math.Round(wait.TotalMinutes)));
        Assert.InRange(waits.Count, 70, 80);
        Assert.Matches(
            "^given_up Given up after 7\\d attempts in 3 days. 503 from the relay. Mend the channel, then 'greenery "
                + "alerts send --again' sends it.$",
            await database.ValueAsync<string>("select state || ' ' || last_error from ops.outbox"));
    }

    [Fact]
    public async Task A_message_that_has_waited_for_its_channel_is_tried_for_as_long_as_any_other()
    {
        await PutAsync("x");
        _time.Advance(TimeSpan.FromDays(5));
        _mail.Answer = (_, _) => new Delivery(DeliveryOutcome.Later, "503 from the relay.");
        await SendAsync();
        Assert.Equal("waiting 3", await database.ValueAsync<string>("select state || ' ' || attempts from ops.outbox"));

        _time.Advance(TimeSpan.FromDays(2.9));
        await SendAsync();
        Assert.Equal("waiting", await database.ValueAsync<string>("select state from ops.outbox"));
        _time.Advance(TimeSpan.FromHours(3));
        await SendAsync();

        Assert.Equal("given_up", await database.ValueAsync<string>("select state from ops.outbox"));
    }

    [Fact]
    public async Task What_no_host_can_try_for_a_week_is_given_up_with_what_to_do_and_can_be_sent_again()
    {
        await PutAsync("x", "pager");
        _time.Advance(TimeSpan.FromDays(6.9));
        Assert.Equal(new SendSummary(), await SendAsync());
        Assert.Equal("waiting 0", await database.ValueAsync<string>("select state || ' ' || attempts from ops.outbox"));
        _time.Advance(TimeSpan.FromDays(0.2));
        await SendAsync();
        Assert.Equal(
            "given_up Given up: it waited for 7 days. Channel 'pager' is wrong in the settings, or no host has it. "
                + "Mend the channel, then 'greenery alerts send --again' sends it.",
            await database.ValueAsync<string>("select state || ' ' || last_error from ops.outbox"));

        await new OutboxOverview(database.Warehouse).TryAgainAsync(_time.Now, CancellationToken.None);
        await SendAsync();
        Assert.Equal("waiting", await database.ValueAsync<string>("select state from ops.outbox"));
    }

    [Fact]
    public async Task A_refusal_is_final_until_it_is_retried()
    {
        await PutAsync("x");
        _mail.Answer = (_, _) => new Delivery(DeliveryOutcome.Refused, "401: the key is wrong.");
        Assert.Equal(new SendSummary(Refused: 1), await SendAsync());
        _time.Advance(TimeSpan.FromDays(1));
        Assert.Equal(new SendSummary(), await SendAsync());
        Assert.Equal("refused 401: the key is wrong.",
            await database.ValueAsync<string>("select state || ' ' || last_error from ops.outbox"));
        _mail.Answer = (_, _) => new Delivery(DeliveryOutcome.Accepted, "202");
        await new OutboxOverview(database.Warehouse).TryAgainAsync(_time.Now, CancellationToken.None);
        Assert.Equal(new SendSummary(Accepted: 1), await SendAsync());
    }

    [Fact]
    public async Task A_channel_that_throws_holds_up_no_other_and_one_of_another_host_is_left_to_it()
    {
        await PutAsync("of another host", "pager");
        await PutAsync("thrown");
        _mail.Answer = (_, _) => throw new InvalidOperationException("https://example/?sig=secret");
        var summary = await SendAsync();
        Assert.Equal((3, 0), (summary.Later, summary.Refused));
        Assert.Equal(
            ["waiting 0", "waiting 3 A defect of the channel: InvalidOperationException."],
            await database.ListAsync<string>(
                "select concat_ws(' ', state, attempts, last_error) from ops.outbox order by outbox_id"));
    }

    [Fact]
    public async Task A_channel_that_kept_failing_is_not_tried_again_by_a_later_call_of_the_same_sender()
    {
        _mail.Answer = (_, _) => new Delivery(DeliveryOutcome.Later, "421", TimeSpan.FromSeconds(1));
        var sender = new Sender(database.Warehouse, [_mail], ["email"], _time);
        await PutAsync("alert");
        await sender.SendAsync(CancellationToken.None);
        Assert.Equal(3, _mail.Calls);

        await PutAsync("digest");
        await sender.SendAsync(CancellationToken.None);
        Assert.Equal(3, _mail.Calls);

        await SendAsync();
        Assert.True(_mail.Calls > 3);
    }

    [Theory]
    [InlineData(30_000, 10)]
    [InlineData(400, 5_000)]
    [InlineData(1, 3_000_000)]
    public async Task A_message_is_stored_within_a_limit_and_delivered(int problems, int letters)
    {
        var problem = new MessageProblem(
            "core.orders.total", MessageSeverity.Error, "ana", new string('x', letters), 1, null, "new");
        await PutAsync("x", blocks: [new Block.Problems("", [.. Enumerable.Repeat(problem, problems)])]);

        Assert.InRange(
            Assert.Single(await database.ListAsync<int>("select octet_length(message::text) from ops.outbox")),
            1, OutboxWriter.MostBytes);
        await SendAsync();
        var (message, _) = Assert.Single(_mail.Taken);
        Assert.Equal("x", message.Title);
        Assert.Equal("This message was shortened.", Assert.Single(message.Blocks.OfType<Block.Paragraph>()).Text);
    }

    private Task<SendSummary> SendAsync() =>
        new Sender(database.Warehouse, [_mail], ["email"], _time).SendAsync(CancellationToken.None);

    private async Task PutAsync(string title, string kind = "email", IReadOnlyList<Block>? blocks = null)
    {
        var message = new Message(Guid.NewGuid().ToString("n"), _time.GetUtcNow(), MessageSeverity.Plain, title,
            blocks ?? [new Block.Paragraph("*words*")], []);
        var draft = new MessageDraft("poll", new Recipient("ana", kind, new Destination(kind, "ana@greenery.example")),
            message, [], _time.Now, null);
        await using var connection = await database.Warehouse.ConnectAsync(CancellationToken.None);
        await OutboxWriter.WriteAsync(connection, draft, _time.Now, CancellationToken.None);
    }
}
