using Azure.Monitor.OpenTelemetry.Exporter;
using Greenery.Hosting;
using Greenery.Runs;
using Greenery.Tests.Infra;
using Greenery.Tests.Support;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Logs;
using OpenTelemetry.Trace;
using Xunit.Abstractions;

namespace Greenery.Functions.Tests;

/// <summary>
/// What this process sends to Application Insights, taken at the end where Azure would: small, complete for the alerts.
/// </summary>
public sealed class TelemetryTests(ITestOutputHelper output)
{
    /// <summary>Of one run of a tiny shop, uncompressed. With each statement it is a megabyte.</summary>
    private const int MostBytes = 150_000;

    // The exporter's own telemetry goes to an address of its own.
    static TelemetryTests() => Environment.SetEnvironmentVariable("APPLICATIONINSIGHTS_STATSBEAT_DISABLED", "true");

    [Fact]
    public async Task A_run_is_traced_by_its_steps_and_logs_in_little()
    {
        var items = await SentAsync(isSampled: true, _ => Task.CompletedTask);

        Assert.Contains(items, item => item.Text.Contains("step publish", StringComparison.Ordinal));
        var bytes = items.Sum(item => item.Text.Length);
        output.WriteLine($"{bytes} bytes in {items.Count} items");
        Assert.True(bytes is > 0 and < MostBytes, $"{bytes} bytes in {items.Count} items: " + string.Join(", ", items
            .GroupBy(item => item.Kind).Select(kind => $"{kind.Key} {kind.Count()}: {kind.Sum(i => i.Text.Length)}")));
        Assert.DoesNotContain(items, item => item.Text.Contains("received-first-response", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("published", "no-run-published")]
    [InlineData("refused", "run-held-back")]
    [InlineData("failed", "run-failed")]
    public async Task Alerts_count_the_end_of_a_run_although_no_trace_is_sampled(string state, string alert)
    {
        var items = await SentAsync(isSampled: false, durable =>
        {
            if (state == "refused")
            {
                durable.Test.Put($"{TinyShop.Day}/users.csv", "user_name\nAna\n");
                durable.Test.Put($"{TinyShop.Day}/orders.csv", "order\n1\n");
            }
            else if (state == "failed")
            {
                durable.Host.Store = new FailingDropStore(
                    durable.Test.Store, 99, () => new InfrastructureException("the storage is gone"));
            }
            return Task.CompletedTask;
        });

        Assert.DoesNotContain(items, item => item.Kind is "RequestData" or "RemoteDependencyData");
        Assert.Contains(items, item => item.IsTrace && item.Message == "Run 1 started (http).");
        Assert.Contains(items, item => item.IsTrace
            && item.Message.StartsWith($"Run 1 ended as {state}.", StringComparison.Ordinal));
        Assert.DoesNotContain(items, item => item.Text.Contains("(null)", StringComparison.Ordinal));
        foreach (var (name, query) in await QueriesAsync())
        {
            Assert.Equal((name, name == alert ? 1 : 0), (name, AlertQuery.Count(query, items)));
        }
    }

    [Fact]
    public async Task An_alert_counts_settings_that_are_wrong()
    {
        var items = await SentAsync(isSampled: false, durable => durable.Test.ExecuteAsync(
            """
            insert into ops.incident (subject, kind, level, message, opened_at, changed_at)
            values ('setting:Greenery:Url', 'setting', 'error', 'is ''x''; expected an address.', now(), now())
            """));

        var query = (await QueriesAsync()).Single(alert => alert.Name == "setting-wrong").Query;
        Assert.Contains(items, item => item.IsTrace
            && item.Message == "Setting Greenery:Url: is 'x'; expected an address. Runs go on without it.");
        Assert.InRange(AlertQuery.Count(query, items), 1, 2);
    }

    [Theory]
    [InlineData("", true)]
    [InlineData("IngestionEndpoint=https://westeurope-5.in.applicationinsights.azure.com/;", true)]
    [InlineData("EndpointSuffix=applicationinsights.azure.cn;Location=chinaeast2", true)]
    [InlineData("EndpointSuffix=.applicationinsights.us", true)]
    [InlineData("EndpointSuffix=applicationinsights.azure.cn;Location=china-east", false)]
    [InlineData("EndpointSuffix=a b", false)]
    [InlineData("EndpointSuffix=", false)]
    [InlineData("Location=", false)]
    [InlineData(";ApplicationId=x", false)]
    [InlineData("x", false)]
    [InlineData("=x", false)]
    [InlineData("instrumentationkey=x", false)]
    [InlineData("IngestionEndpoint=x", false)]
    public void A_connection_string_that_the_exporter_throws_for_is_a_fault_and_no_other_is(string rest, bool isRight)
    {
        var text = $"InstrumentationKey={Guid.NewGuid()};{rest}";
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(
            [new(TelemetrySettings.Insights, text)]).Build();

        var thrown = Record.Exception(() =>
        {
            using var provider = Sdk.CreateTracerProviderBuilder()
                .AddAzureMonitorTraceExporter(options => options.ConnectionString = text).Build();
        });

        Assert.Equal((isRight, isRight), (thrown is null, TelemetrySettings.HasInsights(configuration)));
    }

    private static async Task<IEnumerable<(string Name, string Query)>> QueriesAsync() =>
        (await Templates.PlainAsync()).Alerts()
        .Select(rule => (
            rule.Key, rule.Value.GetProperty("properties").GetProperty("criteria").GetProperty("allOf")[0]))
        .Where(rule => rule.Item2.TryGetProperty("query", out _))
        .Select(rule => (rule.Key, rule.Item2.GetProperty("query").GetString()!));

    private static async Task<IReadOnlyList<TelemetryItem>> SentAsync(bool isSampled, Func<DurableRun, Task> prepare)
    {
        await using var ingestion = await IngestionServer.StartAsync();
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Configuration.AddInMemoryCollection(
            [new("APPLICATIONINSIGHTS_CONNECTION_STRING", ingestion.ConnectionString)]);
        builder.AddTelemetry();
        builder.Services.PostConfigure<AzureMonitorExporterOptions>(options =>
        {
            (options.TracesPerSecond, options.SamplingRatio) = (null, isSampled ? 1f : 0f);
            (options.DisableOfflineStorage, options.EnableLiveMetrics) = (true, false);
        });
        using var host = builder.Build();
        await host.StartAsync();
        var logs = host.Services.GetRequiredService<ILoggerFactory>();
        await using (var durable = await DurableRun.StartAsync(logs: logs))
        {
            await prepare(durable);
            await durable.EndAsync(await durable.StartRunAsync());
        }
        host.Services.GetRequiredService<TracerProvider>().ForceFlush(30_000);
        host.Services.GetRequiredService<LoggerProvider>().ForceFlush(30_000);
        await host.StopAsync();
        return [.. ingestion.Items.Where(item => item.Kind != "MetricData")];
    }
}
