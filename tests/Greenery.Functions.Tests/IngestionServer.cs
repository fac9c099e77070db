using System.Collections.Concurrent;
using System.IO.Compression;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Greenery.Functions.Tests;

/// <summary>
/// In place of the endpoint that Application Insights takes telemetry at (<c>POST /v2.1/track</c>, a JSON document a
/// line): keeps what came.
/// </summary>
internal sealed class IngestionServer : IAsyncDisposable
{
    private readonly ConcurrentQueue<string> _lines = new();
    private readonly WebApplication _app;

    private IngestionServer(WebApplication app) => _app = app;

    public string ConnectionString =>
        $"InstrumentationKey={Guid.NewGuid()};IngestionEndpoint={_app.Urls.Single()}/";

    /// <summary>The documents that came, with their size as text.</summary>
    public IReadOnlyList<TelemetryItem> Items => [.. _lines.Select(line => new TelemetryItem(line))];

    public static async Task<IngestionServer> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var server = new IngestionServer(app);
        app.MapFallback(server.TakeAsync);
        await app.StartAsync();
        return server;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task<IResult> TakeAsync(HttpRequest request)
    {
        var count = 0;
        if (request.Path.Value!.EndsWith("/track", StringComparison.Ordinal))
        {
            var isPacked = request.Headers.ContentEncoding == "gzip";
            await using var body = isPacked ? new GZipStream(request.Body, CompressionMode.Decompress) : request.Body;
            using var reader = new StreamReader(body, Encoding.UTF8);
            while (await reader.ReadLineAsync() is { } line)
            {
                _lines.Enqueue(line);
                count++;
            }
        }
        return Results.Json(new { itemsReceived = count, itemsAccepted = count, errors = Array.Empty<string>() });
    }
}

/// <summary>One document of telemetry.</summary>
/// <param name="Text">As it came.</param>
internal sealed record TelemetryItem(string Text)
{
    private readonly JsonElement _data = JsonDocument.Parse(Text).RootElement.GetProperty("data");

    /// <summary>MessageData is a row of AppTraces.</summary>
    public bool IsTrace => Kind == "MessageData";

    public string Kind => _data.GetProperty("baseType").GetString()!;

    public string Message => _data.GetProperty("baseData").GetProperty("message").GetString()!;

    public string? Property(string name) =>
        _data.GetProperty("baseData").TryGetProperty("properties", out var properties)
            && properties.TryGetProperty(name, out var value) ? value.GetString() : null;
}
