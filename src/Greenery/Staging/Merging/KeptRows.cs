using Greenery.Staging.History;
using Greenery.Staging.Quarantine;
using Greenery.Warehouse;
using Npgsql;

namespace Greenery.Staging.Merging;

/// <summary>
/// Rows whose new version is in quarantine. They are in the file, so they keep their old state: a corrected upload does
/// not remove them or give them back to an earlier drop, and a complete drop does not mark them as gone. Where a bad
/// row's key cannot be read, every row the file lacks could be that row: a corrected upload keeps all of these, and a
/// date of complete drops ends none (<see cref="SnapshotMarks"/>).
/// </summary>
internal sealed class KeptRows(LoadJob job)
{
    /// <summary>The keys of the rows that are kept.</summary>
    public const string Kept = "kept";

    /// <summary>The keys of the quarantined rows, as far as they can be read.</summary>
    public const string Bad = "quarantined_key";

    /// <summary>
    /// To be called when the drop's rows are merged. Leaves <see cref="Kept"/> and <see cref="Bad"/>.
    /// </summary>
    public async Task<KeptRowCounts> FindAsync(
        NpgsqlConnection connection, QuarantinedKeys keys, CancellationToken cancellationToken)
    {
        await job.Staging.CreateWorkTableOfKeysAsync(connection, Bad, cancellationToken);
        await job.Staging.CreateWorkTableOfKeysAsync(connection, Kept, cancellationToken);
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
        var observed = kept == 0 && versions.Count > 0 && job.Table.HasHistory
            ? await connection.ExecuteScalarAsync<long>(
                new HistoryTable(job.Table).CountKept(MergeSql.Incoming, Bad),
                new
                {
                    Place = await HistoryTable.PlaceAsync(connection, job.Drop.Path, cancellationToken),
                    IsAny = keys.HasUnreadable,
                },
                cancellationToken)
            : 0;
        return new KeptRowCounts(kept, observed, keys.HasUnreadable);
    }

    // A row of a complete drop moves to this drop, as one that is in it unchanged.
    private string Find =>
        $"""
        insert into {Kept}
        select {job.Staging.Key}
        from {job.Staging.Name} as s
        where
            ({Scope})
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

    // What versions of this path said, and of complete drops also what earlier ones did: of a row whose key is not
    // known only the former, as the marks take care of the latter.
    private string Scope => job.Table.Snapshot is null
        ? $"{IsOwn} and (@IsAny or {IsBad})"
        : $"(@IsAny and {IsOwn}) or (s.{StagingTable.DropId} <> all(@Newer) and {IsBad})";

    private static string IsOwn => $"s.{StagingTable.DropId} = any(@Versions)";

    private string Move => job.Table.Snapshot is null
        ? ""
        : $"""
        update {job.Staging.Name} as s
        set {StagingTable.DropId} = @DropId
        from {Kept} as k
        where s.{StagingTable.DropId} <> @DropId and {job.Staging.KeyEquals("s", "k")};
        """;
}

/// <summary>Rows that keep what was known of them.</summary>
/// <param name="Rows">Rows of the table that are neither removed nor marked nor given back.</param>
/// <param name="Versions">Where that is none: versions of the history that stay as the path said them before.</param>
/// <param name="IsAny">The key of a quarantined row cannot be read, so that it may be any row.</param>
internal sealed record KeptRowCounts(long Rows, long Versions, bool IsAny)
{
    /// <summary>What people should know; null when nothing is kept.</summary>
    public string? Note => (Rows, Versions) switch
    {
        (0, 0) => null,
        (0, 1) => $"1 version in the history was kept as before: {Reason(Versions)}",
        (0, _) => $"{Versions} versions in the history were kept as before: {Reason(Versions)}",
        _ => $"{Rows} {(Rows == 1 ? "row was" : "rows were")} kept as before: {Reason(Rows)}",
    };

    private string Reason(long count) => IsAny
        ? "the key of a quarantined row cannot be read, so no row that the file lacks was marked as removed"
        : $"{(count == 1 ? "its new version is" : "their new versions are")} in quarantine";
}
