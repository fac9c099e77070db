using Greenery.Models.Planning;
using Greenery.Warehouse;
using Npgsql;

namespace Greenery.Models.Building;

/// <summary>
/// Builds one model of a run: its rows in schema warehouse, and the view of this version in the run's schema.
/// </summary>
public sealed class ModelBuilder(PostgresWarehouse warehouse)
{
    /// <summary>
    /// One transaction, which the lease fences. Built before, by an attempt that died after the commit: left as it is.
    /// </summary>
    /// <returns>The rows computed; 0 for a view.</returns>
    public async Task<long> BuildAsync(PlannedModel planned, RunLease lease, CancellationToken cancellationToken)
    {
        var schema = new RunSchema(lease.RunId);
        await using var connection = await warehouse.ConnectAsync(cancellationToken);
        if (planned is { IsDelta: true, Model.IsByKey: true })
        {
            await new LookupIndexes(connection).EnsureAsync(planned, cancellationToken);
        }
        await WorkTables.ReserveAsync(connection, cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        if (await BeginAsync(connection, planned, lease, cancellationToken) is { } before)
        {
            return before;
        }
        // A model's statement may sort and hash as much as a scheduled run's machine has; the default is made for many
        // readers.
        var path = await WorkTables.PathAsync(connection, schema.SearchPath, cancellationToken);
        await connection.ExecuteAsync(
            $"set local search_path to {path}; set local work_mem = '64MB'", null, cancellationToken);
        var rows = planned.IsTable ? await BuildTableAsync(connection, planned, lease, cancellationToken) : 0;
        var select = await ModelSql.SelectAsync(connection, planned, cancellationToken);
        await WorkTables.DropAsync(connection, cancellationToken);
        await connection.ExecuteAsync(
            $"{Cluster.ViewsOnly(connection)}; {schema.CreateView(planned.Model.Name, select)}", null,
            cancellationToken);
        await connection.ExecuteAsync(
            "update ops.run_model set row_count = @rows, finished_at = clock_timestamp() where run_id = @RunId and "
                + "model = @Name",
            new { rows, lease.RunId, planned.Model.Name }, cancellationToken);
        await lease.VerifyAsync(connection, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return rows;
    }

    /// <summary>Notes the start; the rows computed when an earlier attempt has finished, else null.</summary>
    private static Task<long?> BeginAsync(
        NpgsqlConnection connection, PlannedModel planned, RunLease lease, CancellationToken cancellationToken) =>
        connection.QueryFirstOrDefaultAsync<long?>(
            """
            update ops.run_model set started_at = coalesce(started_at, clock_timestamp())
            where run_id = @RunId and model = @Name
            returning case when finished_at is not null then row_count end
            """,
            new { lease.RunId, planned.Model.Name }, cancellationToken);

    private static async Task<long> BuildTableAsync(
        NpgsqlConnection connection, PlannedModel planned, RunLease lease, CancellationToken cancellationToken)
    {
        if (planned is not { IsDelta: true, Model.IsByKey: true })
        {
            await new CopiedInputs(connection, planned.Model).CreateAsync(
                planned.TableOf, isRestricted: false, cancellationToken);
        }
        var (computed, growth) = planned switch
        {
            { IsDelta: true } => await AddAsync(connection, planned, cancellationToken),
            { Model.Materialization: Materialization.Incremental } =>
                await new IncrementalTable(connection, planned).CreateAsync(cancellationToken) is var rows
                    ? (rows, rows) : default,
            _ => await CreateAsync(connection, planned, cancellationToken) is var rows ? (rows, rows) : default,
        };
        await VerifyPlacesAsync(connection, planned, cancellationToken);
        await connection.ExecuteAsync(
            """
            insert into ops.model_table as built (table_name, model, fingerprint, until_seq, row_count, built_by_run)
            values (@TableName, @Name, @Fingerprint, @Until, @growth, @RunId)
            on conflict (table_name) do update
            set fingerprint = excluded.fingerprint, until_seq = excluded.until_seq, built_by_run = excluded.built_by_run,
                built_at = excluded.built_at,
                row_count = excluded.row_count
                    + case when @IsDelta then (select row_count from ops.live where live.model = excluded.model) else 0 end
            """,
            new { planned.TableName, planned.Model.Name, planned.Fingerprint, planned.Until, planned.IsDelta, growth,
                lease.RunId },
            cancellationToken);
        return computed;
    }

    // Bad rows must not get as far as the checks: a sum of a part looks like a sum.
    private static async Task VerifyPlacesAsync(
        NpgsqlConnection connection, PlannedModel planned, CancellationToken cancellationToken)
    {
        var computed = planned.IsDelta ? Delta.Name : SqlText.Name("warehouse", planned.TableName);
        if (await Cluster.HasMisplacedRowsAsync(connection, computed, cancellationToken))
        {
            throw new ConfigurationException([new Diagnostic(planned.Model.File,
                $"{planned.Model} is computed wrongly by this cluster: some of its rows are on nodes that do not have "
                + "all that they are computed from, because what it reads is distributed by other columns. Distribute "
                + $"it by {planned.Model.Distribution!.Column}, as the model is, or make the model a reference table "
                + "(config: reference: true).")]);
        }
    }

    private static async Task<(long Added, long Growth)> AddAsync(
        NpgsqlConnection connection, PlannedModel planned, CancellationToken cancellationToken)
    {
        var liveVersion = await connection.ExecuteScalarAsync<long>(
            "select version from ops.live where model = @Name", new { planned.Model.Name }, cancellationToken);
        return await new IncrementalTable(connection, planned).AddAsync(liveVersion, cancellationToken);
    }

    private static async Task<long> CreateAsync(
        NpgsqlConnection connection, PlannedModel planned, CancellationToken cancellationToken)
    {
        var table = SqlText.Name("warehouse", planned.TableName);
        var rows = await Cluster.CreateTableAsync(
            connection, table, planned.Statement, planned.Model.Distribution, cancellationToken);
        foreach (var index in planned.Model.Indexes)
        {
            await connection.ExecuteAsync(index.Create(table), null, cancellationToken);
        }
        await connection.ExecuteAsync($"analyze {table}", null, cancellationToken);
        return rows;
    }
}
