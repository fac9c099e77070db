using System.Text.Json;
using Greenery.Warehouse;
using Npgsql;

namespace Greenery.Staging.Loading;

/// <summary>
/// Reads and writes what <c>ops</c> knows about the drops of a batch, each statement for all of them.
/// </summary>
internal static class BatchStore
{
    private static readonly JsonSerializerOptions Columns =
        new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    /// <summary>The drops, in the order given.</summary>
    public static Task<List<RecordedDrop>> ReadAsync(
        NpgsqlConnection connection, IReadOnlyList<long> dropIds, CancellationToken cancellationToken) =>
        connection.QueryAsync<RecordedDrop>(
            """
            select d.drop_id, d.path, d.sort_key, d.etag, d.drop_date as date, d.bytes, d.state
            from unnest(@dropIds) with ordinality as asked (drop_id, position)
            inner join ops.drop as d on asked.drop_id = d.drop_id
            order by asked.position
            """,
            new { dropIds = dropIds.ToArray() }, cancellationToken);

    /// <summary>Load sequences, rising.</summary>
    public static Task<List<long>> NextSequencesAsync(
        NpgsqlConnection connection, int count, CancellationToken cancellationToken) =>
        connection.QueryAsync<long>(
            "select nextval('ops.load_seq') from generate_series(1, @count) order by 1", new { count },
            cancellationToken);

    /// <summary>
    /// By content and date, the drop of the table that was loaded with the same; the first of several.
    /// </summary>
    public static async Task<Dictionary<(string Hash, DateOnly Date), RecordedDrop>> SameContentAsync(
        NpgsqlConnection connection, string table, IReadOnlyList<DropPart> parts, CancellationToken cancellationToken)
    {
        var found = await connection.QueryAsync<(string Hash, long DropId, string Path, DateOnly Date)>(
            """
            select distinct on (content_hash, drop_date) content_hash, drop_id, path, drop_date
            from ops.drop
            where
                table_name = @table
                and drop_date = any(@dates)
                and content_hash = any(@hashes)
                and state = 'loaded'
            order by content_hash, drop_date, drop_id
            """,
            new
            {
                table,
                dates = parts.Select(part => part.Job.Drop.Date).Distinct().ToArray(),
                hashes = parts.Select(part => part.Hash).ToArray(),
            },
            cancellationToken);
        return found.ToDictionary(
            drop => (drop.Hash, drop.Date),
            drop => new RecordedDrop { DropId = drop.DropId, Path = drop.Path, Date = drop.Date });
    }

    /// <summary>
    /// Forgets the bad rows of earlier attempts. A refused drop without bad rows keeps those that were found before.
    /// </summary>
    public static Task ForgetQuarantineAsync(
        NpgsqlConnection connection, IReadOnlyList<DropPart> parts, CancellationToken cancellationToken) =>
        connection.ExecuteAsync(
            """
            delete from ops.quarantine
            where
                drop_id in (select drop_id from ops.drop where path = any(@paths))
                or drop_id = any(@refused)
            """,
            new
            {
                paths = parts.Where(part => part.Refusal is null).Select(part => part.Job.Drop.Path).ToArray(),
                refused = parts.Where(part => part.Refusal is not null && part.Bad.Length > 0)
                    .Select(part => part.Job.Drop.DropId).ToArray(),
            },
            cancellationToken);

    /// <summary>A row of <c>ops.load</c> for each drop; and the last load that changed the table.</summary>
    public static async Task WriteLoadsAsync(
        NpgsqlConnection connection, long runId, IReadOnlyList<DropPart> parts, IReadOnlyList<LoadResult> results,
        CancellationToken cancellationToken)
    {
        var rows = parts.Zip(results, (part, result) => new
        {
            LoadSeq = part.Job.Sequence, part.Job.Drop.DropId, result.Table, result.RowsInFile, result.Inserted,
            result.Updated, result.Unchanged, result.Superseded, result.Quarantined, result.UnknownColumns,
            result.EndsWithLineBreak, result.HasChanged, result.Expired,
        });
        await connection.ExecuteAsync(
            """
            insert into ops.load (
                load_seq, drop_id, run_id, table_name, rows_in_file, rows_inserted, rows_updated, rows_unchanged,
                rows_superseded, rows_quarantined, rows_restored, rows_removed, rows_soft_deleted, rows_returned,
                unknown_columns, has_unreadable_keys, ends_with_line_break, rows_expired, started_at
            )
            select
                load_seq, drop_id, @runId, "table", rows_in_file, inserted, updated, unchanged, superseded, quarantined,
                0, 0, 0, 0, unknown_columns, false, ends_with_line_break, expired, now()
            from jsonb_to_recordset(@rows::jsonb) as r (
                load_seq bigint, drop_id bigint, "table" text, rows_in_file bigint, inserted bigint, updated bigint,
                unchanged bigint, superseded bigint, quarantined bigint, unknown_columns text[],
                ends_with_line_break boolean, expired bigint
            )
            order by load_seq;

            insert into ops.source_state (table_name, load_seq, removed_seq)
            select "table", max(load_seq), 0
            from jsonb_to_recordset(@rows::jsonb) as r (load_seq bigint, "table" text, has_changed boolean)
            where has_changed
            group by "table"
            on conflict (table_name) do update
            set load_seq = excluded.load_seq
            """,
            new { runId, rows = JsonSerializer.Serialize(rows, Columns) }, cancellationToken);
    }

    /// <summary>How the drops ended.</summary>
    public static Task SetStatesAsync(
        NpgsqlConnection connection, IReadOnlyList<DropPart> parts, IReadOnlyList<LoadResult> results,
        CancellationToken cancellationToken) =>
        connection.ExecuteAsync(
            """
            update ops.drop as d
            set state = f.state, message = f.message, content_hash = coalesce(f.content_hash, d.content_hash)
            from unnest(@ids, @states, @messages, @hashes) as f (drop_id, state, message, content_hash)
            where d.drop_id = f.drop_id
            """,
            new
            {
                ids = parts.Select(part => part.Job.Drop.DropId).ToArray(),
                states = results.Select(StateOf).ToArray(),
                messages = results.Select(result => result.Message).ToArray(),
                hashes = parts.Select(part => part.Hash).ToArray(),
            },
            cancellationToken);

    private static string StateOf(LoadResult result) =>
        EnumText.Name(result.Outcome == LoadOutcome.Refused ? DropState.Refused : DropState.Loaded);
}
