using Azure.Identity;
using Azure.Monitor.OpenTelemetry.Exporter;
using Greenery.Runs;
using Microsoft.Azure.Functions.Worker.OpenTelemetry;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OpenTelemetry;

namespace Greenery.Functions;

/// <summary>
/// Traces, figures and logs of this process, beside those of the Functions host (telemetryMode in host.json), to
/// Application Insights and to an OpenTelemetry collector, where the environment names them.
/// </summary>
internal static class FunctionsTelemetry
{
    private const string Insights = "APPLICATIONINSIGHTS_CONNECTION_STRING";

    /// <summary>Set where Application Insights asks for an identity, as in infra/.</summary>
    private const string InsightsIdentity = "APPLICATIONINSIGHTS_AUTHENTICATION_STRING";

    private const string Collector = "OTEL_EXPORTER_OTLP_ENDPOINT";

    public static void AddTelemetry(this IHostApplicationBuilder builder)
    {
        var telemetry = builder.Services.AddOpenTelemetry().UseFunctionsWorkerDefaults()
            .WithTracing(tracing => tracing.AddSource(RunTelemetry.Name, "Microsoft.DurableTask", "Npgsql"))
            .WithMetrics(metrics => metrics.AddMeter(RunTelemetry.Name, "Npgsql"));
        if (builder.IsSet(Insights))
        {
            telemetry.UseAzureMonitorExporter(
                options => options.Credential = builder.IsSet(InsightsIdentity) ? new DefaultAzureCredential() : null);
        }
        if (builder.IsSet(Collector))
        {
            telemetry.UseOtlpExporter();
        }
    }

    private static bool IsSet(this IHostApplicationBuilder builder, string name) =>
        !string.IsNullOrWhiteSpace(builder.Configuration[name]);
}
