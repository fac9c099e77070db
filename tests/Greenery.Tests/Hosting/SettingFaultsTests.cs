using Greenery.Alerts;
using Greenery.Hosting;
using Greenery.Runs;
using Greenery.Tests.Support;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Greenery.Tests.Hosting;

/// <summary>A setting that a run does not need never stops it: people are notified, and it goes on.</summary>
public sealed class SettingFaultsTests : IDisposable
{
    private const string Unresolved = "@Microsoft.KeyVault(VaultName=kv-shop;SecretName=secret)";

    private readonly TestDataFolder _messages = new();

    [Fact]
    public async Task A_run_publishes_whatever_is_wrong_with_them_and_the_channel_that_works_says_so()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        await using (var broken = Services(test,
            ("Greenery:Alerts:Teams:team:Url", Unresolved),
            ("Greenery:Alerts:Email:ApiKey", "@Microsoft.KeyVault(SecretUri=https://kv.vault.azure.net/secrets/a)"),
            ("Greenery:Alerts:Email:From", "shop@greenery.example"),
            ("Greenery:Alerts:Subscribers", "team, pager"),
            ("Greenery:Alerts:QuietHours", "never"), ("Greenery:Url", "greenery"), ("Greenery:Links:Key", "short"),
            ("Greenery:MaxAge", "a day"), ("Greenery:Retention:Ledgers", "7"), ("Greenery:Reports", test.Drops),
            ("Greenery:Project", "../shop"), (TelemetrySettings.Insights, Unresolved),
            (TelemetrySettings.Collector, "localhost")))
        {
            var host = broken.GetRequiredService<PipelineHost>();

            var report = await test.RunAsync(await host.PipelineAsync(CancellationToken.None));

            Assert.Equal(RunState.Published, report.State);
            Assert.Equal(
                [
                    "channel:email", "channel:team", "setting:APPLICATIONINSIGHTS_CONNECTION_STRING",
                    "setting:Greenery:Alerts:QuietHours", "setting:Greenery:Alerts:Subscribers",
                    "setting:Greenery:Links:Key", "setting:Greenery:MaxAge", "setting:Greenery:Project",
                    "setting:Greenery:Reports", "setting:Greenery:Retention:Ledgers", "setting:Greenery:Url",
                    "setting:OTEL_EXPORTER_OTLP_ENDPOINT",
                ],
                await test.ListAsync("select subject from ops.incident where level = 'error' order by subject"));
            Assert.Equal(
                [
                    "folder accepted 10 settings are wrong; runs go on without them",
                    "folder accepted Notifications are not delivered on channel email",
                ],
                await test.ListAsync(
                    "select concat_ws(' ', channel, state, title) from ops.outbox where topic <> 'digest' order by 1"));
            // What a broken channel would have said waits for it.
            Assert.Equal(["0 waiting"], await test.ListAsync(
                "select concat_ws(' ', attempts, state) from ops.outbox where channel = 'team'"));
            Assert.Equal(
                ["channel:email", "channel:team"],
                (await (await host.AlertingAsync(CancellationToken.None)).FailingChannelsAsync(CancellationToken.None))
                    .Select(failing => $"channel:{failing.Channel}"));
        }
        await using var mended = Services(test);
        await (await mended.GetRequiredService<PipelineHost>().AlertingAsync(CancellationToken.None))
            .CheckAsync(CancellationToken.None);

        Assert.Empty(mended.GetRequiredService<SettingFaults>().All);
        // That the page of that run is missing was the incident of a setting, which is right now.
        Assert.Empty(await test.ListAsync("select subject from ops.incident where level <> 'ok'"));
    }

    [Theory]
    [InlineData("Greenery:Alerts:Teams:team:Url", "https://shop.webhook.office.com/secret")]
    [InlineData("Greenery:Alerts:Teams:folder:Url", "https://flow.example/x?sig=secret")]
    [InlineData("Greenery:Alerts:Email:ApiKey", "SG.secret key")]
    [InlineData("Greenery:Alerts:Smtp:Port", "smtp")]
    [InlineData("Greenery:Alerts:DefaultChannel", "pager")]
    [InlineData("Greenery:Alerts:Owner", "ana@")]
    [InlineData("Greenery:Alerts:DeliverBy", "at seven")]
    [InlineData("Greenery:Alerts:DigestAt", "noon")]
    [InlineData("Greenery:Alerts:NoSuch", "x")]
    [InlineData("Greenery:Links:Key", "secret")]
    [InlineData("Greenery:Url", "https://ana:secret@greenery.example")]
    [InlineData("Greenery:Reports", "https://user:secret@stdata.blob.core.windows.net/reports")]
    [InlineData(TelemetrySettings.Insights, "secret")]
    [InlineData(TelemetrySettings.Insights, "InstrumentationKey=secret;IngestionEndpoint=here")]
    [InlineData(TelemetrySettings.Insights, "InstrumentationKey=secret;InstrumentationKey=secret")]
    [InlineData(TelemetrySettings.Insights, "InstrumentationKey=secret;EndpointSuffix=x.example;Location=secret-1")]
    [InlineData(TelemetrySettings.Insights, "InstrumentationKey=secret;EndpointSuffix=not an address")]
    [InlineData(TelemetrySettings.Insights, "InstrumentationKey=secret;;ApplicationId=x")]
    [InlineData(TelemetrySettings.Collector, "collector:4317/secret")]
    public void One_that_is_wrong_is_named_without_its_secrets(string setting, string value)
    {
        using var services = new ServiceCollection()
            .AddPipelineHost(Configuration(Repository.SqlFolder, (setting, value))).BuildServiceProvider();

        var faults = services.GetRequiredService<SettingFaults>().All;

        Assert.Contains(faults, fault => fault.Place.StartsWith(
            setting.Replace(":Url", "", StringComparison.Ordinal), StringComparison.Ordinal)
            || setting.StartsWith(fault.Place, StringComparison.Ordinal));
        Assert.All(faults, fault => Assert.DoesNotContain("secret", fault.Message
            .Replace("put the secret into", "", StringComparison.Ordinal), StringComparison.Ordinal));
    }

    [Fact]
    public void Headers_of_the_collector_that_its_exporter_would_throw_for_are_a_fault()
    {
        var configuration = Configuration(
            Repository.SqlFolder, (TelemetrySettings.Collector, "http://localhost:4317"),
            ("OTEL_EXPORTER_OTLP_HEADERS", "api-key: secret"));

        Assert.False(TelemetrySettings.HasCollector(configuration));
        Assert.Equal(
            "OTEL_EXPORTER_OTLP_HEADERS: is no list of headers (it is not shown here); expected name=value, separated "
                + "by commas.",
            $"{Assert.Single(TelemetrySettings.Verify(configuration))}");
    }

    [Fact]
    public void What_is_right_is_no_fault()
    {
        var configuration = Configuration(
            Repository.SqlFolder, (TelemetrySettings.Collector, "http://localhost:4317"),
            ("OTEL_EXPORTER_OTLP_HEADERS", "api-key=secret,b=c%20d"),
            (TelemetrySettings.Insights, "InstrumentationKey=00000000-0000-0000-0000-000000000001;"
                + "IngestionEndpoint=https://westeurope-5.in.applicationinsights.azure.com/;ApplicationId=x"));

        Assert.Empty(TelemetrySettings.Verify(configuration));
        Assert.True(TelemetrySettings.HasCollector(configuration) && TelemetrySettings.HasInsights(configuration));
    }

    public void Dispose() => _messages.Dispose();

    private ServiceProvider Services(TestWarehouse test, params (string, string)[] settings) => new ServiceCollection()
        .AddSingleton<IConnections>(new OwnConnections(test))
        .AddPipelineHost(Configuration(
            test.Sql,
            [
                ("Greenery:Alerts:Folder", _messages.Path), ("Greenery:Alerts:DefaultChannel", "folder"),
                ("Greenery:Alerts:Owner", "ops@greenery.example"), ("Greenery:Drops", test.Drops), .. settings,
            ]))
        .BuildServiceProvider();

    private static IConfigurationRoot Configuration(string sql, params (string Key, string Value)[] settings) =>
        new ConfigurationBuilder().AddInMemoryCollection(
            [new("Greenery:Sql", sql), .. settings.Select(setting =>
                KeyValuePair.Create(setting.Key, (string?)setting.Value))]).Build();
}
