using System.Collections.Concurrent;
using System.Diagnostics;
using Greenery.Alerts.Channels;
using Greenery.Alerts.Routing;
using Greenery.Tests.Alerts.Rendering;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Greenery.Tests.Alerts.Channels;

/// <summary>
/// The transports as a host registers them, with a <see cref="ChannelServer"/>, and all that was logged and traced.
/// </summary>
internal sealed class TransportHarness : IAsyncDisposable
{
    private readonly ServiceProvider _services;
    private readonly ConcurrentQueue<string> _written = new();
    private readonly ActivityListener _listener;

    private TransportHarness(ChannelServer server, AlertChannels channels, TimeProvider time)
    {
        Server = server;
        _services = new ServiceCollection()
            .AddLogging(logging => logging.SetMinimumLevel(LogLevel.Trace).AddProvider(new WritingLogs(_written)))
            .AddSingleton(time)
            .AddAlertTransports(channels)
            .BuildServiceProvider();
        _listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name.StartsWith("System.Net.Http", StringComparison.Ordinal),
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = activity =>
                _written.Enqueue(string.Join(' ', activity.TagObjects.Select(tag => $"{tag.Key}={tag.Value}"))),
        };
        ActivitySource.AddActivityListener(_listener);
    }

    public ChannelServer Server { get; }

    /// <summary>Logs of all levels, and traces.</summary>
    public string Written => string.Join('\n', _written);

    public static Task<TransportHarness> StartAsync(TimeProvider? time = null) =>
        StartAsync(server => server.Address, time);

    /// <param name="host">Where SendGrid is.</param>
    /// <param name="time">The system's by default.</param>
    public static async Task<TransportHarness> StartAsync(Func<ChannelServer, Uri> host, TimeProvider? time = null)
    {
        var server = await ChannelServer.StartAsync();
        var channels = new AlertChannels
        {
            Email = new EmailChannel(new Secret(ChannelServer.Key), "data@shop.example", "Greenery", host(server)),
            Teams = [new TeamsChannel("data", new Secret(server.Webhook)),
                new TeamsChannel("forged", new Secret(server.Webhook + "x"))],
        };
        return new TransportHarness(server, channels, time ?? TimeProvider.System);
    }

    public ITransport Transport(string kind) =>
        _services.GetServices<ITransport>().Single(transport => transport.Kind == kind);

    public Task<Delivery> MailAsync(bool isTest = false, string to = "ana@shop.example") =>
        SendAsync("email", to, isTest);

    public Task<Delivery> CardAsync(bool isTest = false, string channel = "data") =>
        SendAsync("teams", channel, isTest);

    public async ValueTask DisposeAsync()
    {
        _listener.Dispose();
        await _services.DisposeAsync();
        await Server.DisposeAsync();
    }

    private Task<Delivery> SendAsync(string kind, string address, bool isTest) => Transport(kind).SendAsync(
        SampleMessages.Named("failure"), new Destination(kind, address), isTest, CancellationToken.None);

    private sealed class WritingLogs(ConcurrentQueue<string> written) : ILoggerProvider, ILogger
    {
        public ILogger CreateLogger(string categoryName) => this;

        public bool IsEnabled(LogLevel logLevel) => true;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull
        {
            written.Enqueue($"{state}");
            return null;
        }

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception,
            Func<TState, Exception?, string> formatter) =>
            written.Enqueue($"{formatter(state, exception)} {exception}");

        public void Dispose()
        {
        }
    }
}
