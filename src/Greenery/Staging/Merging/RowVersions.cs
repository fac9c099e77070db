using Greenery.Staging.History;
using Greenery.Warehouse;
using Npgsql;

namespace Greenery.Staging.Merging;

/// <summary>
/// Keeps what the drop says of the columns whose history the contract asks for. Its cost follows the drop: no other
/// drop's observations are looked at, whichever comes before or after it.
/// </summary>
internal sealed class RowVersions(LoadJob job)
{
    private readonly HistoryTable _history = new(job.Table);

    /// <summary>To be called when the drop's rows are merged.</summary>
    /// <param name="connection">Of the loading transaction.</param>
    /// <param name="isBulk">All rows of the table are the drop's; there is no <see cref="MergeSql.Incoming"/>.</param>
    /// <param name="kept">What is kept as before; null when no row is in quarantine.</param>
    /// <param name="superseded">Rows of the drop that a later one overrides.</param>
    /// <param name="cancellationToken">Stops the statements.</param>
    /// <returns>Whether a version may be other than before although staging may be the same.</returns>
    public async Task<bool> WriteAsync(
        NpgsqlConnection connection, bool isBulk, KeptRowCounts? kept, long superseded,
        CancellationToken cancellationToken)
    {
        if (!job.Table.HasHistory)
        {
            return false;
        }
        var source = isBulk ? job.Staging.Name : MergeSql.Incoming;
        var place = await HistoryTable.PlaceAsync(connection, job.Drop.Path, cancellationToken);
        var isAgain = await connection.ExecuteScalarAsync<bool>(
            _history.IsObserved, new { place }, cancellationToken);
        // A quarantined row whose key cannot be read may be any that the file lacks.
        var forgotten = isAgain && kept is not { IsAny: true }
            ? await RunAsync(
                connection, place, _history.Forget(source, kept is null ? null : KeptRows.Bad), isNoted: true,
                cancellationToken)
            : 0;
        var rows = isBulk ? Rows(source) : kept is { Rows: > 0 } ? LastAndKeptRows(source) : LastRows(source);
        var written = await RunAsync(
            connection, place, _history.Write(rows), isNoted: !isBulk && (isAgain || superseded > 0),
            cancellationToken);
        // A row that this drop brings first and no later drop replaces changes staging as well, and is counted there.
        return forgotten + (isAgain || superseded > 0 ? written : 0) > 0;
    }

    private string Rows(string source) => $"select {SqlText.Names(_history.Columns)} from {source}";

    private string LastRows(string source) =>
        $"""
        select distinct on ({job.Staging.Key}) {SqlText.Names(_history.Columns)}
        from {source}
        order by {job.Staging.Key}, _line desc
        """;

    // A complete drop that has the row says of it what was known; another drop says nothing.
    private string LastAndKeptRows(string source) => job.Table.Snapshot is null
        ? LastRows(source)
        : $"""
        ({LastRows(source)})
        union all
        select {string.Join(", ", _history.Columns.Select(column => $"s.{SqlText.Name(column)}"))}
        from {job.Staging.Name} as s
        inner join {KeptRows.Kept} as k on {job.Staging.KeyEquals("s", "k")}
        """;

    // Noted where versions may be other than before although staging is the same. All rows of a bulk load are new ones,
    // which models find by their load.
    private Task<long> RunAsync(
        NpgsqlConnection connection, long place, string sql, bool isNoted, CancellationToken cancellationToken) =>
        connection.ExecuteScalarAsync<long>(
            $"""
            with changed as (
                {sql}
                returning {job.Staging.Key}
            ){(isNoted ? new ReplacedKeys(job.Table).AfterHistory("changed") : "")}

            select count(*) from changed
            """,
            new { place, First = job.Sequence, job.Sequence }, cancellationToken);
}
