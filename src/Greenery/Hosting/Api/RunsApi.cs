using System.Globalization;
using Greenery.Runs;
using Greenery.Warehouse;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Greenery.Hosting.Api;

/// <summary>
/// The HTTP routes, the same in both hosts. A host only maps them; who may call is its business as well. Every answer,
/// also that to a bad request, is made here.
/// </summary>
public sealed class RunsApi(IPipelineHost host, ILogger<RunsApi> log)
{
    /// <summary>Runs listed without <c>limit</c>.</summary>
    public const int UsualRuns = 20;

    /// <summary>The most that are listed.</summary>
    public const int MostRuns = 200;

    // For an answer; the longest is a page over a large ledger.
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(60);

    private readonly ReportCache _reports = new();

    /// <summary>
    /// <c>POST /api/runs</c>: 202 with Location, 409 with the active run's id, 400, 413, 415 for what is no request,
    /// 422 for a key that was used for another wish.
    /// </summary>
    /// <param name="request">Body and headers.</param>
    /// <param name="control">How the host starts runs.</param>
    /// <param name="cancellationToken">The caller is gone.</param>
    public Task<IResult> StartAsync(HttpRequest request, RunControl control, CancellationToken cancellationToken) =>
        GuardAsync(async stop =>
    {
        var asked = await RunBody.ReadAsync(request, stop);
        return await control.StartAsync(asked, stop) switch
        {
            RunStart.Started started => Accepted(request, started.Lease.RunId),
            RunStart.Known known => Accepted(request, known.RunId),
            RunStart.KeyTaken taken => new ApiProblem(
                StatusCodes.Status422UnprocessableEntity, "The key is taken.",
                $"This Idempotency-Key started run {taken.RunId} with another body. Use a new key for a new wish.",
                taken.RunId).ToResult(),
            RunStart.Busy busy => ApiProblem.Conflict(busy.Message, busy.RunId).ToResult(),
            var other => throw new InvalidOperationException($"{other} is no answer to a request."),
        };
    }, cancellationToken);

    /// <summary><c>GET /api/runs?limit=20</c>: the newest runs, newest first.</summary>
    public Task<IResult> ListAsync(HttpRequest request, CancellationToken cancellationToken) =>
        GuardAsync(async stop =>
    {
        var most = Limit(request);
        return ApiJson.Of(await (await ReportsAsync(stop)).ListAsync(most, stop));
    }, cancellationToken);

    /// <summary><c>GET /api/runs/{id}</c>: all the ledgers say of a run; 404 when there is none.</summary>
    public Task<IResult> ReadAsync(string id, CancellationToken cancellationToken) =>
        GuardAsync(async stop =>
            await (await ReportsAsync(stop)).ReadAsync(Id(id), stop) is { } report
                ? ApiJson.Of(report)
                : throw Unknown(id), cancellationToken);

    /// <summary><c>POST /api/runs/{id}/cancel</c>: 202; 409 when the run has ended, 404 when there is none.</summary>
    public Task<IResult> CancelAsync(HttpRequest request, string id, CancellationToken cancellationToken) =>
        GuardAsync(async stop =>
    {
        var runId = Id(id);
        var warehouse = await host.WarehouseAsync(stop);
        var cancelled = await RunStore.CancelAsync(warehouse, runId, stop) ?? throw Unknown(id);
        if (cancelled.Ended is { } ended)
        {
            log.EndedAs(ended);
        }
        return cancelled.State == RunState.Running
            ? Accepted(request, runId)
            : ApiProblem.Conflict($"Run {runId} has ended as {EnumText.Name(cancelled.State)}; only a running one can "
                + "be stopped.", runId).ToResult();
    }, cancellationToken);

    /// <summary>
    /// <c>GET /api/report?run=7</c>: the state of the data as one page, by default as of the newest run.
    /// </summary>
    public Task<IResult> ReportAsync(HttpRequest request, CancellationToken cancellationToken) =>
        GuardAsync(async stop =>
    {
        var run = request.Query["run"].ToString();
        return await PageAsync(run.Length == 0 ? null : Id(run), run, stop);
    }, cancellationToken);

    /// <summary>
    /// <c>GET /api/reports/7?expires=...&amp;signature=...</c>: the same page of one run, for who has a link from a
    /// message. The signature is the permission, so a host asks for no other. 404 where the settings have no key.
    /// </summary>
    public Task<IResult> SignedReportAsync(HttpRequest request, string id, CancellationToken cancellationToken) =>
        GuardAsync(async stop =>
    {
        if (host.Settings.Links is not { } signer)
        {
            throw new ApiProblemException(ApiProblem.NotFound($"There is no {request.Path}; Greenery:Links:Key is not "
                + "set. GET /api/report has the report."));
        }
        // Nothing is read before the signature is known to be right.
        var state = signer.Verify($"api/reports/{id}", request.Query["expires"].ToString(),
            request.Query["signature"].ToString(), host.Time.GetUtcNow());
        return state == SignedLinkState.Valid ? await PageAsync(Id(id), id, stop) : SignedLinkAnswers.Refuse(state);
    }, cancellationToken);

    /// <summary>
    /// <c>GET /api/health</c>: 200, or 503 when nothing was published within the allowed age, or that is not known.
    /// </summary>
    public Task<IResult> HealthAsync(CancellationToken cancellationToken) => GuardAsync(async stop =>
    {
        var health = await HealthReport.ReadAsync(host, stop);
        return ApiJson.Of(health, health.IsHealthy ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);
    }, cancellationToken);

    private async Task<IResult> PageAsync(long? runId, string asked, CancellationToken cancellationToken)
    {
        try
        {
            var page = await _reports.ReadAsync(host, runId, cancellationToken);
            return new ProtectedResult(Results.Text(page, "text/html; charset=utf-8"));
        }
        catch (ConfigurationException) when (runId is not null)
        {
            throw Unknown(asked);
        }
    }

    // Within the base path the caller used; the host may stand after a proxy, so it is not made absolute.
    private static IResult Accepted(HttpRequest request, long runId)
    {
        var url = $"{request.PathBase}/api/runs/{runId}";
        return ApiJson.Of(new { runId, url }, StatusCodes.Status202Accepted, location: url);
    }

    private static int Limit(HttpRequest request)
    {
        var text = request.Query["limit"].ToString();
        return text.Length == 0 ? UsualRuns
            : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var limit) && limit is >= 1
            and <= MostRuns ? limit
            : throw new ApiProblemException(ApiProblem.BadRequest($"limit is no number from 1 to {MostRuns}."));
    }

    private static long Id(string text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var id)
        ? id
        : throw new ApiProblemException(
        ApiProblem.NotFound("A run's id is a number, such as 7. GET /api/runs lists them."));

    private static ApiProblemException Unknown(string id) =>
        new(ApiProblem.NotFound($"There is no run {id}. GET /api/runs lists them."));

    private async Task<RunReports> ReportsAsync(CancellationToken cancellationToken) =>
        new(await host.WarehouseAsync(cancellationToken));

    private async Task<IResult> GuardAsync(
        Func<CancellationToken, Task<IResult>> answerAsync, CancellationToken cancellationToken)
    {
        try
        {
            return await TimeLimit.RunAsync(Longest, answerAsync, cancellationToken);
        }
        catch (ApiProblemException exception)
        {
            return exception.Problem.ToResult();
        }
        catch (BadHttpRequestException exception)
        {
            return (exception.StatusCode == StatusCodes.Status413PayloadTooLarge
                ? RunBody.TooLarge
                : ApiProblem.Malformed(exception.StatusCode)).ToResult();
        }
        catch (Exception exception) when (exception is InfrastructureException or ConfigurationException)
        {
            return ApiProblem.Unavailable(exception.Message).ToResult();
        }
        catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.ReadOnlySqlTransaction)
        {
            return ApiProblem.Unavailable(PostgresMessage.Describe(exception)).ToResult();
        }
        catch (Exception exception) when (Transient.Is(exception))
        {
            return ApiProblem.Unavailable(
                "The connection to database or storage was lost meanwhile. Try again in a moment.").ToResult();
        }
        catch (Exception exception) when (exception is not (OperationCanceledException or OutOfMemoryException))
        {
            var reference = Guid.NewGuid().ToString("n")[..8];
            log.RequestFailed(reference, ExceptionText.Trace(exception));
            return new ApiProblem(
                StatusCodes.Status500InternalServerError, "Greenery failed.",
                $"This is not the request's fault. The host's log has the reason under {reference}.").ToResult();
        }
    }
}
