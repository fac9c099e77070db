using Azure.Identity;
using Azure.Monitor.OpenTelemetry.Exporter;
using Greenery.Hosting;
using Greenery.Runs;
using Microsoft.Azure.Functions.Worker.OpenTelemetry;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OpenTelemetry;
using OpenTelemetry.Trace;

namespace Greenery.Functions;

/// <summary>
/// Traces, figures and logs of this process, beside those of the Functions host (telemetryMode in host.json), to
/// Application Insights and to an OpenTelemetry collector, where the environment names them.
/// </summary>
internal static class FunctionsTelemetry
{
    public static void AddTelemetry(this IHostApplicationBuilder builder)
    {
        var telemetry = builder.Services.AddOpenTelemetry().UseFunctionsWorkerDefaults()
            .WithTracing(tracing => tracing.AddSource(RunTelemetry.Name, "Microsoft.DurableTask", FastStatements.Source)
                // Before the exporters, which pass over what it leaves out.
                .AddProcessor(new FastStatements()))
            .WithMetrics(metrics => metrics.AddMeter(RunTelemetry.Name, "Npgsql"));
        if (TelemetrySettings.HasInsights(builder.Configuration))
        {
            telemetry.UseAzureMonitorExporter(options =>
            {
                options.Credential = builder.IsSet(TelemetrySettings.InsightsIdentity)
                    ? new DefaultAzureCredential() : null;
                // Each trace or none is right for traces. Of a log that alerts are asked of, nothing may be missing:
                // the start of a run without its end would be an alert for nothing, and a failure without it none.
                options.EnableTraceBasedLogsSampler = false;
            });
        }
        if (TelemetrySettings.HasCollector(builder.Configuration))
        {
            telemetry.UseOtlpExporter();
        }
    }

    private static bool IsSet(this IHostApplicationBuilder builder, string name) =>
        !string.IsNullOrWhiteSpace(builder.Configuration[name]);
}
