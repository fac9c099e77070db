using Greenery.Runs;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace Greenery.Cli;

/// <summary>Sends spans and figures of runs to an OpenTelemetry collector, where the environment names one.</summary>
internal sealed class CliTelemetry : IDisposable
{
    // OpenTelemetry's own variable; the exporter reads the others of its kind (headers, protocol) by itself.
    private const string Endpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";

    private readonly TracerProvider _traces =
        Sdk.CreateTracerProviderBuilder().AddSource(RunTelemetry.Name).AddOtlpExporter().Build();

    private readonly MeterProvider _metrics =
        Sdk.CreateMeterProviderBuilder().AddMeter(RunTelemetry.Name).AddOtlpExporter().Build();

    /// <summary>Null without a collector.</summary>
    public static CliTelemetry? Start() =>
        string.IsNullOrWhiteSpace(Environment.GetEnvironmentVariable(Endpoint)) ? null : new CliTelemetry();

    /// <summary>Sends what is left.</summary>
    public void Dispose()
    {
        _traces.Dispose();
        _metrics.Dispose();
    }
}
