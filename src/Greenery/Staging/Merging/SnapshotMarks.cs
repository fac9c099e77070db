using Greenery.Warehouse;
using Npgsql;

namespace Greenery.Staging.Merging;

/// <summary>
/// For tables of complete drops: all drops of one date together are the table, so a row is gone since the first
/// complete date after that of its drop. That follows from the row's drop and the drops alone, so it comes out the
/// same in whatever order they are loaded.
/// </summary>
internal sealed class SnapshotMarks(LoadJob job)
{
    /// <summary>To be called when the drop's rows are in the table.</summary>
    /// <param name="connection">Of the loading transaction.</param>
    /// <param name="inserted">Rows the drop has added.</param>
    /// <param name="hasUnreadableKeys">The drop may have any row: the key of a quarantined one cannot be read.</param>
    /// <param name="cancellationToken">Stops the statement.</param>
    /// <exception cref="RefusedDropException">More rows would be gone at once than the contract's brake
    /// allows.</exception>
    public async Task<MarkCounts> SetAsync(
        NpgsqlConnection connection, long inserted, bool hasUnreadableKeys, bool hasRows,
        CancellationToken cancellationToken)
    {
        if (job.Table.Snapshot is not { } rule)
        {
            return MarkCounts.None;
        }
        var isOtherDateNew = await connection.ExecuteScalarAsync<bool>(
            Complete,
            new { job.Table.Name, job.Drop.DropId, job.Drop.Path, job.Drop.Date, hasUnreadableKeys },
            cancellationToken);
        // Counted before: a cluster does not count beside a change as if the change had not been.
        var before = await connection.ExecuteScalarAsync<long>(
            $"select count(*) from {job.Staging.Name} where {StagingTable.GoneSince} is null", null, cancellationToken);
        var counts = await connection.QueryFirstOrDefaultAsync<MarkCounts>(
            Mark,
            new
            {
                job.Table.Name, job.Drop.DropId, job.Drop.Path, job.Drop.Date, job.Lease.RunId, job.Sequence, inserted,
                isOtherDateNew, before,
            },
            cancellationToken);
        // A drop without rows is no small change of a small table.
        var isTooMuch = hasRows || job.Table.MayBeEmpty
            ? rule.Brake.Refuses(counts!.SoftDeleted, counts.Before)
            : rule.Brake.IsExceededBy(counts!.SoftDeleted, counts.Before);
        if (counts.IsNewest && isTooMuch)
        {
            throw new RefusedDropException(
                $"{Lacks(counts)} of the {counts.Before} rows that were there, more than the {rule.Brake} "
                + "the contract lets go at once (config: snapshot); nothing of the drop was kept. Was the export cut "
                + "short? If it is right, raise the limit.");
        }
        return counts;
    }

    private static string Lacks(MarkCounts counts) => counts.Parts == 1
        ? $"lacks {counts.SoftDeleted}"
        : $"lacks with the {counts.Parts - 1} other {(counts.Parts == 2 ? "drop" : "drops")} of its date "
            + $"{counts.SoftDeleted}";

    /// <summary>
    /// Writes down which dates are complete: all their drops are loaded, as far as they are in the store, and each of
    /// their rows is known by its key. The drop itself has no load in the ledger yet. A path whose newer version is
    /// refused still says what its loaded version says. A complete date without a drop that waits stays complete.
    /// </summary>
    private const string Complete =
        """
        with in_question as (
            select s.drop_date
            from ops.snapshot as s
            where
                s.table_name = @Name
                and (not s.is_complete or s.drop_date in (
                    select d.drop_date
                    from ops.drop as d
                    where d.table_name = @Name and d.state in ('pending', 'refused') and not d.is_absent
                ))
            union
            select @Date
        ),

        paths as (
            select
                d.drop_date,
                d.path,
                bool_or(d.drop_id = @DropId or l.load_seq is not null) as is_loaded,
                bool_or(d.state in ('pending', 'refused') and not d.is_absent) as is_open,
                case
                    when d.path = @Path then @hasUnreadableKeys
                    else coalesce((array_agg(l.has_unreadable_keys order by l.load_seq desc nulls last))[1], false)
                end as has_unreadable_keys
            from ops.drop as d
            left join ops.load as l on d.drop_id = l.drop_id
            where d.table_name = @Name and d.drop_date in (select q.drop_date from in_question as q)
            group by d.drop_date, d.path
        ),

        dates as (
            select
                drop_date,
                bool_and(is_loaded or not is_open) and not bool_or(has_unreadable_keys) as is_complete
            from paths
            group by drop_date
            having bool_or(is_loaded)
        ),

        written as (
            insert into ops.snapshot as s (table_name, drop_date, is_complete)
            select @Name, drop_date, is_complete
            from dates
            on conflict (table_name, drop_date) do update
            set is_complete = excluded.is_complete
            where s.is_complete <> excluded.is_complete
            returning s.drop_date
        )

        select exists (select from written where drop_date <> @Date)
        """;

    // All versions of a path share its place in the order. Rows that other drops of the date have added in this run
    // were not there before it.
    private string Mark =>
        $"""
        with next_dates as (
            select
                drop_date,
                min(drop_date) filter (where is_complete) over later as gone_since
            from ops.snapshot
            where table_name = @Name
            -- Backwards: a frame that ends with the last row is computed anew for each row.
            window later as (order by drop_date desc rows between unbounded preceding and 1 preceding)
        ),

        marks as (
            select d.drop_id, n.gone_since
            from ops.drop as d
            inner join next_dates as n on d.drop_date = n.drop_date
            where d.table_name = @Name
        ),

        of_date as (
            select
                d.drop_id, d.path, d.state, d.is_absent, l.load_seq, l.run_id,
                l.rows_inserted + l.rows_returned - l.rows_removed as added
            from ops.drop as d
            left join ops.load as l on d.drop_id = l.drop_id
            where d.table_name = @Name and d.drop_date = @Date and d.path <> @Path
        ),

        changed as (
            update {job.Staging.Name} as s
            set {StagingTable.GoneSince} = m.gone_since, {StagingTable.LoadSequence} = @Sequence
            from marks as m
            where s.{StagingTable.DropId} = m.drop_id and s.{StagingTable.GoneSince} is distinct from m.gone_since
            returning m.gone_since
        )

        select
            (select count(*) from changed where gone_since is not null) as soft_deleted,
            (select count(*) from changed where gone_since is null) as returned,
            greatest(
                (select count(*) from changed where gone_since is not null),
                @before - @inserted
                - (select coalesce(sum(added), 0)::bigint from of_date where run_id = @RunId)
            ) as before,
            (select gone_since is null from marks where drop_id = @DropId) as is_newest,
            @isOtherDateNew as is_other_date_new,
            1 + (select count(distinct path) from of_date where load_seq is not null) as parts,
            (
                select min(path)
                from of_date as o
                where
                    o.state in ('pending', 'refused')
                    and not o.is_absent
                    and not exists (select from of_date as l where l.path = o.path and l.load_seq is not null)
                    -- What the run is still to load is no news.
                    and not exists (
                        select
                        from ops.run_drop as r
                        where r.run_id = @RunId and r.drop_id = o.drop_id and r.outcome is null
                    )
            ) as waits_for
        """;
}

/// <summary>Rows of a table of complete drops whose mark a load changed.</summary>
/// <param name="SoftDeleted">Rows marked as gone, or as gone since another date.</param>
/// <param name="Returned">Rows that were gone and are there again.</param>
/// <param name="Before">Rows that were there before the drops of the date.</param>
/// <param name="IsNewest">No complete later date was loaded before.</param>
/// <param name="IsOtherDateNew">Another date is complete since this load, or is not any more.</param>
/// <param name="Parts">How many drops of the date are loaded, with this one.</param>
/// <param name="WaitsFor">A drop of the date that cannot be loaded, so that no row is marked; null for none.</param>
internal sealed record MarkCounts(
    long SoftDeleted, long Returned, long Before, bool IsNewest, bool IsOtherDateNew, long Parts, string? WaitsFor)
{
    public static MarkCounts None { get; } = new(0, 0, 0, false, false, 1, null);

    /// <summary>What people should know; null for nothing.</summary>
    public string? Message => WaitsFor is null ? null
        : $"no row was marked as removed by the drops of its date, because {WaitsFor} is not loaded; correct it, or "
            + "remove it from the store if it is no part of the table";
}
