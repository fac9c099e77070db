using System.Collections.Concurrent;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Greenery.Tests.Alerts.Channels;

/// <summary>
/// Stands for SendGrid and for Teams' Workflows on a free port of this machine: verifies what it gets as they do,
/// answers as they do, and keeps what it got. A test that wants another answer says so for the next request.
/// </summary>
internal sealed class ChannelServer : IAsyncDisposable
{
    public const string Key = "SG.abcdefghijklmnopqrstuv.0123456789-abcdefghijklmnopqrstuvwxyz_ABCDEFG";
    public const string Signature = "q7Zt+9/secret/Signature+of/the=flow";
    private const int LargestCard = 28_000;

    private readonly WebApplication _app;
    private readonly ConcurrentQueue<Func<HttpContext, Task>> _answers = new();
    private readonly ConcurrentQueue<ReceivedRequest> _received = new();

    private ChannelServer()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        _app = builder.Build();
        _app.Run(ServeAsync);
    }

    public Uri Address => new(_app.Urls.Single());

    /// <summary>The webhook of a Teams channel, as Workflows writes it.</summary>
    public string Webhook => new Uri(
        Address,
        $"/workflows/0f9c/triggers/manual/paths/invoke?api-version=2016-06-01&sp=%2Ftriggers%2Fmanual%2Frun&sig="
            + $"{Uri.EscapeDataString(Signature)}")
        .AbsoluteUri;

    public IReadOnlyList<ReceivedRequest> Received => [.. _received];

    public static async Task<ChannelServer> StartAsync()
    {
        var server = new ChannelServer();
        await server._app.StartAsync();
        return server;
    }

    /// <summary>The next request is answered so.</summary>
    public void Next(int status, string body = "", params (string Name, string Value)[] headers) =>
        _answers.Enqueue(context =>
    {
        foreach (var (name, value) in headers)
        {
            context.Response.Headers[name] = value;
        }
        return AnswerAsync(context, status, body);
    });

    /// <summary>The next request waits for its answer until the caller gives up.</summary>
    public void NextIsSlow() => _answers.Enqueue(context => Task.Delay(Timeout.Infinite, context.RequestAborted));

    /// <summary>The next request's connection is cut, without an answer.</summary>
    public void NextIsCut() => _answers.Enqueue(context =>
    {
        context.Abort();
        return Task.CompletedTask;
    });

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task ServeAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body, Encoding.UTF8);
        var request = new ReceivedRequest(
            context.Request.Path,
            context.Request.QueryString.Value!,
            context.Request.Headers.ToDictionary(header => header.Key, header =>
                header.Value.ToString(), StringComparer.OrdinalIgnoreCase),
            await reader.ReadToEndAsync(),
            DateTimeOffset.UtcNow);
        _received.Enqueue(request);
        var answer = _answers.TryDequeue(out var next) ? next
            : request.Path == "/v3/mail/send" ? _ => AnswerAsSendGridAsync(context, request)
            : (Func<HttpContext, Task>)(_ => AnswerAsTeamsAsync(context, request));
        try
        {
            await answer(context);
        }
        catch (OperationCanceledException)
        {
            // The caller gave up, as it was meant to.
        }
    }

    private static Task AnswerAsSendGridAsync(HttpContext context, ReceivedRequest request)
    {
        if (request.Headers.GetValueOrDefault("Authorization") != $"Bearer {Key}")
        {
            return AnswerAsync(
                context, 401, Errors("The provided authorization grant is invalid, expired, or revoked"));
        }
        if (Missing(request.Json) is { } field)
        {
            return AnswerAsync(context, 400, Errors($"The {field} is required.", field));
        }
        context.Response.Headers["X-Message-Id"] = "14c5d75ce93.dfd.64b469";
        return AnswerAsync(context, (bool?)request.Json["mail_settings"]?["sandbox_mode"]?["enable"] == true ? 200
            : 202, "");
    }

    private static Task AnswerAsTeamsAsync(HttpContext context, ReceivedRequest request) =>
        context.Request.Query["sig"] != Signature
            ? AnswerAsync(context, 401, Error("The provided signature is not valid."))
        : Encoding.UTF8.GetByteCount(request.Body) > LargestCard
        ? AnswerAsync(context, 413, Error("Request Entity too large"))
        : (string?)request.Json["attachments"]?[0]?["content"]?["type"] != "AdaptiveCard"
        ? AnswerAsync(context, 400, Error("No card."))
        : AnswerAsync(context, 202, "");

    public static string Errors(string message, string? field = null) => new JsonObject
    {
        ["errors"] = new JsonArray(new JsonObject { ["message"] = message, ["field"] = field, ["help"] = null }),
    }.ToJsonString();

    public static string Error(string message) => new JsonObject
    {
        ["error"] = new JsonObject { ["code"] = "SomeCode", ["message"] = message },
    }.ToJsonString();

    private static string? Missing(JsonNode mail) =>
        (string?)mail["personalizations"]?[0]?["to"]?[0]?["email"] is not { Length: > 0 } ? "personalizations.0.to"
        : (string?)mail["from"]?["email"] is not { Length: > 0 } ? "from"
        : (string?)mail["subject"] is not { Length: > 0 } ? "subject"
        : mail["content"] is not JsonArray { Count: > 0 } content || (string?)content[0]!["type"] != "text/plain"
        ? "content"
        : null;

    private static Task AnswerAsync(HttpContext context, int status, string body)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(body);
    }
}
