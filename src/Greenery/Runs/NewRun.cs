using Greenery.Warehouse;
using Npgsql;

namespace Greenery.Runs;

/// <summary>Writes a run that begins into <c>ops.run</c>, with its lease.</summary>
internal static class NewRun
{
    /// <summary>The run's first row, and the right to write.</summary>
    /// <param name="connection">In the caller's transaction.</param>
    /// <param name="request">What is wanted.</param>
    /// <param name="today">The business date, where neither the request nor the data says one.</param>
    /// <param name="host">Where it runs.</param>
    /// <param name="leaseLength">How long the lease lasts until it is renewed.</param>
    /// <param name="cancellationToken">Nothing was started then.</param>
    /// <returns>The lease.</returns>
    public static async Task<RunLease> InsertAsync(
        NpgsqlConnection connection, RunRequest request, DateOnly today, string host, TimeSpan leaseLength,
        CancellationToken cancellationToken)
    {
        var token = Guid.NewGuid();
        var runId = await connection.QueryFirstOrDefaultAsync<long>(
            $"""
            with started as (
                insert into ops.run (
                    business_date, through_date, requested_date, is_reload, is_full_refresh, may_withdraw, started_by,
                    host, state, scheduled_at, idempotency_key, request, selected_models, tried_run_id,
                    environment
                )
                select
                    coalesce(@Date, data_date, @today), coalesce(@Date, data_date, @today), @Date, @IsReload,
                    @IsFullRefresh, @MayWithdraw, @StartedBy, @host, 'running', @slot, @IdempotencyKey, @fingerprint,
                    @selection::text[], @TriedRunId::bigint, @Environment
                from (
                    -- What loads nothing is of the date of the data that it finds: a try of that of staging, a
                    -- publication of that which readers see.
                    select (
                        select business_date from ops.run
                        where (@TriedRunId::bigint is not null or @selection::text[] is not null)
                            and {RunKinds.IsDaily}
                            and (state in ('published', 'unchanged')
                                or (state = 'checks_failed' and @TriedRunId::bigint is null))
                        order by run_id desc limit 1
                    ) as data_date
                ) as found
                returning run_id
            )
            insert into ops.lease (run_id, token, expires_at)
            select run_id, @token, clock_timestamp() + @leaseLength from started
            returning run_id
            """,
            new
            {
                request.Date,
                today,
                request.IsReload,
                request.IsFullRefresh,
                request.MayWithdraw,
                request.StartedBy,
                request.IdempotencyKey,
                request.TriedRunId,
                request.Environment,
                selection = request.Selection?.ToArray(),
                fingerprint = request.Fingerprint(),
                slot = request.ScheduledAt?.ToUniversalTime(),
                host,
                token,
                leaseLength,
            },
            cancellationToken);
        return new RunLease(runId, token);
    }
}
