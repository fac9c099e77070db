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

    [Function("ReadHealth")]
    public Task<IResult> HealthAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", "head", Route = "health")] HttpRequest request,
        CancellationToken token) =>
        api.HealthAsync(token);
}
