using Microsoft.AspNetCore.Http;

namespace Greenery.Hosting.Api;

/// <summary>An answer that says no, as RFC 9457 has it: status, what is wrong, what to do. Never a trace.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Title">The kind of problem.</param>
/// <param name="Detail">Found, expected, what to do.</param>
/// <param name="RunId">The run it is about; null when it is about none.</param>
public sealed record ApiProblem(int Status, string Title, string Detail, long? RunId = null)
{
    public IResult ToResult() => ApiJson.Of(this, Status, "application/problem+json");

    public static ApiProblem BadRequest(string detail) =>
        new(StatusCodes.Status400BadRequest, "The request is not understood.", detail);

    /// <summary>For more requests at the same time than are answered; the header Retry-After says when.</summary>
    public static ApiProblem TooMany => new(
        StatusCodes.Status429TooManyRequests, "There are too many requests at the same time.",
        "Ask again after the seconds in the header Retry-After, and with fewer requests at once.");

    /// <summary>For what breaks the rules of HTTP itself.</summary>
    public static ApiProblem Malformed(int status) =>
        new(status, "The request is not understood.", "It was cut short, or is no HTTP.");

    public static ApiProblem NotFound(string detail) =>
        new(StatusCodes.Status404NotFound, "There is no such thing.", detail);

    public static ApiProblem Unauthorized(string detail) =>
        new(StatusCodes.Status401Unauthorized, "The key is missing or wrong.", detail);

    public static ApiProblem Forbidden(string detail) =>
        new(StatusCodes.Status403Forbidden, "The caller may not do that.", detail);

    /// <summary>For answers that the web server made itself: no such route, no such method.</summary>
    public static ApiProblem OfStatus(HttpContext context) => context.Response.StatusCode switch
    {
        StatusCodes.Status404NotFound => NotFound($"There is no {context.Request.Path}; {Routes}"),
        StatusCodes.Status405MethodNotAllowed => new ApiProblem(
            StatusCodes.Status405MethodNotAllowed, "The method does not fit.",
            $"{context.Request.Path} has no {context.Request.Method}; {Routes}"),
        var status => new ApiProblem(status, "The request is not understood.", Routes),
    };

    private const string Routes =
        "expected POST /api/runs, GET /api/runs, GET /api/runs/{id}, POST /api/runs/{id}/cancel, GET /api/report or "
            + "GET /api/health.";

    public static ApiProblem Conflict(string detail, long? runId) =>
        new(StatusCodes.Status409Conflict, "Not as things stand.", detail, runId is 0 ? null : runId);

    public static ApiProblem Unavailable(string detail) =>
        new(StatusCodes.Status503ServiceUnavailable, "Infrastructure cannot be used now.", detail);
}
