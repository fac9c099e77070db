using Greenery.Hosting.Api;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace Greenery.Functions.Triggers;

/// <summary>
/// The routes of runs. The host asks for a function key; every answer is the library's. Durable's own management URLs
/// are never given away: they carry a key that can end and rewrite any instance.
/// </summary>
internal sealed class RunRoutes(RunsApi api, RunControlFactory controls)
{
    [Function("StartRun")]
    public Task<IResult> StartAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "runs")] HttpRequest request,
        [DurableClient] DurableTaskClient client,
        CancellationToken token) => api.StartAsync(request, controls.By(client), token);

    [Function("ListRuns")]
    public Task<IResult> ListAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", "head", Route = "runs")] HttpRequest request,
        CancellationToken token) =>
        api.ListAsync(request, token);

    [Function("ReadRun")]
    public Task<IResult> ReadAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", "head", Route = "runs/{id}")] HttpRequest request, string id,
        CancellationToken token) =>
        api.ReadAsync(id, token);

    [Function("CancelRun")]
    public Task<IResult> CancelAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "runs/{id}/cancel")] HttpRequest request, string id,
        CancellationToken token) =>
        api.CancelAsync(request, id, token);
}
