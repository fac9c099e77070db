using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Http.Resilience;
using Microsoft.Extensions.Logging.Abstractions;
using Polly;
using Polly.Telemetry;

namespace Greenery.Alerts.Channels;

/// <summary>
/// The transports of the channels there are, as <see cref="ITransport"/> services. Another one is one more class and
/// one more line here.
/// </summary>
public static class AlertTransports
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    // Answers are the outbox's to judge, which remembers across runs; here only what surely never left is tried again.
    private static readonly HttpRetryStrategyOptions Unsent = new()
    {
        MaxRetryAttempts = 2,
        Delay = TimeSpan.FromMilliseconds(200),
        ShouldHandle = attempt => ValueTask.FromResult(attempt.Outcome.Exception is HttpRequestException
        {
            HttpRequestError: HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError,
        }),
    };

    /// <summary>Registers them once per process: the pace of Teams messages is theirs.</summary>
    public static IServiceCollection AddAlertTransports(this IServiceCollection services, AlertChannels channels)
    {
        services.TryAddSingleton(TimeProvider.System);
        if (channels.Email is { } email)
        {
            services.AddClient((http, time) => new SendGridTransport(http, email, time));
        }
        if (channels.Smtp is { } smtp)
        {
            services.AddSingleton<ITransport>(new SmtpTransport(smtp, Timeout));
        }
        if (channels.Teams.Count > 0)
        {
            services.AddClient((http, time) =>
                new TeamsTransport(http, channels.Teams, new RateLimiter(TimeSpan.FromSeconds(1), time), time));
        }
        if (channels.Folder is { } folder)
        {
            services.AddSingleton<ITransport>(new FolderTransport(folder));
        }
        return services;
    }

    // Nothing of the factory's and the retries' logging: it would write addresses, and those of Teams are secrets. No
    // redirects: they would carry a key elsewhere. The transport lives as long as the process, so its connections are
    // renewed below it.
    private static void AddClient<T>(this IServiceCollection services, Func<HttpClient, TimeProvider, T> create)
        where T : class, ITransport
    {
        var client = services.AddHttpClient(typeof(T).Name, http => http.Timeout = Timeout)
            .RemoveAllLoggers()
            .SetHandlerLifetime(System.Threading.Timeout.InfiniteTimeSpan)
            .UseSocketsHttpHandler((handler, _) =>
            {
                handler.AllowAutoRedirect = false;
                handler.PooledConnectionLifetime = TimeSpan.FromMinutes(5);
            });
        services.PostConfigure<TelemetryOptions>(telemetry => telemetry.LoggerFactory = NullLoggerFactory.Instance);
        client.AddHttpMessageHandler(() => new BoundedBody());
        client.AddResilienceHandler("unsent", pipeline => pipeline.AddRetry(Unsent));
        services.AddSingleton<ITransport>(provider => create(
            provider.GetRequiredService<IHttpClientFactory>()
                .CreateClient(typeof(T).Name), provider.GetRequiredService<TimeProvider>()));
    }
}
