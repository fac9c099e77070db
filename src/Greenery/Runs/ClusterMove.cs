using System.Diagnostics;
using Greenery.Sources;
using Greenery.Staging;
using Greenery.Staging.Loading;
using Greenery.Warehouse;
using Npgsql;

namespace Greenery.Runs;

/// <summary>
/// Moves the tables of a warehouse that was on a single server to where the project has them on a cluster: those of
/// staging, what histories are computed from, and the tables of models. Each moves in a transaction of its own, and
/// those who read it see it before or after; begun again, it moves those that are left.
/// </summary>
/// <param name="warehouse">The cluster's coordinator.</param>
/// <param name="project">Says where the tables are to be.</param>
/// <param name="patience">How long to wait for others that hold locks on a table, and in the end for all that read what
/// was moved; two minutes by default.</param>
internal sealed class ClusterMove(PostgresWarehouse warehouse, Project project, TimeSpan? patience = null)
{
    // A move from the coordinator holds up no reader while it waits for its lock; the server needs a second to end a
    // vacuum for it.
    private const string LockTimeout = "set local lock_timeout = '5s'";

    private static readonly TimeSpan Moment = TimeSpan.FromSeconds(1);

    private readonly TimeSpan _patience = patience ?? TimeSpan.FromMinutes(2);

    /// <summary>Verifies that there is a cluster, and a project that distributes tables.</summary>
    /// <exception cref="ConfigurationException">There is not.</exception>
    public async Task VerifyAsync(CancellationToken cancellationToken)
    {
        await using var connection = await warehouse.ConnectAsync(cancellationToken);
        if (!Cluster.Has(connection))
        {
            throw new ConfigurationException(
                "--to-citus", $"{warehouse.Description} has no extension {Cluster.Extension}, so there is no cluster "
                + "to move tables within. Expected the database of a coordinator: create the extension there and on "
                + "each node, add the nodes (select citus_add_node('host', 5432)), and restore the warehouse's backup "
                + "into it.");
        }
        if (!project.Catalogue.IsDistributed)
        {
            throw new ConfigurationException(
                "--to-citus", "the project says of no table where its rows are to be. Expected config: "
                + "{distributed_by: COLUMN} on the sources and models that grow; all others become reference tables "
                + "then.");
        }
    }

    /// <summary>Does it.</summary>
    /// <param name="result">Takes what was done, as it is done.</param>
    /// <param name="lease">Fences each commit.</param>
    /// <param name="progress">Receives each table that was moved.</param>
    /// <param name="cancellationToken">Tables that were moved stay moved.</param>
    /// <exception cref="ConfigurationException">A table cannot be where the project has it. Nothing was moved.
    /// </exception>
    /// <exception cref="StepFailedException">PostgreSQL refused to move one. Those before it stay moved.</exception>
    /// <exception cref="BlockedException">Others held their locks for too long.</exception>
    public async Task RunAsync(
        ClusterMoveResult result, RunLease lease, IProgress<string>? progress, CancellationToken cancellationToken)
    {
        await using var connection = await warehouse.ConnectAsync(cancellationToken);
        foreach (var move in await FindAsync(connection, result, cancellationToken))
        {
            await Cluster.AwaitCommitsAsync(connection, cancellationToken);
            await MoveAsync(move, result, lease, cancellationToken);
            result.Moved.Add($"{move}");
            progress?.Report($"{move}: {move.Distribution}");
            await connection.ExecuteAsync($"analyze {move.Name}", null, cancellationToken);
            await FreeAsync(move, result, Moment, lease, cancellationToken);
        }
        await Cluster.AwaitCommitsAsync(connection, cancellationToken);
        var start = Stopwatch.GetTimestamp();
        foreach (var move in result.Left.ToList())
        {
            var rest = _patience - Stopwatch.GetElapsedTime(start);
            await FreeAsync(move, result, rest > Moment ? rest : Moment, lease, cancellationToken);
        }
    }

    private async Task<List<TableMove>> FindAsync(
        NpgsqlConnection connection, ClusterMoveResult result, CancellationToken cancellationToken)
    {
        var diagnostics = new List<Diagnostic>(
            await StagingTables.TooLargeAsync(connection, project.Catalogue.Sources, cancellationToken));
        List<TableMove> wanted =
        [
            .. await OfSourcesAsync(connection, diagnostics, cancellationToken),
            .. await OfModelsAsync(connection, result, diagnostics, cancellationToken),
        ];
        if (diagnostics.Count > 0)
        {
            throw new ConfigurationException(diagnostics);
        }
        var found = new List<TableMove>();
        foreach (var move in wanted)
        {
            if (await Cluster.FindAsync(connection, move.Name, cancellationToken) != move.Distribution)
            {
                found.Add(move);
            }
            else if (await Cluster.HasLocalRowsAsync(connection, move.Name, cancellationToken))
            {
                result.Left.Add(move);
            }
        }
        return found;
    }

    private async Task<List<TableMove>> OfSourcesAsync(
        NpgsqlConnection connection, List<Diagnostic> diagnostics, CancellationToken cancellationToken)
    {
        var existing = await ExistingTable.ReadAsync(connection, cancellationToken);
        var moves = new List<TableMove>();
        foreach (var source in project.Catalogue.Sources.Where(source => existing.ContainsKey(source.Name)))
        {
            var key = existing[source.Name].Key;
            var widen = new TableChange(new StagingTable(source), existing[source.Name]).WidenKey();
            if (source.Distribution?.Column is { } column && !key.Contains(column)
                && await LackAsync(connection, source, column, widen is not null, cancellationToken) is { } lack)
            {
                diagnostics.Add(new Diagnostic(
                    source.Place, $"staging.{source.Name} cannot be distributed by {column}: its key in the database "
                    + $"({string.Join(", ", key)}) lacks it, and {lack}. Drop the table and run with --reload."));
            }
            foreach (var (table, beside) in StagingTables.TablesOf(source))
            {
                // A history that the contract has just got is made by the next run.
                if (beside is null || existing.ContainsKey(source.ObservedName))
                {
                    moves.Add(new TableMove(
                        table, source.Distribution, beside, beside is null ? widen : null, null, IsOfModel: false));
                }
            }
        }
        return moves;
    }

    // Why the column cannot be added to the key.
    private static async Task<string?> LackAsync(
        NpgsqlConnection connection, SourceTable source, string column, bool canWiden,
        CancellationToken cancellationToken) =>
        !canWiden ? "what was observed of its rows, or its parts, are known by the key"
        : await connection.ExecuteScalarAsync<bool>(
            $"""
            select exists (
                select 1 from {new StagingTable(source).Name} where {SqlText.Name(column)} is null limit 1
            )
            """, null, cancellationToken) ? "rows are without a value of it"
        : null;

    private async Task<List<TableMove>> OfModelsAsync(
        NpgsqlConnection connection, ClusterMoveResult result, List<Diagnostic> diagnostics,
        CancellationToken cancellationToken)
    {
        var built = await connection.QueryAsync<(string Model, string Table, bool IsLive)>(
            $"""
            select model, table_name, exists (select from ops.live where live.table_name = model_table.table_name)
            from ops.model_table
            where {SqlText.Oid("'warehouse'", "table_name")} is not null
            order by model, table_name
            """, null, cancellationToken);
        var places = await Cluster.FindAllAsync(connection, "warehouse", cancellationToken);
        var moves = new List<TableMove>();
        foreach (var (name, table, isLive) in built)
        {
            if (project.Catalogue.Find(name) is not { Distribution: { } distribution } model)
            {
                continue;
            }
            var quoted = SqlText.Name("warehouse", table);
            var obstacle = places.TryGetValue(table, out var place) && place != distribution
                ? $"it is {place} now" : await ObstacleAsync(connection, quoted, distribution, cancellationToken);
            if (obstacle is null && distribution.IsReference && place is null
                && await Cluster.TooLargeAsync(connection, quoted, cancellationToken) is { } size)
            {
                diagnostics.Add(new Diagnostic(model.File, $"warehouse.{table} {size}"));
            }
            else if (obstacle is null)
            {
                moves.Add(new TableMove(
                    quoted, distribution, null, null, isLive ? (model.Mart, name, table) : null, IsOfModel: true));
            }
            else if (isLive)
            {
                result.Rebuilt.Add($"warehouse.{table}: {obstacle}");
            }
        }
        return moves;
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

    private async Task MoveAsync(
        TableMove move, ClusterMoveResult result, RunLease lease, CancellationToken cancellationToken)
    {
        try
        {
            if (move.WidenKey is { } widen)
            {
                // By itself: readers wait for a change of a key, and need not for the move.
                await ChangeAsync(
                    move, _patience, lease, (connection, token) => connection.ExecuteAsync(widen, null, token),
                    cancellationToken);
            }
            var keepsRows = false;
            await ChangeAsync(
                move, _patience, lease,
                async (connection, token) =>
                {
                    if (await Cluster.FindAsync(connection, move.Name, token) is null)
                    {
                        await connection.ExecuteAsync(LockTimeout, null, token);
                    }
                    keepsRows = await Cluster.MoveAsync(connection, move.Name, move.Distribution, move.Beside, token);
                    if (move.Shown is { } shown)
                    {
                        await project.Readers.GrantTablesAsync(connection, [shown], token);
                    }
                },
                cancellationToken);
            if (keepsRows)
            {
                result.Left.Add(move);
            }
        }
        catch (PostgresException refusal) when (!Transient.Is(refusal))
        {
            throw new StepFailedException(new StepFailure(
                RunState.Failed, $"{move} cannot be {move.Distribution}: {PostgresMessage.Of(refusal)}. Tables before "
                + "it stay moved; the same command moves those that are left."));
        }
    }

    // By itself: it waits for those who still read the rows of before, as the move does not.
    private async Task FreeAsync(
        TableMove move, ClusterMoveResult result, TimeSpan length, RunLease lease, CancellationToken cancellationToken)
    {
        if (!result.Left.Contains(move))
        {
            return;
        }
        try
        {
            await ChangeAsync(
                move, length, lease,
                (connection, token) => Cluster.ForgetLocalRowsAsync(connection, move.Name, token), cancellationToken);
            result.Left.Remove(move);
        }
        catch (BlockedException)
        {
            // It stays in the list of those that are left.
        }
    }

    private Task ChangeAsync(
        TableMove move, TimeSpan length, RunLease lease, Func<NpgsqlConnection, CancellationToken, Task> workAsync,
        CancellationToken cancellationToken) =>
        new TableChanges(warehouse, length).RunAsync(
            [move.Schema], advisoryKey: null,
            async (connection, token) =>
            {
                await workAsync(connection, token);
                await lease.VerifyAsync(connection, token);
            }, cancellationToken);
}
