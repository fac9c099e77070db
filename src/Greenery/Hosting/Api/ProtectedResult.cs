using Microsoft.AspNetCore.Http;

namespace Greenery.Hosting.Api;

/// <summary>
/// An answer of a route, whatever its status, with the headers that keep others from doing more with it than showing
/// it: no guessing of its type, no copy in caches, no frame of another page around it, and no address with a key in it
/// for the pages it links to.
/// </summary>
internal sealed class ProtectedResult(IResult answer) : IResult
{
    public Task ExecuteAsync(HttpContext httpContext)
    {
        var headers = httpContext.Response.Headers;
        headers.XContentTypeOptions = "nosniff";
        headers.CacheControl = "no-store";
        headers.XFrameOptions = "DENY";
        headers.ContentSecurityPolicy = "frame-ancestors 'none'";
        headers["Referrer-Policy"] = "no-referrer";
        return answer.ExecuteAsync(httpContext);
    }
}
