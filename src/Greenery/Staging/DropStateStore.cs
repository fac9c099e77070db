using Greenery.Warehouse;
using Npgsql;

namespace Greenery.Staging;

/// <summary>Reads and writes what <c>ops</c> knows about drops and loads.</summary>
internal static class DropStateStore
{
    public static async Task<RecordedDrop> ReadAsync(
        NpgsqlConnection connection, long dropId, CancellationToken cancellationToken) =>
        await connection.QueryFirstOrDefaultAsync<RecordedDrop>(
            """
            select drop_id as DropId, path, sort_key as SortKey, etag, drop_date as Date, bytes, state
            from ops.drop
            where drop_id = @dropId
            """,
            new { dropId },
            cancellationToken)
        ?? throw new InvalidOperationException($"Drop {dropId} is not in ops.drop; expected a discovered drop.");

    public static Task<long> NextSequenceAsync(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        connection.ExecuteScalarAsync<long>("select nextval('ops.load_seq')", null, cancellationToken);

    /// <summary>The content hash of the version of the path that was loaded last, this one not counted.</summary>
    public static Task<string?> LastHashAsync(
        NpgsqlConnection connection, RecordedDrop drop, CancellationToken cancellationToken) =>
        connection.ExecuteScalarAsync<string>(
            """
            select d.content_hash
            from ops.drop as d
            inner join ops.load as l on d.drop_id = l.drop_id
            where d.path = @Path and d.drop_id <> @DropId and d.state = 'loaded'
            order by l.load_seq desc
            limit 1
            """,
            drop,
            cancellationToken);

    /// <summary>
    /// Another loaded drop of the table and date with the same content; null when there is none. From one day to the
    /// next it is no news: a small table often stays as it is.
    /// </summary>
    public static Task<string?> TwinAsync(
        NpgsqlConnection connection, LoadJob job, string hash, CancellationToken cancellationToken) =>
        connection.ExecuteScalarAsync<string>(
            """
            select path
            from ops.drop
            where content_hash = @hash and path <> @Path and table_name = @Name and state = 'loaded'
                and drop_date = (select drop_date from ops.drop where drop_id = @DropId)
            order by drop_id
            limit 1
            """,
            new { hash, job.Drop.Path, job.Drop.DropId, job.Table.Name },
            cancellationToken);

    /// <summary>
    /// Drops of the table whose rows this one must not overwrite: of a later date, or of a later part of its date.
    /// Only a drop that was loaded has rows; thousands may wait.
    /// </summary>
    public static Task<List<long>> NewerAsync(
        NpgsqlConnection connection, LoadJob job, CancellationToken cancellationToken) =>
        connection.QueryAsync<long>(
            """
            select drop_id
            from ops.drop as d
            where
                table_name = @Name
                and (drop_date, sort_key) > (@Date, @SortKey)
                and exists (select from ops.load as l where l.drop_id = d.drop_id)
            """,
            new { job.Table.Name, job.Drop.Date, job.Drop.SortKey },
            cancellationToken);

    /// <summary>Every version of the path that was loaded before.</summary>
    public static Task<List<long>> LoadedVersionsAsync(
        NpgsqlConnection connection, string path, CancellationToken cancellationToken) =>
        connection.QueryAsync<long>(
            """
            select distinct d.drop_id
            from ops.drop as d
            inner join ops.load as l on d.drop_id = l.drop_id
            where d.path = @path
            """,
            new { path },
            cancellationToken);

    /// <summary>
    /// Drops of the table before this one in precedence, in their present versions, newest first. Those that cannot
    /// have had a row of this path are left out: when it was loaded first it met none of their rows, and when they
    /// were loaded after it they met none of its.
    /// </summary>
    public static Task<List<RecordedDrop>> EarlierAsync(
        NpgsqlConnection connection, LoadJob job, CancellationToken cancellationToken) =>
        connection.QueryAsync<RecordedDrop>(
            """
            with own as (
                select min(l.load_seq) as first_seq, bool_or(l.rows_updated + l.rows_unchanged > 0) as met_rows
                from ops.drop as d
                inner join ops.load as l on d.drop_id = l.drop_id
                where d.path = @Path
            ),

            present as (
                select distinct on (d.path) d.*
                from ops.drop as d
                where
                    d.table_name = @Name
                    and d.state in ('loaded', 'same_content')
                    and (d.drop_date, d.sort_key) < (@Date, @SortKey)
                order by d.path, d.drop_id desc
            )

            select p.drop_id as DropId, p.path, p.sort_key as SortKey, p.etag, p.drop_date as Date, p.bytes, p.state
            from present as p
            cross join own
            where
                own.met_rows
                or exists (
                    select
                    from ops.drop as d
                    inner join ops.load as l on d.drop_id = l.drop_id
                    where d.path = p.path and l.load_seq > own.first_seq and l.rows_superseded > 0
                )
            order by p.drop_date desc, p.sort_key desc
            """,
            new { job.Table.Name, job.Drop.Date, job.Drop.Path, job.Drop.SortKey },
            cancellationToken);

    public static Task SetStateAsync(
        NpgsqlConnection connection,
        long dropId,
        DropState state,
        string? message,
        string? hash,
        CancellationToken cancellationToken) =>
        connection.ExecuteAsync(
            """
            update ops.drop
            set state = @state, message = @message, content_hash = coalesce(@hash, content_hash)
            where drop_id = @dropId
            """,
            new { dropId, state, message, hash },
            cancellationToken);

    /// <summary>Forgets the bad rows of earlier loads of the same path: this load's take their place.</summary>
    public static Task ForgetQuarantineAsync(
        NpgsqlConnection connection, string path, CancellationToken cancellationToken) =>
        connection.ExecuteAsync(
            "delete from ops.quarantine where drop_id in (select drop_id from ops.drop where path = @path)",
            new { path },
            cancellationToken);

    public static async Task WriteLoadAsync(
        NpgsqlConnection connection, LoadJob job, LoadResult result, CancellationToken cancellationToken)
    {
        await connection.ExecuteAsync(
            """
            insert into ops.load (
                load_seq, drop_id, run_id, table_name, rows_in_file, rows_inserted, rows_updated, rows_unchanged,
                rows_superseded, rows_quarantined, rows_restored, rows_removed, rows_soft_deleted, rows_returned,
                unknown_columns, has_unreadable_keys, ends_with_line_break, rows_expired, started_at
            )
            values (
                @Sequence, @DropId, @RunId, @Table, @RowsInFile, @Inserted, @Updated, @Unchanged,
                @Superseded, @Quarantined, @Restored, @Removed, @SoftDeleted, @Returned, @Unknown, @HasUnreadableKeys,
                @EndsWithLineBreak, @Expired, now()
            )
            """,
            new
            {
                job.Sequence, job.Drop.DropId, job.Lease.RunId, result.Table, result.RowsInFile, result.Inserted,
                result.Updated, result.Unchanged, result.Superseded, result.Quarantined, result.Restored,
                result.Removed, result.SoftDeleted, result.Returned, result.HasUnreadableKeys,
                result.EndsWithLineBreak, result.Expired,
                Unknown = result.UnknownColumns.ToArray(),
            },
            cancellationToken);
        if (result.HasChanged)
        {
            await connection.ExecuteAsync(
                """
                insert into ops.source_state (table_name, load_seq, removed_seq)
                values (@Name, @Sequence, case when @HasRemoved then @Sequence else 0 end)
                on conflict (table_name) do update
                set
                    load_seq = excluded.load_seq,
                    removed_seq = greatest(source_state.removed_seq, excluded.removed_seq)
                """,
                new { job.Table.Name, job.Sequence, HasRemoved = result.Removed > 0 },
                cancellationToken);
        }
    }
}
