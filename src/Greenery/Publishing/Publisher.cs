using Greenery.Models;
using Greenery.Warehouse;
using Npgsql;

namespace Greenery.Publishing;

/// <summary>
/// Shows a run's versions to readers: one transaction that merges the deltas, then repoints the views of all marts. A
/// reader sees the state before or the state after, never a mix.
/// </summary>
public sealed class Publisher(PostgresWarehouse warehouse, TimeProvider time)
{
    /// <summary>
    /// Below PostgreSQL's deadlock_timeout (1 s), so that a reader who holds one view and wants another is let through
    /// instead of being chosen as a deadlock's victim.
    /// </summary>
    private const string LockTimeout = "800ms";

    /// <summary>How long publishing waits for readers in all.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    /// <summary>Publishes the plan of the lease's run; a run that is published already stays as it is.</summary>
    /// <exception cref="PublishConflictException">A reader's view or a reader's lock is in the way; nothing was published.</exception>
    public async Task PublishAsync(IReadOnlyList<PlannedModel> plan, RunLease lease, CancellationToken cancellationToken)
    {
        await using var connection = await warehouse.ConnectAsync(cancellationToken);
        await ReaderRole.EnsureAsync(connection, cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await MergeDeltasAsync(connection, plan, cancellationToken);
        await transaction.SaveAsync("merged", cancellationToken);
        var start = time.GetTimestamp();
        while (!await TryShowAsync(connection, plan, new RunSchema(lease.RunId), cancellationToken))
        {
            await transaction.RollbackAsync("merged", cancellationToken);
            if (time.GetElapsedTime(start) > Patience)
            {
                throw new PublishConflictException(
                    $"Readers hold the marts for {Patience.TotalMinutes:0} minutes now: {await BlockersAsync(cancellationToken)}. "
                    + "Nothing was published. End their transactions and run again.");
            }
            await Task.Delay(Pause, time, cancellationToken);
        }
        await WriteLiveAsync(connection, plan, lease, cancellationToken);
        await lease.VerifyAsync(connection, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    private static async Task MergeDeltasAsync(
        NpgsqlConnection connection, IReadOnlyList<PlannedModel> plan, CancellationToken cancellationToken)
    {
        foreach (var planned in plan.Where(planned => planned.DeltaTable is not null))
        {
            // The base's fingerprint is the sign that the delta is in it: a second delivery of this step merges nothing.
            var isFirst = 1 == await connection.RunAsync(
                """
                update ops.model_table set fingerprint = @Fingerprint, until_seq = @Until
                where table_name = @TableName and fingerprint <> @Fingerprint
                """,
                planned, cancellationToken);
            if (isFirst)
            {
                var growth = await ModelSql.MergeAsync(connection, planned, cancellationToken);
                await connection.RunAsync(
                    "update ops.model_table set row_count = row_count + @growth where table_name = @TableName",
                    new { growth, planned.TableName }, cancellationToken);
            }
        }
    }

    /// <summary>False when a reader's lock did not become free in time.</summary>
    private static async Task<bool> TryShowAsync(
        NpgsqlConnection connection, IReadOnlyList<PlannedModel> plan, RunSchema schema, CancellationToken cancellationToken)
    {
        try
        {
            await connection.RunAsync(
                $"set local lock_timeout = '{LockTimeout}'; set local search_path to {string.Join(", ", Marts.InOrder)}",
                null, cancellationToken);
            await ShowAsync(connection, plan, schema, cancellationToken);
            return true;
        }
        catch (PostgresException exception) when (exception.SqlState is
            PostgresErrorCodes.LockNotAvailable or PostgresErrorCodes.DeadlockDetected)
        {
            return false;
        }
    }

    private static async Task ShowAsync(
        NpgsqlConnection connection, IReadOnlyList<PlannedModel> plan, RunSchema schema, CancellationToken cancellationToken)
    {
        var view = new PublishedView(connection);
        var (toShow, toDrop) = await ChangesAsync(view, plan, schema, await ShownTablesAsync(connection, cancellationToken), cancellationToken);
        var grants = new List<string>();
        foreach (var planned in toDrop)
        {
            grants.AddRange(await view.GrantsAsync(planned.Model, cancellationToken));
            await view.DropAsync(planned.Model.ToString(), PublishedView.ViewName(planned.Model), cancellationToken);
        }
        await DropForgottenAsync(connection, view, plan, cancellationToken);
        foreach (var planned in toShow)
        {
            await view.ShowAsync(planned, cancellationToken);
            await ReaderRole.GrantAsync(connection, planned.Model, cancellationToken);
        }
        if (grants.Count > 0)
        {
            await connection.RunAsync(string.Join(";\n", grants), null, cancellationToken);
        }
    }

    /// <summary>
    /// The views to make or replace; and those to drop before, dependants first: views whose columns went, and with them
    /// the marts' own views that read them.
    /// </summary>
    private static async Task<(List<PlannedModel> ToShow, List<PlannedModel> ToDrop)> ChangesAsync(
        PublishedView view, IReadOnlyList<PlannedModel> plan, RunSchema schema, HashSet<string> shown, CancellationToken cancellationToken)
    {
        var (toShow, toDrop) = (new List<PlannedModel>(), new List<PlannedModel>());
        foreach (var planned in plan)
        {
            var isChanged = planned.IsTable ? !shown.Contains($"{planned.Model} {planned.TableName}") : planned.Action == ModelAction.Build;
            var readsDropped = !planned.IsTable && toDrop.Exists(dropped => planned.Model.Models.Contains(dropped.Model.Name));
            if (isChanged || readsDropped)
            {
                toShow.Add(planned);
                if (readsDropped || await view.MustBeDroppedAsync(planned.Model, schema, cancellationToken))
                {
                    toDrop.Insert(0, planned);
                }
            }
        }
        return (toShow, toDrop);
    }

    // A model whose file is gone must not stay visible with the rows of its last day.
    private static async Task DropForgottenAsync(
        NpgsqlConnection connection, PublishedView view, IReadOnlyList<PlannedModel> plan, CancellationToken cancellationToken)
    {
        var forgotten = await connection.ListAsync<(string Mart, string Model)>(
            "delete from ops.live where model <> all (@names) returning mart, model",
            new { names = plan.Select(planned => planned.Model.Name).ToArray() }, cancellationToken);
        foreach (var (mart, model) in forgotten)
        {
            await view.DropAsync($"{mart}.{model}", Sql.Name(mart, model), cancellationToken);
        }
    }

    private static async Task<HashSet<string>> ShownTablesAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var shown = await connection.ListAsync<string>(
            """
            select format('%s.%s %s', live.mart, live.model, live.table_name) from ops.live
            where to_regclass(format('%I.%I', live.mart, live.model)) is not null
            """, null, cancellationToken);
        return [.. shown];
    }

    private static async Task WriteLiveAsync(
        NpgsqlConnection connection, IReadOnlyList<PlannedModel> plan, RunLease lease, CancellationToken cancellationToken)
    {
        foreach (var planned in plan)
        {
            await connection.RunAsync(
                """
                insert into ops.live (model, mart, table_name, fingerprint, definition, until_seq, row_count, run_id)
                select @Name, @Mart, @table, @Fingerprint, @Definition, @Until,
                    coalesce((select row_count from ops.model_table where table_name = @table), 0), @RunId
                on conflict (model) do update
                set mart = excluded.mart, table_name = excluded.table_name, fingerprint = excluded.fingerprint,
                    definition = excluded.definition, until_seq = excluded.until_seq, row_count = excluded.row_count,
                    run_id = excluded.run_id, published_at = clock_timestamp()
                """,
                new
                {
                    planned.Model.Name,
                    planned.Model.Mart,
                    table = planned.IsTable ? planned.TableName : null,
                    planned.Fingerprint,
                    planned.Model.Definition,
                    planned.Until,
                    lease.RunId,
                },
                cancellationToken);
        }
        await connection.RunAsync(
            "update ops.run set state = 'published', finished_at = clock_timestamp() where run_id = @RunId",
            lease, cancellationToken);
    }

    private async Task<string> BlockersAsync(CancellationToken cancellationToken)
    {
        await using var connection = await warehouse.ConnectAsync(cancellationToken);
        var blockers = await connection.ListAsync<string>(
            """
            select distinct format('process %s (%s, %s) since %s: %s', activity.pid, usename, application_name,
                to_char(xact_start, 'HH24:MI:SS'), left(query, 80))
            from pg_locks
            join pg_class on pg_class.oid = pg_locks.relation
            join pg_namespace on pg_namespace.oid = pg_class.relnamespace
            join pg_stat_activity as activity on activity.pid = pg_locks.pid
            where nspname = any(@marts) and activity.pid <> pg_backend_pid()
            """,
            new { marts = Marts.InOrder.ToArray() },
            cancellationToken);
        return blockers.Count == 0 ? "by somebody who has just left" : string.Join("; ", blockers);
    }
}
