using System.Net;
using System.Security.Cryptography;
using System.Text;
using Greenery.Hosting.Api;
using Microsoft.AspNetCore.Http;

namespace Greenery.Cli.Serving;

/// <summary>
/// Who may call. With a key in the settings: who sends it, as the Functions host wants it too (header
/// <c>x-functions-key</c>, or <c>?code=</c>). Without one: programs of this machine, but no web page that a browser of
/// this machine happens to show.
/// </summary>
internal sealed class ApiKeyMiddleware(string? apiKey)
{
    private const string Header = "x-functions-key";

    private readonly byte[]? _key = apiKey is null ? null : Hash(apiKey);

    public async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        if (Refusal(context.Request) is { } refusal)
        {
            await refusal.ToResult().ExecuteAsync(context);
            return;
        }
        await next(context);
    }

    private ApiProblem? Refusal(HttpRequest request) =>
        _key is not null && !IsKey(request) ? ApiProblem.Unauthorized($"Send Greenery:ApiKey in the header {Header}.")
        : _key is null && !IsLoopback(request.Host.Host)
        ? ApiProblem.Forbidden($"Host is '{request.Host.Host}'; without an API key only localhost is served.")
        : IsForeign(request) ? ApiProblem.Forbidden("The request comes from a web page of another origin.")
        : null;

    private bool IsKey(HttpRequest request)
    {
        var sent = request.Headers.TryGetValue(Header, out var values) ? values.ToString() : request.Query["code"]
            .ToString();
        return CryptographicOperations.FixedTimeEquals(Hash(sent), _key);
    }

    private static bool IsLoopback(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
            || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));

    private static bool IsForeign(HttpRequest request) =>
        request.Headers.Origin.ToString() is { Length: > 0 } origin && origin != $"{request.Scheme}://{request.Host}";

    // Of one length, whatever was sent.
    private static byte[] Hash(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));
}
