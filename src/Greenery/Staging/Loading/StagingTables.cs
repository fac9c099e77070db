using Greenery.Sources;
using Greenery.Staging.History;
using Greenery.Staging.Partitions;
using Greenery.Warehouse;
using Npgsql;

namespace Greenery.Staging.Loading;

/// <summary>Keeps the tables of schema staging as the contract says: creates them, and adds columns.</summary>
/// <param name="warehouse">The database.</param>
/// <param name="patience">How long to wait for readers of the tables; two minutes by default.</param>
public sealed class StagingTables(PostgresWarehouse warehouse, TimeSpan? patience = null)
{
    /// <summary>
    /// Creates missing tables and columns, all in one transaction. A column that left the contract stays, and may be
    /// null from then on: what was loaded is never thrown away by editing a file.
    /// </summary>
    /// <param name="tables">The contract.</param>
    /// <param name="lease">Fences the commit; null where no run is at work.</param>
    /// <param name="cancellationToken">Leaves things as they are.</param>
    /// <exception cref="BlockedException">Readers held their locks for too long.</exception>
    /// <exception cref="LeaseLostException">The run was taken over.</exception>
    /// <exception cref="ConfigurationException">A column's type, or a key, is another than the table has.</exception>
    public async Task EnsureAsync(
        IReadOnlyList<SourceTable> tables, RunLease? lease, CancellationToken cancellationToken) =>
        await new TableChanges(warehouse, patience).RunAsync(
            [StagingTable.Schema], advisoryKey: null,
            (connection, token) => EnsureAsync(connection, tables, lease, token), cancellationToken);

    /// <summary>
    /// Tables that the next run makes anew to divide them as the contract says, or moves within a cluster, for people.
    /// </summary>
    /// <param name="tables">The contract.</param>
    /// <param name="cancellationToken">Stops the queries.</param>
    public async Task<IReadOnlyList<string>> PreviewAsync(
        IReadOnlyList<SourceTable> tables, CancellationToken cancellationToken)
    {
        await using var connection = await warehouse.ConnectAsync(cancellationToken);
        var existing = await ExistingTable.ReadAsync(connection, cancellationToken);
        var conversions = Conversions(tables, existing);
        return
        [
            .. conversions.Select(conversion => conversion.Description),
            .. (await MovingAsync(connection, tables, existing, cancellationToken)).Select(table =>
                $"staging.{table.Name} moves within the cluster: {Place(table)}; loads wait until that is done"),
            .. (await ObstaclesAsync(connection, conversions, cancellationToken))
                .Concat(await TooLargeAsync(connection, tables, cancellationToken))
                .Select(found => $"refused: {found}"),
        ];
    }

    private static async Task EnsureAsync(
        NpgsqlConnection connection, IReadOnlyList<SourceTable> tables, RunLease? lease,
        CancellationToken cancellationToken)
    {
        var existing = await ExistingTable.ReadAsync(connection, cancellationToken);
        var changes = tables
            .Select(table => new TableChange(new StagingTable(table), existing.GetValueOrDefault(table.Name)))
            .ToArray();
        var histories = tables.Select(table => new HistoryTable(table)).Select(history => new HistoryChange(
            history,
            existing.GetValueOrDefault(history.ObservedName),
            existing.GetValueOrDefault(history.Contract.HistoryName))).ToArray();
        var replaced = tables.Select(table => new ReplacedKeys(table)).ToArray();
        var conversions = Conversions(tables, existing);
        var diagnostics = changes.SelectMany(change => change.Diagnostics())
            .Concat(histories.SelectMany(history => history.Diagnostics()))
            .Concat(await ObstaclesAsync(connection, conversions, cancellationToken))
            .Concat(await TooLargeAsync(connection, tables, cancellationToken))
            .ToArray();
        if (diagnostics.Length > 0)
        {
            throw new ConfigurationException(diagnostics);
        }
        foreach (var statement in changes.SelectMany(change => change.Statements())
            .Concat(histories.SelectMany(history => history.Statements()))
            .Concat(replaced.SelectMany(keys => keys.Statements(existing.GetValueOrDefault(keys.TableName)))))
        {
            await connection.ExecuteAsync(statement, null, cancellationToken);
        }
        // After the columns that are new: a table may be divided by one of them.
        foreach (var conversion in conversions)
        {
            await conversion.RunAsync(connection, cancellationToken);
        }
        var moving = await MovingAsync(connection, tables, existing, cancellationToken);
        foreach (var table in tables)
        {
            foreach (var (name, beside) in TablesOf(table))
            {
                await Cluster.PlaceAsync(connection, name, table.Distribution, beside, cancellationToken);
            }
        }
        foreach (var (table, keys) in tables.Zip(replaced))
        {
            await keys.FollowAsync(connection, isNew: !existing.ContainsKey(table.Name), cancellationToken);
        }
        if (lease is not null)
        {
            foreach (var conversion in conversions)
            {
                await RunNotes.AddAsync(connection, lease.RunId, $"{conversion.Done}.", cancellationToken);
            }
            foreach (var table in moving)
            {
                await RunNotes.AddAsync(
                    connection, lease.RunId, $"staging.{table.Name} was moved within the cluster: {Place(table)}.",
                    cancellationToken);
            }
            await lease.VerifyAsync(connection, cancellationToken);
        }
    }

    /// <summary>Tables that are to become reference tables, and are larger than these should be.</summary>
    internal static async Task<IReadOnlyList<Diagnostic>> TooLargeAsync(
        NpgsqlConnection connection, IReadOnlyList<SourceTable> tables, CancellationToken cancellationToken)
    {
        if (!Cluster.Has(connection))
        {
            return [];
        }
        var places = await Cluster.FindAllAsync(connection, StagingTable.Schema, cancellationToken);
        var found = new List<Diagnostic>();
        foreach (var table in tables.Where(table => table.Distribution is { IsReference: true }
            && places.GetValueOrDefault(table.Name) != Distribution.Reference))
        {
            if (await Cluster.TooLargeAsync(connection, new StagingTable(table).Name, cancellationToken) is { } size)
            {
                found.Add(new Diagnostic(table.Place, $"staging.{table.Name} {size}"));
            }
        }
        return found;
    }

    private static string Place(SourceTable table) => table.Distribution switch
    {
        null => "to the coordinator",
        { IsReference: true } => "to every node (reference)",
        { } distribution => distribution.ToString(),
    };

    private static async Task<List<SourceTable>> MovingAsync(
        NpgsqlConnection connection, IReadOnlyList<SourceTable> tables, Dictionary<string, ExistingTable> existing,
        CancellationToken cancellationToken)
    {
        var moving = new List<SourceTable>();
        foreach (var table in tables.Where(table => Cluster.Has(connection) && existing.ContainsKey(table.Name)))
        {
            if (await Cluster.FindAsync(connection, new StagingTable(table).Name, cancellationToken)
                != table.Distribution)
            {
                moving.Add(table);
            }
        }
        return moving;
    }

    /// <summary>The tables of a source, quoted; what was observed of a row is on the same node as the row.</summary>
    internal static IEnumerable<(string Table, string? Beside)> TablesOf(SourceTable table)
    {
        var staging = new StagingTable(table).Name;
        yield return (staging, null);
        if (table.HasHistory)
        {
            yield return (new HistoryTable(table).Observed, staging);
        }
    }

    private static List<TableConversion> Conversions(
        IReadOnlyList<SourceTable> tables, Dictionary<string, ExistingTable> existing) =>
        [.. tables.Select(table => new TableConversion(new StagingTable(table), existing.GetValueOrDefault(table.Name)))
            .Where(conversion => conversion.IsNeeded)];

    private static async Task<List<Diagnostic>> ObstaclesAsync(
        NpgsqlConnection connection, List<TableConversion> conversions, CancellationToken cancellationToken)
    {
        var obstacles = new List<Diagnostic>();
        foreach (var conversion in conversions)
        {
            if (await conversion.ObstacleAsync(connection, cancellationToken) is { } obstacle)
            {
                obstacles.Add(obstacle);
            }
        }
        return obstacles;
    }
}
