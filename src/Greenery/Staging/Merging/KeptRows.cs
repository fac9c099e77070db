using Greenery.Staging.Quarantine;
using Greenery.Warehouse;
using Npgsql;

namespace Greenery.Staging.Merging;

/// <summary>
/// Rows whose new version is in quarantine. They are in the file, so they keep their old state: a corrected upload does
/// not remove them, and a complete drop does not mark them as gone. Where a bad row's key cannot be read, every row the
/// file lacks could be that row: a corrected upload keeps all of these, and a date of complete drops ends none
/// (<see cref="SnapshotMarks"/>).
/// </summary>
internal sealed class KeptRows(LoadJob job)
{
    /// <summary>The keys of the rows that are kept.</summary>
    public const string Kept = "pg_temp.kept";

    private const string Bad = "pg_temp.quarantined_key";

    /// <summary>To be called when the drop's rows are merged. Leaves <see cref="Kept"/>.</summary>
    /// <returns>A note; null when no row is kept.</returns>
    public async Task<string?> FindAsync(
        NpgsqlConnection connection, QuarantinedKeys keys, CancellationToken cancellationToken)
    {
        await connection.ExecuteAsync(Create, null, cancellationToken);
        await RawCopy.RunAsync(
            connection, Bad, job.Staging.Key, target => keys.CopyToAsync(target, cancellationToken), cancellationToken);
        var versions = await DropStateStore.LoadedVersionsAsync(connection, job.Drop.Path, cancellationToken);
        var newer = await DropStateStore.NewerAsync(connection, job, cancellationToken);
        var kept = await connection.ExecuteScalarAsync<long>(
            Find,
            new
            {
                IsAny = keys.HasUnreadable, Versions = versions.ToArray(), Newer = newer.ToArray(), job.Drop.DropId,
                job.Drop.Date,
            },
            cancellationToken);
        return kept == 0 ? null : Note(kept, keys.HasUnreadable);
    }

    private static string Note(long rows, bool isAny) =>
        $"{rows} {(rows == 1 ? "row was" : "rows were")} kept as before: "
        + (isAny
            ? "the key of a quarantined row cannot be read, so no row that the file lacks was marked as removed"
            : $"{(rows == 1 ? "its new version is" : "their new versions are")} in quarantine");

    private string Create =>
        $"""
        create temporary table quarantined_key on commit drop as select {job.Staging.Key} from {job.Staging.Name} limit 0;
        create temporary table kept on commit drop as select {job.Staging.Key} from {job.Staging.Name} limit 0
        """;

    // A row of a complete drop moves to this drop, as one that is in it unchanged.
    private string Find =>
        $"""
        insert into {Kept}
        select {job.Staging.Key}
        from {job.Staging.Name} as s
        where
            {Scope}
            and not exists (select from {MergeSql.Incoming} as i where {job.Staging.KeyEquals("s", "i")});

        {Move}

        select (select count(*) from {Kept}){(job.Table.Snapshot is null ? "" : $" + ({Unmarked})")}
        """;

    // Rows of earlier dates that this one would have marked.
    private string Unmarked =>
        $"""
        select count(*)
        from {job.Staging.Name} as s
        inner join ops.drop as d on s.{StagingTable.DropId} = d.drop_id
        where
            @IsAny
            and s.{StagingTable.GoneSince} is null
            and d.drop_date < @Date
            and not exists (select from {MergeSql.Incoming} as i where {job.Staging.KeyEquals("s", "i")})
        """;

    private string IsBad => $"exists (select from {Bad} as b where {job.Staging.KeyEquals("s", "b")})";

    private string Scope => job.Table.Snapshot is null
        ? $"s.{StagingTable.DropId} = any(@Versions) and (@IsAny or {IsBad})"
        : $"s.{StagingTable.DropId} <> all(@Newer) and {IsBad}";

    private string Move => job.Table.Snapshot is null
        ? ""
        : $"""
        update {job.Staging.Name} as s
        set {StagingTable.DropId} = @DropId
        from {Kept} as k
        where s.{StagingTable.DropId} <> @DropId and {job.Staging.KeyEquals("s", "k")};
        """;
}
