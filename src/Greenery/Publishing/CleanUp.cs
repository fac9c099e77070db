using Greenery.Models.Building;
using Greenery.Models.Planning;
using Greenery.Staging;
using Greenery.Warehouse;
using Npgsql;

namespace Greenery.Publishing;

/// <summary>Drops what no reader and no kept run needs any more: run schemas, old versions, replaced rows.</summary>
/// <param name="warehouse">The database.</param>
/// <param name="time">Measures patience with readers.</param>
/// <param name="keep">How long the details of runs are kept; 400 days by default.</param>
public sealed class CleanUp(PostgresWarehouse warehouse, TimeProvider time, TimeSpan? keep = null)
{
    /// <summary>Published runs whose versions are kept, the live one among them.</summary>
    public const int RunsKept = 3;

    /// <summary>
    /// How long to wait for readers of views that hold two versions. A view may do so until the next time.
    /// </summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>SQL of a <c>with</c> clause: kept runs, and the versions of models that these need.</summary>
    internal const string KeptRuns =
        """
        kept_run as (
            select run_id from ops.run where state = 'published' and is_kept
            union
            select run_id from ops.run where started_by = 'try' and is_kept
            union
            select max(run_id) from ops.run where started_by <> 'try'
        ),

        -- What models of kept runs show, and what they were computed from: changes since then must still be found.
        kept_version as (
            select run_model.table_name, run_model.version, run_model.until_seq
            from ops.run_model
            join kept_run using (run_id)
            union all
            select read_version.value ->> 0, (read_version.value ->> 1)::bigint, run_model.until_seq
            from ops.run_model
            join kept_run using (run_id)
            cross join jsonb_each(run_model.read_versions) as read_version
        )
        """;

    /// <summary>
    /// The run at hand keeps its schema when it was not published, so that people can look at what was wrong. A table
    /// that a user is reading is left for the next time, and a schema that others built on stays, with a note.
    /// </summary>
    /// <returns>How many tables were dropped.</returns>
    public async Task<int> RunAsync(RunLease lease, CancellationToken cancellationToken)
    {
        await using var connection = await warehouse.ConnectAsync(cancellationToken);
        await SettleViewsAsync(connection, lease, cancellationToken);
        await EndTriesAsync(connection, lease, cancellationToken);
        await DropSchemasAsync(
            connection, lease, "(run_id < @RunId or state = 'published') and not (started_by = 'try' and is_kept)",
            cancellationToken);
        // Before anything of them is gone, and for good: after a rollback they are among the last published runs again.
        await TryAsync(connection, lease, token => connection.ExecuteAsync(
            """
            update ops.run set is_kept = false
            where is_kept and state = 'published' and run_id not in (
                select run_id from ops.run where state = 'published' and is_kept order by run_id desc limit @RunsKept
            )
            """, new { RunsKept }, token), cancellationToken);
        await TryAsync(connection, lease, token => ForgetRowsAsync(connection, token), cancellationToken);
        var dropped = await DropTablesAsync(connection, lease, cancellationToken);
        await new OpsRetention(keep ?? TimeSpan.FromDays(GreenerySettings.UsualDays)).RunAsync(
            work => TryAsync(connection, lease, work, cancellationToken), connection, cancellationToken);
        return dropped;
    }

    /// <summary>
    /// Drops what is left of old tries, and nothing else: a try leaves alone what belongs to readers and other runs.
    /// </summary>
    /// <returns>How many tables were dropped.</returns>
    public async Task<int> ForgetTriesAsync(RunLease lease, CancellationToken cancellationToken)
    {
        await using var connection = await warehouse.ConnectAsync(cancellationToken);
        await EndTriesAsync(connection, lease, cancellationToken);
        await DropSchemasAsync(connection, lease, "started_by = 'try' and not is_kept", cancellationToken);
        return await DropTablesAsync(connection, lease, cancellationToken);
    }

    // As many as published runs, and none that is older than these: it could not be compared with anything. Besides
    // these, those that environments show, whatever their age.
    private static Task<bool> EndTriesAsync(
        NpgsqlConnection connection, RunLease lease, CancellationToken cancellationToken) =>
        TryAsync(connection, lease, token => connection.ExecuteAsync(
            $"""
            update ops.run set is_kept = false
            where is_kept and started_by = 'try' and not {RunKinds.IsInEnvironment} and (
                run_id not in (
                    select run_id from ops.run
                    where started_by = 'try' and is_kept
                        -- Of one that locks kept from its environment, what was built is kept for the next.
                        and (state in ('tried', 'checks_failed', 'running')
                            or (state = 'refused' and environment is not null))
                        and not {RunKinds.IsInEnvironment}
                    order by run_id desc limit @RunsKept
                )
                or run_id < (
                    select min(run_id) from (
                        select run_id from ops.run where state = 'published' and is_kept
                        order by run_id desc limit @RunsKept
                    ) as published
                )
            )
            """, new { RunsKept }, token), cancellationToken);

    private static async Task DropSchemasAsync(
        NpgsqlConnection connection, RunLease lease, string which, CancellationToken cancellationToken)
    {
        var schemas = await connection.QueryAsync<long>(
            $$"""
            select run_id from pg_namespace
            -- From the schemas, which are few, and not from all runs there ever were.
            join ops.run on run_id = case when nspname ~ '^run_[0-9]{1,18}$' then substr(nspname, 5)::bigint end
            where nspname ~ '^run_[0-9]{1,18}$' and {{which}}
            """,
            lease, cancellationToken);
        foreach (var runId in schemas)
        {
            await TryAsync(connection, lease, async token =>
            {
                if (await RunSchema.DropAsync(connection, runId, token) is { Count: > 0 } kept)
                {
                    await NoteAsync(connection, lease, runId, kept, token);
                }
            }, cancellationToken);
        }
    }

    // A transaction that is older than the publication still needs the version before it.
    private async Task SettleViewsAsync(
        NpgsqlConnection connection, RunLease lease, CancellationToken cancellationToken)
    {
        var since = await connection.ExecuteScalarAsync<DateTime>("select clock_timestamp()", null, cancellationToken);
        var views = await connection.QueryAsync<(string Model, string View, string Query)>(
            $"""
            select model, format('%I.%I', mart, model), query from ops.live
            where query is not null and {VersionSwitch.HoldsTwo}
            """, null, cancellationToken);
        if (views.Count == 0)
        {
            return;
        }
        var older = await new ReaderSessions(warehouse)
            .WithOlderSnapshotsAsync([], views.Select(view => view.Model), since, cancellationToken);
        if (older.Count == 0)
        {
            await new VersionSwitch(connection, lease, time).SettleAsync(
                [.. views.Select(view => (view.View, view.Query))], time.GetUtcNow() + Patience, cancellationToken);
        }
    }

    private static Task<int> NoteAsync(
        NpgsqlConnection connection, RunLease lease, long runId, IReadOnlyList<string> kept,
        CancellationToken cancellationToken)
    {
        var note = $"Schema run_{runId} of an earlier run was not dropped, because other objects need it: "
            + $"{string.Join("; ", kept).ReplaceLineEndings("; ")}. Drop these objects or build them on the marts; the "
            + "schema and its tables go with the next run.";
        return connection.ExecuteAsync("update ops.run set notes = notes || @note where run_id = @RunId",
            new { note, lease.RunId }, cancellationToken);
    }

    private static async Task<int> DropTablesAsync(
        NpgsqlConnection connection, RunLease lease, CancellationToken cancellationToken)
    {
        var tables = await connection.QueryAsync<string>(
            $"""
            with {KeptRuns}
            select table_name from ops.model_table
            where not exists (select from ops.live where live.table_name = model_table.table_name)
                and not exists (select from kept_version where kept_version.table_name = model_table.table_name)
            """, null, cancellationToken);
        var dropped = 0;
        foreach (var table in tables)
        {
            dropped += await TryAsync(connection, lease, token =>
                DropTableAsync(connection, table, token), cancellationToken) ? 1 : 0;
        }
        return dropped;
    }

    private static async Task ForgetRowsAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var oldest = await connection.QueryAsync<(string Table, long Version)>(
            $"""
            with {KeptRuns}
            select table_name, min(version)
            from kept_version
            join ops.model_table using (table_name)
            where exists (
                select from pg_attribute
                where attrelid = to_regclass(format('warehouse.%I', table_name)) and attname = '_removed_by'
            )
            group by table_name
            """, null, cancellationToken);
        foreach (var (table, version) in oldest)
        {
            await IncrementalTable.ForgetAsync(connection, table, version, cancellationToken);
        }
        await ForgetReplacedKeysAsync(connection, cancellationToken);
        await connection.ExecuteAsync(
            $"""
            with {KeptRuns}
            delete from ops.check_count as counted
            where not exists (
                select from kept_version
                where kept_version.table_name = counted.table_name and kept_version.version = counted.version
            )
            """, null, cancellationToken);
    }

    // What rows were before a load that every kept version knows of.
    private static async Task ForgetReplacedKeysAsync(
        NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var known = await connection.ExecuteScalarAsync<long?>(
            $"with {KeptRuns} select min(until_seq) from kept_version", null, cancellationToken);
        var tables = await connection.QueryAsync<string>(
            """
            select distinct table_name from ops.followed_column
            where since_seq < @known and to_regclass(format('staging.%I', table_name || '_replaced')) is not null
            """, new { known }, cancellationToken);
        foreach (var table in tables)
        {
            await ReplacedKeys.ForgetAsync(connection, table, known!.Value, cancellationToken);
        }
    }

    private static async Task DropTableAsync(
        NpgsqlConnection connection, string table, CancellationToken cancellationToken)
    {
        await connection.ExecuteAsync($"drop table if exists {SqlText.Name("warehouse", table)}", null,
            cancellationToken);
        await connection.ExecuteAsync("delete from ops.model_table where table_name = @table", new { table },
            cancellationToken);
    }

    /// <summary>Does work in a transaction of its own; false, and nothing done, when locks are in the way.</summary>
    internal static async Task<bool> TryAsync(
        NpgsqlConnection connection, RunLease lease, Func<CancellationToken, Task> drop,
        CancellationToken cancellationToken)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        try
        {
            await connection.ExecuteAsync("set local lock_timeout = '200ms'", null, cancellationToken);
            await drop(cancellationToken);
            await lease.VerifyAsync(connection, cancellationToken);
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
