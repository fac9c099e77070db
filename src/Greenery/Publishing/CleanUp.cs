using Greenery.Models;
using Greenery.Warehouse;
using Npgsql;

namespace Greenery.Publishing;

/// <summary>Drops what no reader and no kept run needs any more: run schemas, old versions, merged deltas.</summary>
public sealed class CleanUp(PostgresWarehouse warehouse)
{
    /// <summary>Published runs whose versions are kept, the live one among them.</summary>
    public const int RunsKept = 3;

    /// <summary>
    /// The run at hand keeps its schema when it was not published, so that people can look at what was wrong. A table
    /// that somebody is reading is left for the next time.
    /// </summary>
    /// <returns>How many tables were dropped.</returns>
    public async Task<int> RunAsync(RunLease lease, CancellationToken cancellationToken)
    {
        await using var connection = await warehouse.ConnectAsync(cancellationToken);
        var schemas = await connection.ListAsync<long>(
            """
            select substr(nspname, 5)::bigint from pg_namespace
            join ops.run on run_id = case when nspname ~ '^run_\d+$' then substr(nspname, 5)::bigint end
            where run_id < @RunId or state = 'published'
            """,
            lease, cancellationToken);
        var tables = await connection.ListAsync<string>(
            """
            with kept_runs as (
                select run_id from (
                    select run_id from ops.run where state = 'published' order by run_id desc limit @RunsKept
                ) as published
                union
                select max(run_id) from ops.run
            )
            select table_name from ops.model_table
            where table_name not in (select table_name from ops.live where table_name is not null)
                and not exists (
                    select from ops.run_model
                    join kept_runs using (run_id)
                    join ops.run using (run_id)
                    where model_table.table_name = run_model.table_name
                        or (model_table.table_name = run_model.delta_table and run.state <> 'published')
                )
            """,
            new { RunsKept }, cancellationToken);
        foreach (var runId in schemas)
        {
            await TryAsync(connection, token => RunSchema.DropAsync(connection, [runId], token), cancellationToken);
        }
        var dropped = 0;
        foreach (var table in tables)
        {
            dropped += await TryAsync(connection, token => DropTableAsync(connection, table, token), cancellationToken) ? 1 : 0;
        }
        return dropped;
    }

    private static async Task DropTableAsync(NpgsqlConnection connection, string table, CancellationToken cancellationToken)
    {
        await connection.RunAsync($"drop table if exists {Sql.Name("warehouse", table)}", null, cancellationToken);
        await connection.RunAsync("delete from ops.model_table where table_name = @table", new { table }, cancellationToken);
    }

    private static async Task<bool> TryAsync(
        NpgsqlConnection connection, Func<CancellationToken, Task> drop, CancellationToken cancellationToken)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        try
        {
            await connection.RunAsync("set local lock_timeout = '200ms'", null, cancellationToken);
            await drop(cancellationToken);
            await transaction.CommitAsync(cancellationToken);
            return true;
        }
        catch (PostgresException exception) when (exception.SqlState is
            PostgresErrorCodes.LockNotAvailable or PostgresErrorCodes.DependentObjectsStillExist)
        {
            await transaction.RollbackAsync(cancellationToken);
            return false;
        }
    }
}
