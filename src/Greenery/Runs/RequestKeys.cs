using Greenery.Warehouse;
using Npgsql;

namespace Greenery.Runs;

/// <summary>What was asked for under a key before.</summary>
internal static class RequestKeys
{
    /// <summary>The first answer; null when the request has no key, or nobody used it yet.</summary>
    public static async Task<RunStart?> FindAsync(NpgsqlConnection connection, RunRequest request, CancellationToken cancellationToken)
    {
        if (request.IdempotencyKey is null)
        {
            return null;
        }
        var (runId, before) = await connection.FirstAsync<(long RunId, string? Request)>(
            "select run_id, request from ops.run where idempotency_key = @IdempotencyKey", request, cancellationToken);
        return runId == 0 ? null
            : before == request.Fingerprint() ? new RunStart.Known(runId)
            : new RunStart.KeyTaken(runId);
    }
}
