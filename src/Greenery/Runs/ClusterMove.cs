using Greenery.Models.Planning;
using Greenery.Staging;
using Greenery.Staging.Loading;
using Greenery.Warehouse;
using Npgsql;

namespace Greenery.Runs;

/// <summary>
/// Moves the tables of a warehouse that was on a single server to where the project has them on a cluster: those of
/// staging, what histories are computed from, and the tables of models. Each moves in a transaction of its own, and
/// those who read it see it before or after; begun again, it goes on with those that are left.
/// </summary>
/// <param name="warehouse">The cluster's coordinator.</param>
/// <param name="project">Says where the tables are to be.</param>
/// <param name="patience">How long to wait for others that hold locks on a table; two minutes by default.</param>
internal sealed class ClusterMove(PostgresWarehouse warehouse, Project project, TimeSpan? patience = null)
{
    /// <summary>Verifies that there is a cluster, and a project that distributes tables.</summary>
    /// <exception cref="ConfigurationException">There is not.</exception>
    public async Task VerifyAsync(CancellationToken cancellationToken)
    {
        await using var connection = await warehouse.ConnectAsync(cancellationToken);
        if (!Cluster.Has(connection))
        {
            throw new ConfigurationException(
                "--to-citus", $"{warehouse.Description} has no extension {Cluster.Extension}, so there is no cluster to "
                + "move tables within. Expected the database of a coordinator: create the extension there and on each "
                + "node, add the nodes (select citus_add_node('host', 5432)), and restore the warehouse's backup into "
                + "it.");
        }
        if (project.Catalogue.Sources.All(source => source.Distribution is null))
        {
            throw new ConfigurationException(
                "--to-citus", "the project says of no table where its rows are to be. Expected config: {distributed_by: "
                + "COLUMN} on the sources and models that grow; all others become reference tables then.");
        }
    }

    /// <summary>Does it.</summary>
    /// <param name="lease">Fences each commit.</param>
    /// <param name="progress">Receives each table that was moved.</param>
    /// <param name="cancellationToken">Tables that were moved stay moved.</param>
    /// <exception cref="ConfigurationException">A source's key lacks the column, and cannot be widened. Nothing was
    /// moved.</exception>
    /// <exception cref="BlockedException">Others held their locks for too long.</exception>
    public async Task<ClusterMoveResult> RunAsync(
        RunLease lease, IProgress<string>? progress, CancellationToken cancellationToken)
    {
        var result = new ClusterMoveResult();
        await using (var connection = await warehouse.ConnectAsync(cancellationToken))
        {
            await FindAsync(connection, result, cancellationToken);
        }
        foreach (var move in result.Found)
        {
            await MoveAsync(move, lease, cancellationToken);
            result.Moved.Add($"{move}");
            progress?.Report($"{move}: {move.Distribution}");
        }
        foreach (var move in result.Left.ToList())
        {
            await FreeAsync(move, result, cancellationToken);
        }
        return result;
    }

    private async Task FindAsync(
        NpgsqlConnection connection, ClusterMoveResult result, CancellationToken cancellationToken)
    {
        var existing = await ExistingTable.ReadAsync(connection, cancellationToken);
        List<Diagnostic> diagnostics =
            [.. await StagingTables.TooLargeAsync(connection, project.Catalogue.Sources, cancellationToken)];
        foreach (var source in project.Catalogue.Sources.Where(source => existing.ContainsKey(source.Name)))
        {
            var found = existing[source.Name];
            var change = new TableChange(new StagingTable(source), found);
            if (source.Distribution?.Column is { } column && !found.Key.Contains(column) && change.WidenKey() is null)
            {
                diagnostics.Add(new Diagnostic(
                    source.Place, $"staging.{source.Name} cannot be distributed by {column}: its key in the database "
                    + $"({string.Join(", ", found.Key)}) lacks it, and what was observed of its rows, or its parts, are "
                    + "known by the key. Drop the table and run with --reload."));
            }
            foreach (var (table, beside) in StagingTables.TablesOf(source))
            {
                await AddAsync(
                    connection, result,
                    new TableMove(table, source.Distribution, beside, beside is null ? change.WidenKey() : null, null),
                    cancellationToken);
            }
        }
        if (diagnostics.Count > 0)
        {
            throw new ConfigurationException(diagnostics);
        }
        await FindModelsAsync(connection, result, cancellationToken);
    }

    private async Task FindModelsAsync(
        NpgsqlConnection connection, ClusterMoveResult result, CancellationToken cancellationToken)
    {
        var built = await connection.QueryAsync<(string Model, string Table)>(
            $"""
            select model, table_name from ops.model_table
            where {SqlText.Oid("'warehouse'", "table_name")} is not null
            order by model, table_name
            """, null, cancellationToken);
        foreach (var (name, table) in built)
        {
            if (project.Catalogue.Find(name) is not { Distribution: { } distribution } model)
            {
                continue;
            }
            var quoted = SqlText.Name("warehouse", table);
            if (await ObstacleAsync(connection, quoted, distribution, cancellationToken) is { } obstacle)
            {
                result.Rebuilt.Add($"warehouse.{table}: {obstacle}");
                continue;
            }
            await AddAsync(
                connection, result, new TableMove(quoted, distribution, null, null, (model.Mart, name, table)),
                cancellationToken);
        }
    }

    private static async Task AddAsync(
        NpgsqlConnection connection, ClusterMoveResult result, TableMove move, CancellationToken cancellationToken)
    {
        if (await Cluster.FindAsync(connection, move.Name, cancellationToken) != move.Distribution)
        {
            result.Found.Add(move);
            result.Left.Add(move);
        }
        else if (await Cluster.HasLocalRowsAsync(connection, move.Name, cancellationToken))
        {
            result.Left.Add(move);
        }
    }

    // Of a table whose model has changed since it was built.
    private static Task<string?> ObstacleAsync(
        NpgsqlConnection connection, string table, Distribution distribution, CancellationToken cancellationToken) =>
        connection.QueryFirstOrDefaultAsync<string?>(
            """
            with part as (
                select to_regclass(@table)::oid as oid
                union
                select relid from pg_partition_tree(to_regclass(@table))
            ),

            placed as (
                select attnum from pg_attribute
                where attrelid = to_regclass(@table) and attname = @Column and attnum > 0 and not attisdropped
            )

            select format('it has no column %s', @Column)
            where @Column is not null and not exists (select from placed)
            union all
            select format('its key %s lacks %s', indexrelid::regclass, @Column) from pg_index
            inner join part on part.oid = indrelid
            where indisunique and @Column is not null and not exists (
                select from pg_attribute where attrelid = indrelid and attname = @Column and attnum = any(indkey))
            limit 1
            """, new { table, distribution.Column }, cancellationToken);

    private Task MoveAsync(TableMove move, RunLease lease, CancellationToken cancellationToken) =>
        new TableChanges(warehouse, patience).RunAsync(
            [move.Schema], advisoryKey: null,
            async (connection, token) =>
            {
                if (move.WidenKey is { } widen)
                {
                    await connection.ExecuteAsync(widen, null, token);
                }
                await Cluster.MoveAsync(connection, move.Name, move.Distribution, move.Beside, token);
                if (move.Shown is { } shown)
                {
                    await project.Readers.GrantTablesAsync(connection, [shown], token);
                }
                await lease.VerifyAsync(connection, token);
            }, cancellationToken);

    // By itself: it waits for those who still read the rows of before, as the move does not.
    private async Task FreeAsync(TableMove move, ClusterMoveResult result, CancellationToken cancellationToken)
    {
        try
        {
            await new TableChanges(warehouse, patience).RunAsync(
                [move.Schema], advisoryKey: null,
                async (connection, token) =>
                {
                    await Cluster.ForgetLocalRowsAsync(connection, move.Name, token);
                    await connection.ExecuteAsync($"analyze {move.Name}", null, token);
                }, cancellationToken);
            result.Left.Remove(move);
        }
        catch (BlockedException)
        {
            // It stays in the list of those that are left.
        }
    }
}
