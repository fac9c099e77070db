using Greenery.Tests.Support;

namespace Greenery.Tests.Alerts.Channels;

/// <summary><c>greenery alerts test</c> against servers that answer as SendGrid and Teams do.</summary>
public sealed class AlertsTestCommandTests : IAsyncLifetime, IDisposable
{
    private readonly TestDataFolder _folder = new();
    private ChannelServer _server = null!;

    public async Task InitializeAsync() => _server = await ChannelServer.StartAsync();

    public async Task DisposeAsync() => await _server.DisposeAsync();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task It_says_what_every_channel_would_do_and_disturbs_no_inbox()
    {
        var result = await Cli(ChannelServer.Key).RunAsync("alerts", "test");

        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.Contains("Info: A test of Greenery's alerts", result.Output, StringComparison.Ordinal);
        Assert.Contains("SendGrid's sandbox found the mail to ana@shop.example right; nothing was sent.", result.Output,
            StringComparison.Ordinal);
        Assert.Contains("The flow of Teams channel data took the test card (202)", result.Output,
            StringComparison.Ordinal);
        Assert.Contains($"Written to {_folder.Path}", result.Output, StringComparison.Ordinal);
        Assert.True((bool?)_server.Received.Single(request =>
            request.Path == "/v3/mail/send").Json["mail_settings"]!["sandbox_mode"]!["enable"]);
    }

    [Fact]
    public async Task A_wrong_key_is_named_and_not_shown()
    {
        const string WrongKey = "SG.wrong-secret-key";

        var result = await Cli(WrongKey).RunAsync("alerts", "test", "--json");

        Assert.Equal(2, result.ExitCode);
        Assert.Contains("SendGrid does not know the key (401): put a valid one into Greenery:Alerts:Email:ApiKey.",
            result.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("wrong-secret", result.Output + result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("sig=", result.Output + result.Error, StringComparison.Ordinal);
    }

    private CliProcess Cli(string key) => new CliProcess()
        .With("Greenery__Sql", Repository.SqlFolder)
        .With("Greenery__Alerts__Owner", "ana@shop.example")
        .With("Greenery__Alerts__Email__ApiKey", key)
        .With("Greenery__Alerts__Email__From", "data@shop.example")
        .With("Greenery__Alerts__Email__Host", _server.Address.AbsoluteUri)
        .With("Greenery__Alerts__Teams__data__Url", _server.Webhook)
        .With("Greenery__Alerts__Folder", _folder.Path);
}
