using Greenery.Hosting.Api;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace Greenery.Functions.Triggers;

/// <summary>The routes that say how the data is.</summary>
internal sealed class StateRoutes(RunsApi api)
{
    [Function("ReadReport")]
    public Task<IResult> ReportAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", "head", Route = "report")] HttpRequest request,
        CancellationToken token) =>
        api.ReportAsync(request, token);

    /// <summary>
    /// Open, because a link from a message is its own permission: the handler verifies its signature.
    /// </summary>
    [Function("ReadSignedReport")]
    public Task<IResult> SignedReportAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "reports/{id}")] HttpRequest request,
        string id, CancellationToken token) =>
        api.SignedReportAsync(request, id, token);

    [Function("ReadHealth")]
    public Task<IResult> HealthAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", "head", Route = "health")] HttpRequest request,
        CancellationToken token) =>
        api.HealthAsync(token);
}
