using Greenery.Warehouse;
using Npgsql;

namespace Greenery.Runs;

/// <summary>What was asked for under a key before.</summary>
internal static class RequestKeys
{
    /// <summary>The first answer; null when the request has no key, or the key is new.</summary>
    public static async Task<RunStart?> FindAsync(
        NpgsqlConnection connection, RunRequest? request, CancellationToken cancellationToken)
    {
        if (request?.IdempotencyKey is null)
        {
            return null;
        }
        var (runId, before) = await connection.QueryFirstOrDefaultAsync<(long RunId, string? Request)>(
            "select run_id, request from ops.run where idempotency_key = @IdempotencyKey", request, cancellationToken);
        return runId == 0 ? null
            : before == request.Fingerprint() ? new RunStart.Known(runId)
            : new RunStart.KeyTaken(runId);
    }

    /// <summary>Notes that a run that was there already is the answer to a key.</summary>
    /// <returns>Whether it is: a run answers one key only, and none that comes without.</returns>
    public static async Task<bool> NoteAsync(
        NpgsqlConnection connection, RunRequest request, long runId, CancellationToken cancellationToken) =>
        request.IdempotencyKey is null || await connection.ExecuteAsync(
            "update ops.run set idempotency_key = @IdempotencyKey, request = @fingerprint where run_id = @runId and "
                + "idempotency_key is null",
            new { request.IdempotencyKey, fingerprint = request.Fingerprint(), runId }, cancellationToken) > 0;
}
