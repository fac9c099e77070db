using Greenery.Warehouse;
using Npgsql;

namespace Greenery.Staging.Partitions;

/// <summary>
/// Makes a divided table ready for the rows of drops: takes out those that are older than the contract keeps, and makes
/// the partitions that are missing.
/// </summary>
/// <param name="table">The table.</param>
/// <param name="partitions">How it is divided.</param>
/// <param name="rows">Quoted name of the table that has the rows.</param>
internal sealed class PartitionedRows(StagingTable table, RangePartitions partitions, string rows)
{
    /// <summary>What is to be said of the rows of each drop, by drop; those without anything are left out.</summary>
    /// <param name="connection">In the transaction that loads them.</param>
    /// <param name="drop">SQL: the drop of a row (<c>r</c>).</param>
    /// <param name="order">SQL: of the rows of one key, the one that is to stay first.</param>
    /// <param name="bound">From which day on rows are kept; null for all.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="BlockedException">Readers of the table held their locks for too long.</exception>
    public async Task<Dictionary<long, PartitionedCounts>> PrepareAsync(
        NpgsqlConnection connection, string drop, string order, DateOnly? bound, CancellationToken cancellationToken)
    {
        var expired = bound is { } day
            ? await connection.QueryAsync<(long Drop, long Rows)>(
                TakeOut(drop, order, day), null, cancellationToken)
            : [];
        await partitions.EnsureAsync(connection, rows, cancellationToken);
        var odd = await connection.QueryAsync<(long Drop, long Rows)>(
            $"select {drop}, count(*) from {rows} as r where {partitions.HasTime("r")} is not true group by 1",
            null, cancellationToken);
        return expired.Select(found => (found.Drop, Counts: new PartitionedCounts(found.Rows, 0)))
            .Concat(odd.Select(found => (found.Drop, Counts: new PartitionedCounts(0, found.Rows))))
            .GroupBy(found => found.Drop, found => found.Counts)
            .ToDictionary(group => group.Key, group => group.Aggregate(
                (one, other) => new PartitionedCounts(one.Expired + other.Expired, one.Odd + other.Odd)));
    }

    /// <summary>What people should know of them; null when there is nothing to say.</summary>
    public string? Note(PartitionedCounts? counts, DateOnly? bound)
    {
        var contract = table.Contract;
        var old = counts is not { Expired: > 0 } ? null
            : $"{Count(counts.Expired)} older than {bound:yyyy-MM-dd} and not loaded (config: keep: {contract.Keep})";
        var odd = counts is not { Odd: > 0 } ? null
            : $"{Count(counts.Odd)} in {StagingTable.Schema}.{partitions.DefaultName}, because "
                + $"{partitions.Rule.Column} is null, or not between 1900 and 2199";
        var said = string.Join("; ", new[] { old, odd }.OfType<string>());
        return said.Length == 0 ? null : said;
    }

    private static string Count(long rows) => $"{rows} {(rows == 1 ? "row is" : "rows are")}";

    // A row whose key is in the table is merged as any other one: the table would keep what the row does not say any
    // more. Its partition goes in time.
    private string TakeOut(string drop, string order, DateOnly bound) =>
        $"""
        with latest as (
            select distinct on ({table.Key}) * from {rows} order by {table.Key}, {order}
        ),

        old as (
            select {table.Key} from latest as l
            where
                {partitions.IsBefore("l", bound)}
                and not exists (select from {table.Name} as s where {table.KeyEquals("s", "l")})
        ),

        taken as (
            delete from {rows} as r using old where {table.KeyEquals("r", "old")} returning {drop} as drop_id
        )

        select drop_id, count(*) from taken group by drop_id
        """;
}

/// <summary>Rows of a drop that a divided table takes in another way than others.</summary>
/// <param name="Expired">Older than the contract keeps; they were left out.</param>
/// <param name="Odd">Without a date, or with one that cannot be meant; they are in the default partition.</param>
internal sealed record PartitionedCounts(long Expired, long Odd);
