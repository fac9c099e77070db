using Microsoft.Extensions.Configuration;

namespace Greenery.Hosting;

/// <summary>
/// Where hosts send traces, metrics and logs. An exporter that cannot read its settings would keep its host from
/// starting, so they are verified, and a host does without what is wrong.
/// </summary>
public static class TelemetrySettings
{
    /// <summary>Application Insights.</summary>
    public const string Insights = "APPLICATIONINSIGHTS_CONNECTION_STRING";

    /// <summary>Set where Application Insights asks for an identity, as in infra/.</summary>
    public const string InsightsIdentity = "APPLICATIONINSIGHTS_AUTHENTICATION_STRING";

    /// <summary>An OpenTelemetry collector; the exporter reads the other variables of its kind by itself.</summary>
    public const string Collector = "OTEL_EXPORTER_OTLP_ENDPOINT";

    // The exporter throws for these only; what is wrong with others it ignores.
    private static readonly string[] CollectorHeaders =
    [
        "OTEL_EXPORTER_OTLP_HEADERS", "OTEL_EXPORTER_OTLP_TRACES_HEADERS", "OTEL_EXPORTER_OTLP_METRICS_HEADERS",
        "OTEL_EXPORTER_OTLP_LOGS_HEADERS",
    ];

    /// <summary>The exporter takes no longer connection string.</summary>
    private const int LongestInsights = 4096;

    private static readonly string[] InsightsEndpoints =
        ["IngestionEndpoint", "LiveEndpoint", "ProfilerEndpoint", "SnapshotEndpoint"];

    /// <summary>Whether telemetry goes to Application Insights.</summary>
    public static bool HasInsights(IConfiguration configuration) =>
        IsSet(configuration, Insights) && VerifyInsights(configuration[Insights]!) is null;

    /// <summary>Whether telemetry goes to a collector.</summary>
    public static bool HasCollector(IConfiguration configuration) =>
        IsSet(configuration, Collector) && !VerifyCollector(configuration).Any();

    /// <summary>What is wrong with what is set. No value is shown: some have keys in them.</summary>
    public static IReadOnlyList<Diagnostic> Verify(IConfiguration configuration) =>
    [
        .. IsSet(configuration, Insights) && VerifyInsights(configuration[Insights]!) is { } fault
            ? [new Diagnostic(Insights, fault)] : Array.Empty<Diagnostic>(),
        .. IsSet(configuration, Collector) ? VerifyCollector(configuration) : [],
    ];

    private static string? VerifyInsights(string text)
    {
        const string Expected =
            "expected the connection string of Application Insights, such as InstrumentationKey=...;"
            + "IngestionEndpoint=https://...";
        if (KeyVaultReference.IsUnresolved(text))
        {
            return KeyVaultReference.Fault;
        }
        if (text.Length > LongestInsights)
        {
            return $"has more than {LongestInsights} characters; {Expected}.";
        }
        // One separator may follow the last value.
        var parts = (text.EndsWith(';') ? text[..^1] : text).Split(';').Select(part => part.Split('=', 2)).ToList();
        if (parts.Exists(part => part is not [{ Length: > 0 }, { Length: > 0 }])
            || parts.DistinctBy(part => part[0].Trim(), StringComparer.OrdinalIgnoreCase).Count() < parts.Count)
        {
            return $"is no list of different names with values (it is not shown here); {Expected}.";
        }
        string? Of(string name) => parts.Find(part => Is(part[0], name))?[1].Trim();
        if (string.IsNullOrEmpty(Of("InstrumentationKey")))
        {
            return $"has no InstrumentationKey (it is not shown here); {Expected}.";
        }
        if (Array.Find(InsightsEndpoints, name => Of(name) is { } endpoint && !IsAddress(endpoint)) is { } wrong)
        {
            return $"has an {wrong} that is no address (it is not shown here); {Expected}.";
        }
        return Of("EndpointSuffix") is { } suffix ? VerifySuffix(suffix, Of("Location")) : null;
    }

    // Endpoints that are not named are put together of these. A location is the name of a region.
    private static string? VerifySuffix(string suffix, string? location)
    {
        if (location is not null && !location.TrimEnd('.').All(char.IsLetterOrDigit))
        {
            return "has a Location that is no region (it is not shown here); expected one of letters and digits, such "
                + "as westeurope.";
        }
        return IsAddress($"https://dc.{suffix.TrimStart('.')}") ? null
            : "has an EndpointSuffix that is no end of an address (it is not shown here); expected one such as "
                + "applicationinsights.azure.com.";
    }

    private static IEnumerable<Diagnostic> VerifyCollector(IConfiguration configuration)
    {
        if (KeyVaultReference.IsUnresolved(configuration[Collector]))
        {
            yield return new Diagnostic(Collector, KeyVaultReference.Fault);
        }
        else if (!IsAddress(configuration[Collector]!))
        {
            yield return new Diagnostic(
                Collector, "is no address of http or https (it is not shown here); expected the collector's, such as "
                + "http://localhost:4317.");
        }
        foreach (var name in CollectorHeaders.Where(name => IsSet(configuration, name)))
        {
            if (KeyVaultReference.IsUnresolved(configuration[name]))
            {
                yield return new Diagnostic(name, KeyVaultReference.Fault);
            }
            else if (Array.Exists(configuration[name]!.Split(','), header => header.IndexOf('=') <= 0))
            {
                yield return new Diagnostic(
                    name, "is no list of headers (it is not shown here); expected name=value, separated by commas.");
            }
        }
    }

    private static bool Is(string one, string other) => one.Equals(other, StringComparison.OrdinalIgnoreCase);

    private static bool IsAddress(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is "https" or "http";

    private static bool IsSet(IConfiguration configuration, string name) =>
        !string.IsNullOrWhiteSpace(configuration[name]);
}
