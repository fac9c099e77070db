using Microsoft.AspNetCore.Http;

namespace Greenery.Hosting.Api;

/// <summary>
/// An answer of a route, whatever its status, with the headers that keep others from doing more with it than showing
/// it: no guessing of its type, no copy in caches, no frame of another page around it, and no address with a key in it
/// for the pages it links to.
/// </summary>
/// <param name="answer">Status and body.</param>
/// <param name="location">Where the caller finds what was made; null where nothing was.</param>
internal sealed class ProtectedResult(IResult answer, string? location = null) : IResult
{
    public Task ExecuteAsync(HttpContext httpContext)
    {
        var headers = httpContext.Response.Headers;
        headers.XContentTypeOptions = "nosniff";
        headers.CacheControl = "no-store";
        headers.XFrameOptions = "DENY";
        headers.ContentSecurityPolicy = "frame-ancestors 'none'";
        headers["Referrer-Policy"] = "no-referrer";
        if (location is not null)
        {
            headers.Location = location;
        }
        return answer.ExecuteAsync(httpContext);
    }
}
