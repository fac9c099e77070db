using Greenery.Drops;
using Greenery.Sources;
using Greenery.Warehouse;
using Npgsql;

namespace Greenery.Staging.Discovery;

/// <summary>Looks for drops in the store, and writes those it has not seen into <c>ops.drop</c>.</summary>
public sealed class DropDiscovery(PostgresWarehouse warehouse, IDropStore drops)
{
    /// <summary>Whether the database has ledgers; where it has none yet, no drop was loaded.</summary>
    public bool HasLedgers { get; init; } = true;

    /// <summary>
    /// Lists the store. To be loaded is what was not loaded yet, or was refused (the contract may have changed), in
    /// the version that is there now.
    /// </summary>
    /// <param name="tables">The contract.</param>
    /// <param name="through">Drops of later dates are left for later; null for all.</param>
    /// <param name="reload">Load the drops of <paramref name="through"/> itself (or of the newest date) again, even if
    /// they were loaded.</param>
    /// <param name="lease">The run's; checked before the commit.</param>
    /// <param name="cancellationToken">Nothing is written.</param>
    /// <exception cref="ConfigurationException">The folder or container does not exist.</exception>
    public async Task<DiscoveredDrops> DiscoverAsync(
        IReadOnlyList<SourceTable> tables,
        DateOnly? through,
        bool reload,
        RunLease lease,
        CancellationToken cancellationToken)
    {
        var listing = await DropListing.ReadAsync(drops, tables, through, cancellationToken);
        await using var connection = await warehouse.ConnectAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await RememberAsync(connection, listing, through, cancellationToken);
        var newest = await NewestDateAsync(connection, listing, through, cancellationToken);
        var pending = await PendingAsync(connection, listing, reload ? through ?? newest : null, cancellationToken);
        await lease.VerifyAsync(connection, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return Found(listing, pending, newest);
    }

    /// <summary>The drops that <see cref="DiscoverAsync"/> would load. Writes nothing, so needs no right to.</summary>
    /// <param name="tables">The contract.</param>
    /// <param name="through">Drops of later dates are left for later; null for all.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<DiscoveredDrops> PreviewAsync(
        IReadOnlyList<SourceTable> tables, DateOnly? through, CancellationToken cancellationToken)
    {
        var listing = await DropListing.ReadAsync(drops, tables, through, cancellationToken);
        if (!HasLedgers)
        {
            return Found(listing, listing.Unseen(), listing.NewestDate);
        }
        await using var connection = await warehouse.ConnectAsync(cancellationToken);
        var newest = await NewestDateAsync(connection, listing, through, cancellationToken);
        return Found(listing, await PendingAsync(connection, listing, again: null, cancellationToken), newest);
    }

    private static DiscoveredDrops Found(
        DropListing listing, IReadOnlyList<PendingDrop> pending, DateOnly? newest) =>
        new(pending, listing.Notes, newest)
        {
            Later = listing.Later, Others = listing.Others, UnloadedFiles = listing.Notes.Files,
        };

    // A drop that was never loaded and is not in the store any more is not waited for.
    private static async Task RememberAsync(
        NpgsqlConnection connection, DropListing listing, DateOnly? through, CancellationToken cancellationToken) =>
        await connection.ExecuteAsync(
            """
            insert into ops.drop (path, sort_key, etag, table_name, drop_date, bytes, state)
            select path, sort_key, etag, table_name, drop_date, bytes, 'pending'
            from unnest(@Paths, @SortKeys, @ETags, @Tables, @Dates, @Bytes)
                as f (path, sort_key, etag, table_name, drop_date, bytes)
            where not exists (select from ops.drop as d where d.path = f.path and d.etag = f.etag)
            on conflict (path, etag) do nothing;

            -- The contract may have given its files to a table of another name.
            update ops.drop as d
            set table_name = f.table_name
            from unnest(@Paths, @ETags, @Tables) as f (path, etag, table_name)
            where d.path = f.path and d.etag = f.etag and d.table_name <> f.table_name;

            update ops.drop as d
            set is_absent = not d.is_absent
            from ops.drop as waiting
            left join unnest(@Paths, @ETags) as f (path, etag) on waiting.path = f.path and waiting.etag = f.etag
            where
                d.drop_id = waiting.drop_id
                and waiting.state in ('pending', 'refused')
                and (@through::date is null or waiting.drop_date <= @through)
                and waiting.is_absent <> (f.path is null)
                -- What could not be listed is not known to be gone.
                and not exists (
                    select from unnest(@Hidden) as hidden (path)
                    where waiting.path = hidden.path or starts_with(waiting.path, hidden.path || '/')
                )
            """,
            new
            {
                listing.Columns.Paths, listing.Columns.SortKeys, listing.Columns.ETags, listing.Columns.Tables,
                listing.Columns.Dates, listing.Columns.Bytes, listing.Hidden, through,
            },
            cancellationToken);

    // Drops that were seen once and cannot be listed now are as new as they were.
    private static async Task<DateOnly?> NewestDateAsync(
        NpgsqlConnection connection, DropListing listing, DateOnly? through, CancellationToken cancellationToken)
    {
        if (listing.Hidden.Length == 0)
        {
            return listing.NewestDate;
        }
        var hidden = await connection.ExecuteScalarAsync<DateOnly?>(
            """
            select max(drop_date)
            from ops.drop as d
            inner join unnest(@Hidden) as hidden (path)
                on d.path = hidden.path or starts_with(d.path, hidden.path || '/')
            where not is_absent and (@through::date is null or drop_date <= @through)
            """, new { listing.Hidden, through }, cancellationToken);
        return hidden is { } date && !(listing.NewestDate > date) ? date : listing.NewestDate;
    }

    // Only versions that are in the store now: an older one of the same path is history, loaded or not. A version
    // that comes back after another one was loaded in its place (a restored file) is to be loaded again. One without a
    // row was never seen: a preview remembers none.
    private static async Task<IReadOnlyList<PendingDrop>> PendingAsync(
        NpgsqlConnection connection, DropListing listing, DateOnly? again, CancellationToken cancellationToken)
    {
        return await connection.QueryAsync<PendingDrop>(
            """
            select
                coalesce(d.drop_id, 0) as DropId, f.table_name as table, f.path as Path,
                coalesce(d.drop_date, f.drop_date) as Date, f.bytes as Bytes
            from unnest(@Paths, @SortKeys, @ETags, @Tables, @Dates, @Bytes)
                as f (path, sort_key, etag, table_name, drop_date, bytes)
            left join ops.drop as d on f.path = d.path and f.etag = d.etag
            where
                d.drop_id is null
                or d.state in ('pending', 'refused')
                or d.drop_date = @Again
                or (
                    d.state = 'loaded'
                    and exists (
                        select
                        from ops.drop as other
                        inner join ops.load as l on other.drop_id = l.drop_id
                        where
                            other.path = d.path
                            and other.drop_id <> d.drop_id
                            and l.load_seq > (
                                select max(own.load_seq) from ops.load as own where own.drop_id = d.drop_id
                            )
                    )
                )
            order by coalesce(d.drop_date, f.drop_date), f.sort_key collate "C"
            """,
            new
            {
                listing.Columns.Paths, listing.Columns.SortKeys, listing.Columns.ETags, listing.Columns.Tables,
                listing.Columns.Dates, listing.Columns.Bytes, Again = again,
            },
            cancellationToken);
    }
}
