using Greenery.Models.Planning;
using Greenery.Publishing;
using Greenery.Warehouse;

namespace Greenery.Tests.Support;

/// <summary>Runs in the ledger, as a step finds them.</summary>
internal static class TestRun
{
    /// <summary>A run with its lease. Earlier ones of the database are over.</summary>
    public static async Task<RunLease> StartAsync(this TestDatabase database)
    {
        await using var connection = await database.Warehouse.ConnectAsync(default);
        var token = Guid.NewGuid();
        var runId = await connection.QueryFirstOrDefaultAsync<long>(
            """
            update ops.run set state = 'failed' where state = 'running';
            with run as (
                insert into ops.run (business_date, started_by, host, state)
                values ('2026-11-21', 'cli', 'test', 'running') returning run_id
            )
            insert into ops.lease (run_id, token, expires_at, is_session_held)
            select run_id, @token, clock_timestamp() + '2 minutes', false from run
            returning run_id
            """,
            new { token }, default);
        return new RunLease(runId, token);
    }

    /// <summary>Another process takes the run over.</summary>
    public static async Task TakeOverAsync(this TestDatabase database, RunLease lease)
    {
        await using var connection = await database.Warehouse.ConnectAsync(default);
        await connection.ExecuteAsync("update ops.lease set token = gen_random_uuid() where run_id = @RunId", lease,
            default);
    }

    /// <summary>Shows what a run has built to readers.</summary>
    public static Task PublishAsync(this TestDatabase database, IReadOnlyList<PlannedModel> plan, RunLease lease) =>
        new Publisher(database.Warehouse, TimeProvider.System).PublishAsync(
            plan, lease.RunId, lease, (_, _) => Task.CompletedTask, CancellationToken.None);

    public static async Task<T?> ValueAsync<T>(this TestDatabase database, string sql)
    {
        await using var connection = await database.Warehouse.ConnectAsync(default);
        return await connection.ExecuteScalarAsync<T>(sql, null, default);
    }

    /// <summary>The first column of all rows.</summary>
    public static async Task<List<T>> ListAsync<T>(this TestDatabase database, string sql)
    {
        await using var connection = await database.Warehouse.ConnectAsync(default);
        return await connection.QueryAsync<T>(sql, null, default);
    }

    public static async Task RunAsync(this TestDatabase database, string sql)
    {
        await using var connection = await database.Warehouse.ConnectAsync(default);
        await connection.ExecuteAsync(sql, null, default);
    }
}
