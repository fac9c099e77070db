using Greenery.Models;
using Greenery.Models.Building;
using Greenery.Sources;
using Greenery.Staging;
using Greenery.Staging.Partitions;
using Greenery.Warehouse;
using Npgsql;

namespace Greenery.Publishing;

/// <summary>
/// Removes partitions of source tables whose rows are older than the contract keeps (<c>config: keep</c>). No model is
/// computed anew by that, and no model by key loses a row: the keys that the rows lead to are closed
/// (<see cref="ClosedKeys"/>).
/// </summary>
/// <param name="warehouse">The database.</param>
/// <param name="catalogue">Tables and models.</param>
public sealed class SourceRetention(PostgresWarehouse warehouse, ModelCatalogue catalogue)
{
    /// <summary>What a run would remove, and what is to be removed later, for people. Changes nothing.</summary>
    /// <param name="pending">By table, the date of the newest drop that is to be loaded.</param>
    /// <param name="cancellationToken">Stops the queries.</param>
    public async Task<IReadOnlyList<string>> PreviewAsync(
        IReadOnlyDictionary<string, DateOnly> pending, CancellationToken cancellationToken)
    {
        await using var connection = await warehouse.ConnectAsync(cancellationToken);
        var expired = new List<string>();
        foreach (var source in Sources)
        {
            DateOnly? newest = pending.TryGetValue(source.Name, out var date) ? date : null;
            foreach (var (name, from) in await FindAsync(connection, source, 0, newest, cancellationToken))
            {
                var found = await DescribeAsync(connection, source, name, from, cancellationToken);
                expired.Add(found.Plan);
            }
        }
        return expired;
    }

    /// <summary>Removes what all kept runs know of, each partition in a transaction of its own, and notes it.</summary>
    /// <param name="lease">The run's.</param>
    /// <param name="cancellationToken">Leaves the rest for the next run.</param>
    public async Task RunAsync(RunLease lease, CancellationToken cancellationToken)
    {
        await using var connection = await warehouse.ConnectAsync(cancellationToken);
        foreach (var source in Sources)
        {
            foreach (var (name, from) in await FindAsync(connection, source, lease.RunId, null, cancellationToken))
            {
                if (!await CleanUp.TryAsync(connection, lease, token =>
                    ExpireAsync(connection, source, name, from, lease, token), cancellationToken))
                {
                    await RunNotes.AddAsync(connection, lease.RunId,
                        $"staging.{name}: its rows are older than the contract keeps (config: keep: {source.Keep}), "
                        + "but others are reading the table or depend on the partition. The next run tries to remove "
                        + "it again.",
                        cancellationToken);
                }
            }
        }
        await NoteClosedKeysAsync(connection, lease, cancellationToken);
        await CleanUp.TryAsync(connection, lease, token => ForgetKeysAsync(connection, token), cancellationToken);
    }

    private IEnumerable<SourceTable> Sources =>
        catalogue.Sources.Where(source => source is { Keep: not null, Partition: not null });

    private static async Task<List<(string Name, DateOnly From)>> FindAsync(
        NpgsqlConnection connection, SourceTable source, long runId, DateOnly? newest,
        CancellationToken cancellationToken)
    {
        var partitions = new StagingTable(source).Partitions!;
        var isThere = await connection.ExecuteScalarAsync<bool>(
            "select to_regclass(@Name) is not null", new { new StagingTable(source).Name }, cancellationToken);
        return !isThere || await RetentionBound.ReadAsync(connection, source, runId, newest, cancellationToken)
            is not { } bound ? []
            : [.. (await partitions.ReadAsync(connection, cancellationToken))
                .Select(name => (Name: name, From: partitions.StartOf(name)))
                .Where(partition => partition.From < bound)
                .Select(partition => (partition.Name, partition.From!.Value))
                .OrderBy(partition => partition.Value)];
    }

    private async Task<ExpiredPartition> DescribeAsync(
        NpgsqlConnection connection, SourceTable source, string name, DateOnly from,
        CancellationToken cancellationToken)
    {
        var models = catalogue.Models.Where(model => RetentionNeeds.CanClose(model, source.Name)).ToList();
        var (rows, isKnown) = await connection.QueryFirstOrDefaultAsync<(long Rows, bool IsKnown)>(
            $"""
            with {CleanUp.KeptRuns},

            held as (
                select count(*) as row_count, coalesce(max({StagingTable.LoadSequence}), 0) as load_seq
                from {SqlText.Name(StagingTable.Schema, name)}
            )

            select
                row_count,
                row_count = 0 or (
                    load_seq <= coalesce((select min(until_seq) from kept_version), 0)
                    and not exists (
                        select from unnest(@models) as needed
                        left join ops.live on live.model = needed
                        where live.until_seq is null or live.until_seq < load_seq
                    )
                )
            from held
            """, new { models = models.Select(model => model.Name).ToArray() }, cancellationToken);
        return new ExpiredPartition(source, name, from, rows, models, isKnown);
    }

    private async Task ExpireAsync(
        NpgsqlConnection connection, SourceTable source, string name, DateOnly from, RunLease lease,
        CancellationToken cancellationToken)
    {
        var partition = SqlText.Name(StagingTable.Schema, name);
        var expired = await DescribeAsync(connection, source, name, from, cancellationToken);
        if (expired.IsKnown)
        {
            // Readers wait only where something is removed, and what is counted is what is removed.
            await connection.ExecuteAsync(
                $"lock table {new StagingTable(source).Name} in access exclusive mode", null, cancellationToken);
            expired = await DescribeAsync(connection, source, name, from, cancellationToken);
        }
        if (!expired.IsKnown)
        {
            await RunNotes.AddAsync(connection, lease.RunId, $"{expired.Plan}.", cancellationToken);
            return;
        }
        try
        {
            foreach (var model in expired.Models)
            {
                await ClosedKeys.AddAsync(connection, model, source.Name, partition, cancellationToken);
            }
        }
        catch (ConfigurationException exception)
        {
            await RunNotes.AddAsync(connection, lease.RunId, exception.Message, cancellationToken);
            return;
        }
        await connection.ExecuteAsync($"drop table {partition}", null, cancellationToken);
        if (expired.Rows > 0)
        {
            await connection.ExecuteAsync(
                """
                insert into ops.expired_partition (table_name, from_date, to_date, row_count, run_id)
                values (@Name, @From, @To, @Rows, @RunId)
                """, new { source.Name, expired.From, expired.To, expired.Rows, lease.RunId }, cancellationToken);
            await RunNotes.AddAsync(connection, lease.RunId, $"{expired.Done}.", cancellationToken);
        }
    }

    private static Task<int> NoteClosedKeysAsync(
        NpgsqlConnection connection, RunLease lease, CancellationToken cancellationToken) =>
        connection.ExecuteAsync(
            """
            update ops.run as r set notes = notes || array(
                select note
                from (
                    select format('%s.%s: changed rows lead to %s %s that lost source rows by retention (config: keep); '
                        || 'their rows stay as they were.', mart, model, closed_keys,
                        case closed_keys when 1 then 'key' else 'keys' end) as note
                    from ops.run_model
                    where run_model.run_id = @RunId and closed_keys > 0
                ) as found
                where note <> all(r.notes)
                order by 1
            )
            where run_id = @RunId and exists (select from ops.run_model as m where m.run_id = @RunId and closed_keys > 0)
            """, lease, cancellationToken);

    // Those of models that are no more, for readers neither.
    private async Task ForgetKeysAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var tables = await connection.QueryAsync<string>(
            """
            select relname::text from pg_class
            where relnamespace = 'warehouse'::regnamespace and relkind = 'r' and right(relname, length(@Ending)) = @Ending
                and left(relname, -length(@Ending)) <> all(@models)
                and not exists (select from ops.live where live.model = left(relname, -length(@Ending)))
            """,
            new { ClosedKeys.Ending, models = catalogue.Models.Select(model => model.Name).ToArray() },
            cancellationToken);
        foreach (var table in tables)
        {
            await connection.ExecuteAsync($"drop table {SqlText.Name("warehouse", table)}", null, cancellationToken);
        }
    }
}
