using System.Text.Json;
using Greenery.Alerts.Channels;
using Greenery.Alerts.Routing;
using Greenery.Tests.Alerts.Rendering;

namespace Greenery.Tests.Alerts.Channels;

/// <summary>
/// Neither the key nor the webhook's query is anywhere a person or a log may see it, whatever happens.
/// </summary>
public sealed class ChannelSecretsTests : IAsyncLifetime
{
    private TransportHarness _harness = null!;

    public async Task InitializeAsync() => _harness = await TransportHarness.StartAsync();

    public async Task DisposeAsync() => await _harness.DisposeAsync();

    public static TheoryData<string, int> Answers
    {
        get
        {
            var data = new TheoryData<string, int>();
            foreach (var status in (int[])[202, 307, 400, 401, 403, 404, 413, 429, 500])
            {
                data.Add("email", status);
                data.Add("teams", status);
            }
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Answers))]
    public async Task No_answer_brings_a_secret_out_even_if_it_repeats_all_it_was_sent(string kind, int status)
    {
        var echo = $"key {ChannelServer.Key} at {_harness.Server.Webhook} or "
            + $"{Uri.UnescapeDataString(_harness.Server.Webhook)}, sig {ChannelServer.Signature}";
        _harness.Server.Next(status, kind == "email" ? ChannelServer.Errors(echo)
            : ChannelServer.Error(echo), ("Location", _harness.Server.Webhook));

        var delivery = await (kind == "email" ? _harness.MailAsync() : _harness.CardAsync());

        AssertNoSecret($"{delivery}", kind);
        AssertNoSecret(_harness.Written, kind);
    }

    [Fact]
    public async Task Not_even_half_a_key_is_left_where_words_are_shortened()
    {
        _harness.Server.Next(400, ChannelServer.Errors(new string('x', 280) + ChannelServer.Key));

        Assert.DoesNotContain(ChannelServer.Key[..8], (await _harness.MailAsync()).Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("email")]
    [InlineData("teams")]
    public async Task No_failure_brings_a_secret_out(string kind)
    {
        _harness.Server.NextIsCut();
        var cut = await (kind == "email" ? _harness.MailAsync() : _harness.CardAsync());
        _harness.Server.NextIsSlow();
        using var stop = new CancellationTokenSource(TimeSpan.FromSeconds(1.5));
        var cancelled =
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _harness.Transport(kind).SendAsync(
            SampleMessages.Named("recovery"), new Destination(kind, kind == "email" ? "ana@shop.example" : "data"),
            false, stop.Token));

        AssertNoSecret($"{cut}", kind);
        AssertNoSecret($"{cancelled}", kind);
        AssertNoSecret(_harness.Written, kind);
    }

    [Fact]
    public async Task Traces_are_seen_by_these_tests()
    {
        await _harness.CardAsync();

        Assert.Contains("127.0.0.1", _harness.Written, StringComparison.Ordinal);
    }

    [Fact]
    public void Settings_do_not_show_them_when_they_are_written_out()
    {
        var channels = new AlertChannels
        {
            Email = new EmailChannel(
                new Secret(ChannelServer.Key), "a@b.example", "x", new Uri("https://api.sendgrid.com")),
            Teams = [new TeamsChannel("data", new Secret(_harness.Server.Webhook))],
        };

        AssertNoSecret($"{channels} {channels.Email} {channels.Teams[0]} {JsonSerializer.Serialize(channels)}", "both");
    }

    private static void AssertNoSecret(string text, string kind)
    {
        // What the other service repeats is no secret of its own: each is judged by the one it is sent.
        if (kind != "teams")
        {
            Assert.DoesNotContain(ChannelServer.Key, text, StringComparison.Ordinal);
        }
        if (kind != "email")
        {
            Assert.DoesNotContain(ChannelServer.Signature, text, StringComparison.Ordinal);
            Assert.DoesNotContain(Uri.EscapeDataString(ChannelServer.Signature), text, StringComparison.Ordinal);
            Assert.DoesNotContain("api-version", text, StringComparison.Ordinal);
        }
    }
}
