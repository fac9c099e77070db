using System.Net;
using System.Security.Cryptography;
using System.Text;
using Greenery.Hosting.Api;
using Microsoft.AspNetCore.Http;

namespace Greenery.Cli.Serving;

/// <summary>
/// Who may call. With a key in the settings: who sends it, as the Functions host wants it too (header
/// <c>x-functions-key</c>, or <c>?code=</c>). Without one: programs of this machine, but no web page that a browser of
/// this machine happens to show, and no proxy that passes on what other machines ask.
/// </summary>
/// <param name="apiKey">Setting <c>Greenery:ApiKey</c>; null for none.</param>
/// <param name="signedPath">Reading below this path needs no key: the handler verifies a signature. Null for none.
/// </param>
internal sealed class ApiKeyMiddleware(string? apiKey, string? signedPath = null)
{
    private const string Header = "x-functions-key";

    /// <summary>What a proxy adds: it speaks from this machine, but for callers of others.</summary>
    private static readonly string[] ProxyHeaders =
        ["X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP", "Forwarded", "Via"];

    private readonly byte[]? _key = apiKey is null ? null : Hash(apiKey);

    public async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        if (Refusal(context) is { } refusal)
        {
            await refusal.ToResult().ExecuteAsync(context);
            return;
        }
        await next(context);
    }

    private ApiProblem? Refusal(HttpContext context) =>
        IsSigned(context.Request) ? null
        : (_key is null ? Remoteness(context) : Ignorance(context.Request)) is { } refusal ? refusal
        : IsForeign(context.Request) ? ApiProblem.Forbidden("The request comes from a web page of another origin.")
        : null;

    private bool IsSigned(HttpRequest request) => signedPath is not null
        && (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method))
        && request.Path.Value?.StartsWith(signedPath, StringComparison.Ordinal) == true;

    private ApiProblem? Ignorance(HttpRequest request) =>
        IsKey(request) ? null : ApiProblem.Unauthorized($"Send Greenery:ApiKey in the header {Header}.");

    // The host's name, since a web page may call by a name that leads here; the caller's address and a proxy's headers,
    // since programs of this machine may pass on what others ask.
    private static ApiProblem? Remoteness(HttpContext context)
    {
        var request = context.Request;
        if (!IsLoopback(request.Host.Host))
        {
            return ApiProblem.Forbidden(
                $"Host is '{request.Host.Host}'; without an API key only localhost is served.");
        }
        if (context.Connection.RemoteIpAddress is not { } caller || !IsLoopback(caller))
        {
            return ApiProblem.Forbidden(
                "The request comes from another machine; without an API key only this one is served. Set "
                + "Greenery:ApiKey.");
        }
        return ProxyHeaders.FirstOrDefault(request.Headers.ContainsKey) is { } header
            ? ApiProblem.Forbidden($"The request came through a proxy (it has the header {header}); without an API "
            + "key only programs of this machine are served. Set Greenery:ApiKey, and send it through the proxy.")
            : null;
    }

    private bool IsKey(HttpRequest request)
    {
        var sent = request.Headers.TryGetValue(Header, out var values) ? values.ToString() : request.Query["code"]
            .ToString();
        return CryptographicOperations.FixedTimeEquals(Hash(sent), _key);
    }

    private static bool IsLoopback(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
            || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IsLoopback(address));

    // A socket for both families gives callers of IPv4 mapped addresses.
    private static bool IsLoopback(IPAddress address) =>
        IPAddress.IsLoopback(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address);

    private static bool IsForeign(HttpRequest request) =>
        request.Headers.Origin.ToString() is { Length: > 0 } origin && origin != $"{request.Scheme}://{request.Host}";

    // Of one length, whatever was sent.
    private static byte[] Hash(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));
}
