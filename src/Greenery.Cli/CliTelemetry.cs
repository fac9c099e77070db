using Greenery.Hosting;
using Greenery.Runs;
using Microsoft.Extensions.Configuration;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace Greenery.Cli;

/// <summary>Sends spans and figures of runs to an OpenTelemetry collector, where the environment names one.</summary>
internal sealed class CliTelemetry : IDisposable
{
    private readonly TracerProvider _traces =
        Sdk.CreateTracerProviderBuilder().AddSource(RunTelemetry.Name).AddOtlpExporter().Build();

    private readonly MeterProvider _metrics =
        Sdk.CreateMeterProviderBuilder().AddMeter(RunTelemetry.Name).AddOtlpExporter().Build();

    /// <summary>Null without a collector whose settings are right.</summary>
    public static CliTelemetry? Start() =>
        // The exporter reads the same variables by itself.
        TelemetrySettings.HasCollector(new ConfigurationBuilder().AddEnvironmentVariables().Build())
            ? new CliTelemetry() : null;

    /// <summary>Sends what is left.</summary>
    public void Dispose()
    {
        _traces.Dispose();
        _metrics.Dispose();
    }
}
