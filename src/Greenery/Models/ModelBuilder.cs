using Greenery.Warehouse;
using Npgsql;

namespace Greenery.Models;

/// <summary>Builds one model of a run: its table (or the delta of it) in schema warehouse, and its view in the run's schema.</summary>
public sealed class ModelBuilder(PostgresWarehouse warehouse)
{
    /// <summary>
    /// One transaction, which the lease fences. Built before (by an attempt that died behind the commit, or by a run
    /// that was not published): the table is taken as it is.
    /// </summary>
    /// <returns>The rows computed; 0 for a view.</returns>
    public async Task<long> BuildAsync(PlannedModel planned, RunLease lease, CancellationToken cancellationToken)
    {
        var schema = new RunSchema(lease.RunId);
        await using var connection = await warehouse.ConnectAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await connection.RunAsync($"set local search_path to {schema.SearchPath}", null, cancellationToken);
        await connection.RunAsync(
            "update ops.run_model set started_at = clock_timestamp() where run_id = @RunId and model = @Name",
            new { lease.RunId, planned.Model.Name }, cancellationToken);
        var rows = planned.IsTable ? await BuildTableAsync(connection, planned, lease, cancellationToken) : 0;
        var select = await ModelSql.SelectAsync(connection, planned, cancellationToken);
        await connection.RunAsync(schema.CreateView(planned.Model.Name, select), null, cancellationToken);
        await connection.RunAsync(
            """
            update ops.run_model set row_count = @rows, finished_at = clock_timestamp()
            where run_id = @RunId and model = @Name
            """,
            new { rows, lease.RunId, planned.Model.Name },
            cancellationToken);
        await lease.VerifyAsync(connection, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return rows;
    }

    private static async Task<long> BuildTableAsync(
        NpgsqlConnection connection, PlannedModel planned, RunLease lease, CancellationToken cancellationToken)
    {
        var table = planned.DeltaTable ?? planned.TableName;
        var before = await connection.FirstAsync<long?>(
            "select row_count from ops.model_table where table_name = @table and fingerprint = @Fingerprint",
            new { table, planned.Fingerprint }, cancellationToken);
        if (before is { } rowsBefore)
        {
            return rowsBefore;
        }
        var name = Sql.Name("warehouse", table);
        await connection.RunAsync(
            $"create table {name} as\n{planned.Model.SqlSince(planned.Since)}", null, cancellationToken);
        if (planned.DeltaTable is null && ModelSql.MergeKey(planned.Model) is { Count: > 0 } key)
        {
            await connection.RunAsync($"create index on {name} ({Sql.Names(key)})", null, cancellationToken);
        }
        await connection.RunAsync($"analyze {name}", null, cancellationToken);
        return await connection.FirstAsync<long>(
            $"""
            insert into ops.model_table (table_name, model, fingerprint, base_table, since_seq, until_seq, row_count, built_by_run)
            select @table, @Name, @Fingerprint, @baseTable, @Since, @Until, count(*), @RunId from {name}
            returning row_count
            """,
            new
            {
                table,
                planned.Model.Name,
                planned.Fingerprint,
                baseTable = planned.DeltaTable is null ? null : planned.TableName,
                planned.Since,
                planned.Until,
                lease.RunId,
            },
            cancellationToken);
    }
}
