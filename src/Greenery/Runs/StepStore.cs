using Greenery.Warehouse;
using Npgsql;

namespace Greenery.Runs;

/// <summary>
/// <c>ops.step</c>: a finished step is remembered with its result, attempts are counted, and of two deliveries of one
/// step the second waits for the first.
/// </summary>
internal sealed class StepStore(PostgresWarehouse warehouse)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    // An own name for each lease's locks: the session of a machine that was lost may linger, and a run that was taken
    // over must not wait for it.
    private const string Lock = "select pg_advisory_lock(@RunId::integer, hashtext(@Name || @Token::text))";

    /// <summary>
    /// Begins an attempt. The connection holds the step until it is closed.
    /// </summary>
    /// <param name="connection">Whose session holds the step; open.</param>
    /// <param name="step">The step.</param>
    /// <param name="isRetry">Whether this process has begun it earlier: then the earlier attempt is no crash.</param>
    /// <param name="cancellationToken">Gives up waiting for another delivery.</param>
    /// <exception cref="LeaseLostException">The run was taken over.</exception>
    public static async Task<StepState> BeginAsync(
        NpgsqlConnection connection, RunStep step, bool isRetry, CancellationToken cancellationToken)
    {
        var key = new { step.Lease.RunId, step.Name, step.Lease.Token, isRetry };
        await connection.ExecuteAsync(Lock, key, cancellationToken);
        var standing = await connection.QueryFirstOrDefaultAsync<StepState>(
            """
            insert into ops.step as step (run_id, step, state)
            select @RunId, @Name, 'running'
            where not exists (select from ops.lease where run_id = @RunId and token <> @Token)
            on conflict (run_id, step) do update
            set attempts = step.attempts + case when step.state = 'done' then 0 else 1 end,
                crash_count = step.crash_count + case when step.state = 'running' and not @isRetry then 1 else 0 end,
                state = case when step.state = 'done' then step.state else 'running' end
            returning case when state = 'done' then result::text end as result, crash_count,
                (select cancel_requested_at is not null from ops.run where run.run_id = step.run_id) as is_cancelled,
                (select catalogue from ops.run where run.run_id = step.run_id) as catalogue
            """,
            key, cancellationToken);
        return standing ?? throw new LeaseLostException(step.Lease.RunId);
    }

    /// <summary>Remembers a result.</summary>
    /// <exception cref="LeaseLostException">The run was taken over meanwhile; any process that has it does the step
    /// again.</exception>
    public static async Task FinishAsync(
        NpgsqlConnection connection, RunStep step, string result, CancellationToken cancellationToken)
    {
        var noted = await connection.ExecuteAsync(
            """
            update ops.step set state = 'done', result = @result::jsonb, error = null, finished_at = clock_timestamp()
            where run_id = @RunId and step = @Name
                and not exists (select from ops.lease where run_id = @RunId and token <> @Token)
            """,
            new { step.Lease.RunId, step.Name, step.Lease.Token, result }, cancellationToken);
        if (noted == 0)
        {
            throw new LeaseLostException(step.Lease.RunId);
        }
    }

    /// <summary>Saves why a step failed. A failure to save it must not hide the reason.</summary>
    public async Task FailAsync(RunStep step, string error)
    {
        try
        {
            await TimeLimit.RunAsync(Patience, token => FailAsync(step, error, token), CancellationToken.None);
        }
        catch (Exception exception) when (exception is InfrastructureException or NpgsqlException)
        {
        }
    }
    private async Task FailAsync(RunStep step, string error, CancellationToken cancellationToken)
    {
        await using var connection = await warehouse.ConnectAsync(cancellationToken);
        await connection.ExecuteAsync(
            """
            update ops.step set state = 'failed', error = @error, finished_at = clock_timestamp()
            where run_id = @RunId and step = @Name and state <> 'done'
                and not exists (select from ops.lease where run_id = @RunId and token <> @Token)
            """,
            new { step.Lease.RunId, step.Name, step.Lease.Token, error }, cancellationToken);
    }
}
