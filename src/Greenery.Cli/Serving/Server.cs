using System.Net;
using System.Net.Sockets;
using Greenery.Cli.Output;
using Greenery.Hosting;
using Greenery.Hosting.Api;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Greenery.Cli.Serving;

/// <summary>The routes and the schedule in one process: the whole host, without Azure.</summary>
internal static class Server
{
    /// <summary>Bodies are small objects.</summary>
    private const long MostBytes = 64 * 1024;

    // A link from a message is its own permission.
    private const string SignedReports = "/api/reports/";

    // A command in the same folder may have other settings than the service: those of a shell.
    private static readonly PipelineHostOptions Options = new() { Name = $"serve {new PipelineHostOptions().Name}" };

    // Monitors ask by HEAD; the web server leaves the body out.
    private static readonly string[] Reading = [HttpMethods.Get, HttpMethods.Head];

    /// <summary>The host's services and those that serve it; nothing is started yet.</summary>
    /// <exception cref="ConfigurationException">Settings, contract, models or checks are wrong.</exception>
    public static WebApplication Build(Uri listen, Terminal terminal)
    {
        var builder =
            WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.WebHost.UseKestrelCore().ConfigureKestrel(options =>
        {
            Bind(options, listen);
            options.AddServerHeader = false;
            options.Limits.MaxRequestBodySize = MostBytes;
        });
        AddLog(builder.Logging, terminal.Log).AddFilter("Microsoft", LogLevel.Warning);
        builder.Services.AddCliHost(terminal, Options)
            .AddRoutingCore()
            .AddRateLimiter(ApiLimits.Configure)
            .AddRunsApi()
            .AddSingleton<LocalLauncher>()
            .AddSingleton<IRunLauncher>(services => services.GetRequiredService<LocalLauncher>())
            .AddSingleton<RunControl>()
            .AddHostedService<ScheduleLoop>()
            .AddHostedService<LocalServicesKeeper>();
        return builder.Build();
    }

    /// <summary>Serves until it is stopped.</summary>
    public static async Task RunAsync(
        WebApplication app, Uri listen, Terminal terminal, CancellationToken cancellationToken)
    {
        app.Services.LogSettingWarnings();
        var host = app.Services.GetRequiredService<PipelineHost>();
        Map(app, host);
        try
        {
            await app.StartAsync(cancellationToken);
        }
        catch (Exception exception) when (exception is IOException or SocketException)
        {
            throw new ConfigurationException("--listen",
                $"{listen} cannot be listened on: {exception.Message.TrimEnd('.')}. Choose another address or port.");
        }
        terminal.Notice($"Listening on {string.Join(", ", app.Urls)}. {Next(host)}");
        await app.WaitForShutdownAsync(cancellationToken);
    }

    private static ILoggingBuilder AddLog(ILoggingBuilder logging, LogOutput log) => log.IsJson
        ? logging.AddProvider(log.CreateProvider())
        : logging.AddSimpleConsole(options =>
            (options.SingleLine, options.TimestampFormat) = (true, "yyyy-MM-dd HH:mm:ss "));

    // From the parts that IsLoopback looks at: Kestrel reads a URL in its own way, and listens on all addresses where
    // it does not know the host.
    private static void Bind(KestrelServerOptions options, Uri listen)
    {
        if (IPAddress.TryParse(listen.Host.Trim('[', ']'), out var address))
        {
            options.Listen(address, listen.Port, ProtectedRefusals.Use);
        }
        else if (listen.Host == "localhost" && listen.Port != 0)
        {
            options.ListenLocalhost(listen.Port, ProtectedRefusals.Use);
        }
        else if (listen.Host == "localhost")
        {
            // A free port can be chosen for one address only, not for both of this name.
            options.Listen(IPAddress.Loopback, 0, ProtectedRefusals.Use);
        }
        else
        {
            options.ListenAnyIP(listen.Port, ProtectedRefusals.Use);
        }
    }

    private static void Map(WebApplication app, PipelineHost host)
    {
        app.UseStatusCodePages(context =>
            ApiProblem.OfStatus(context.HttpContext).ToResult().ExecuteAsync(context.HttpContext));
        var gate = new ApiKeyMiddleware(host.Settings.ApiKey, host.Settings.Links is null ? null : SignedReports);
        app.Use((context, next) => gate.InvokeAsync(context, _ => next(context)));
        app.UseRateLimiter();
        app.UseRouting();
        var api = app.Services.GetRequiredService<RunsApi>();
        var control = app.Services.GetRequiredService<RunControl>();
        app.MapPost("/api/runs", (HttpRequest request, CancellationToken stop) =>
            api.StartAsync(request, control, stop));
        app.MapMethods("/api/runs", Reading, (HttpRequest request, CancellationToken stop) =>
            api.ListAsync(request, stop));
        app.MapMethods("/api/runs/{id}", Reading, (string id, CancellationToken stop) => api.ReadAsync(id, stop));
        app.MapPost("/api/runs/{id}/cancel", (HttpRequest request, string id, CancellationToken stop) =>
            api.CancelAsync(request, id, stop));
        app.MapMethods("/api/report", Reading, (HttpRequest request, CancellationToken stop) =>
            api.ReportAsync(request, stop));
        if (host.Settings.Links is not null)
        {
            app.MapMethods(SignedReports + "{id}", Reading, (HttpRequest request, string id, CancellationToken stop) =>
                api.SignedReportAsync(request, id, stop));
        }
        app.MapMethods("/api/health", Reading, (CancellationToken stop) => api.HealthAsync(stop));
    }

    private static string Next(PipelineHost host) =>
        host.Settings.Schedule.NextAfter(host.Time.GetUtcNow()) is { } next
        ? $"The next run is due at {TimeZoneInfo.ConvertTime(next.At, host.Settings.TimeZone):yyyy-MM-dd HH:mm} ("
        + $"{host.Settings.TimeZone.Id})."
        : "The schedule has no run within a year.";

    /// <summary>Whether only this machine reaches an address.</summary>
    public static bool IsLoopback(Uri listen) =>
        listen.Host == "localhost"
            || (IPAddress.TryParse(listen.Host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));
}
