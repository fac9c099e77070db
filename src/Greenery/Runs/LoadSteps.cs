using Greenery.Checks;
using Greenery.Drops;
using Greenery.Sources;
using Greenery.Staging;
using Greenery.Staging.Discovery;
using Greenery.Staging.Loading;
using Greenery.Warehouse;
using Npgsql;

namespace Greenery.Runs;

/// <summary>The steps from drops to staging.</summary>
internal sealed class LoadSteps(
    PostgresWarehouse warehouse, IDropStore store, Project project, RunLimits limits)
{
    private const int MostNamed = 20;

    /// <summary>Looks what is there to load, and writes it down for the load steps.</summary>
    public async Task<DiscoverResult> DiscoverAsync(RunLease lease, CancellationToken cancellationToken)
    {
        await using var connection = await warehouse.ConnectAsync(cancellationToken);
        var request = await connection.QueryFirstOrDefaultAsync<(DateOnly? Date, bool IsReload, DateOnly Through)>(
            "select requested_date, is_reload, through_date from ops.run where run_id = @RunId", lease,
            cancellationToken);
        var found = await new DropDiscovery(warehouse, store).DiscoverAsync(
            project.Catalogue.Sources, request.Through, request.IsReload, lease, cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await connection.ExecuteAsync(
            """
            update ops.run set
                -- After those of the step before, and once when this one is done again.
                notes = notes || array(
                    select note from unnest(@notes) with ordinality as found (note, place)
                    where note <> all(notes)
                    order by place
                ),
                -- A daily run is as new as its drops; a requested date takes precedence.
                business_date = coalesce(case when scheduled_at is null then requested_date end, @NewestDate, business_date)
            where run_id = @RunId;
            insert into ops.run_drop (run_id, drop_id, position)
            select @RunId, drop_id, position from unnest(@drops) with ordinality as pending (drop_id, position)
            on conflict do nothing
            """,
            new
            {
                lease.RunId,
                found.NewestDate,
                notes = (request.Date is null ? found.NotesFor(request.Through) : [.. found.Notes, .. found.Others])
                    .Select(note => note.ToString()).ToArray(),
                drops = found.Pending.Select(drop => drop.DropId).ToArray(),
            },
            cancellationToken);
        await UnloadedFiles.NoteAsync(
            connection, lease.RunId, found.UnloadedFiles, found.Notes, cancellationToken);
        await lease.VerifyAsync(connection, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return new DiscoverResult(
            [.. found.Pending.Select(drop => drop.Table).Distinct()],
            found.Pending.Count,
            found.NewestDate is null
                ? $"There is no drop in {store.Description} up to {request.Through:yyyy-MM-dd}; expected files named "
                + $"{DropName.Form}."
                : null);
    }

    /// <summary>
    /// Loads one table's drops, one after the other; those this run has loaded already are left alone.
    /// </summary>
    /// <param name="lease">The run's.</param>
    /// <param name="table">Which one.</param>
    /// <param name="rows">Takes rows as they are read; null for none.</param>
    /// <param name="cancellationToken">Rolls back what is being loaded.</param>
    public async Task<LoadStepResult> LoadAsync(
        RunLease lease, string table, IProgress<long>? rows, CancellationToken cancellationToken)
    {
        var source = project.Catalogue.Sources.First(source => source.Name == table);
        await using var connection = await warehouse.ConnectAsync(cancellationToken);
        // A load counts as done when its transaction has committed, even if the process died before it saved the step.
        var drops = await connection.QueryAsync<long>(
            """
            update ops.run_drop set outcome = 'loaded'
            where run_id = @RunId and outcome is null
                and exists (select from ops.load where load.run_id = run_drop.run_id and load.drop_id = run_drop.drop_id);
            select drop_id from ops.run_drop join ops.drop using (drop_id)
            where run_id = @RunId and table_name = @table and outcome is null
            order by position
            """,
            new { lease.RunId, table }, cancellationToken);
        await new BatchLoader(warehouse, store, DropMeasures.Of(project.Checks), limits.Drops, rows).LoadAsync(
            source, drops, lease, new RunDropKeeper(lease), cancellationToken);
        return await SumAsync(connection, lease, source, cancellationToken);
    }

    // From the ledger, not from what this attempt has seen: an earlier one may have done part of it.
    private static async Task<LoadStepResult> SumAsync(
        NpgsqlConnection connection, RunLease lease, SourceTable source, CancellationToken cancellationToken)
    {
        var table = source.Name;
        var refusals = await connection.QueryAsync<string>(
            """
            select path || ': ' || coalesce(run_drop.message, 'refused')
            from ops.run_drop join ops.drop using (drop_id)
            where run_id = @RunId and table_name = @table and outcome = 'refused'
            order by position
            """,
            new { lease.RunId, table }, cancellationToken);
        var (rows, changed, quarantined) =
            await connection.QueryFirstOrDefaultAsync<(long Rows, long Changed, long Quarantined)>(
            """
            select coalesce(sum(rows_in_file), 0)::bigint, coalesce(sum(rows_inserted + rows_updated), 0)::bigint,
                coalesce(sum(rows_quarantined), 0)::bigint
            from ops.load where run_id = @RunId and table_name = @table
            """,
            new { lease.RunId, table }, cancellationToken);
        if (refusals.Count == 0)
        {
            return new LoadStepResult(rows, changed, quarantined, null);
        }
        string[] required = source.IsRequired
            ? [$"Nothing is published without the drops of {table}, which is required (config: required: true)."]
            : [];
        return new LoadStepResult(
            rows, changed, quarantined, string.Join('\n', [StoredMessage.Cut(Some("\n", refusals))!, .. required]),
            source.IsRequired);
    }

    // A message is read by people: thousands of refused drops or odd columns are counted.
    internal static string Some(string separator, IReadOnlyList<string> all) =>
        string.Join(separator, all.Count <= MostNamed ? all
            : all.Take(MostNamed).Append($"and {all.Count - MostNamed} more (ops.run_drop, ops.load)"));
}
