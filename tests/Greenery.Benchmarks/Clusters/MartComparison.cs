using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Greenery.FaultInjection.Clusters;
using Greenery.Publishing;
using Greenery.Warehouse;

namespace Greenery.Benchmarks.Clusters;

/// <summary>
/// Compares what readers see on both databases: all rows of all marts, in whatever order they come. A mart is read
/// once on each side, row by row; one that differs is read again for examples.
/// </summary>
/// <param name="plain">The database on a single server.</param>
/// <param name="cluster">The database on a cluster.</param>
/// <param name="marts">The schemas of the marts.</param>
internal sealed class MartComparison(
    PostgresWarehouse plain, PostgresWarehouse cluster, IReadOnlyList<string> marts)
{
    private const int Examples = 3;

    /// <summary>Prints what differs, with some rows.</summary>
    /// <returns>The names of the marts that differ.</returns>
    public async Task<IReadOnlyList<string>> DifferingAsync()
    {
        var (one, other) = (await ViewsAsync(plain), await ViewsAsync(cluster));
        var differing = one.Except(other).Union(other.Except(one)).ToList();
        differing.ForEach(view => Say($"{view} is there on one side only"));
        foreach (var view in one.Intersect(other))
        {
            var (found, expected) = (await SumAsync(cluster, view), await SumAsync(plain, view));
            if (found != expected)
            {
                differing.Add(view);
                Say($"{view} differs: {expected.Rows:n0} rows on plain, {found.Rows:n0} on the cluster");
                await ShowAsync(view, "plain", plain, cluster);
                await ShowAsync(view, "the cluster", cluster, plain);
            }
        }
        Say($"compared row by row: {one.Union(other).Count()} marts, {differing.Count} differ");
        return differing;
    }

    // The history of metrics says when runs ended.
    private async Task<List<string>> ViewsAsync(PostgresWarehouse warehouse)
    {
        await using var connection = await warehouse.ConnectAsync(default);
        return await connection.QueryAsync<string>(
            """
            select format('%I.%I', nspname, relname) from pg_class
            inner join pg_namespace on pg_namespace.oid = relnamespace
            where nspname = any(@marts) and relkind = 'v' and relname <> @Name
            order by 1
            """, new { marts = marts.ToArray(), MetricHistoryView.Name }, default);
    }

    // Rows with the same sum of hashes are the same rows, each as often.
    private static async Task<(long Rows, UInt128 Sum)> SumAsync(PostgresWarehouse warehouse, string view)
    {
        var (rows, sum) = (0L, UInt128.Zero);
        await foreach (var row in RowsAsync(warehouse, view))
        {
            rows++;
            sum = unchecked(sum + HashOf(row));
        }
        return (rows, sum);
    }

    private static async Task ShowAsync(string view, string side, PostgresWarehouse here, PostgresWarehouse there)
    {
        var known = new Dictionary<UInt128, int>();
        await foreach (var row in RowsAsync(there, view))
        {
            var hash = HashOf(row);
            known[hash] = known.GetValueOrDefault(hash) + 1;
        }
        var shown = 0;
        await foreach (var row in RowsAsync(here, view))
        {
            var hash = HashOf(row);
            var times = known.GetValueOrDefault(hash);
            known[hash] = times - 1;
            if (times <= 0 && shown++ < Examples)
            {
                Say($"- only on {side}: {row}");
            }
        }
    }

    // The first line has the columns.
    private static async IAsyncEnumerable<string> RowsAsync(PostgresWarehouse warehouse, string view)
    {
        await using var connection = await warehouse.ConnectAsync(default);
        using var reader = await connection.BeginTextExportAsync(
            $"copy (select * from {view}) to stdout (format csv, header)");
        while (await reader.ReadLineAsync() is { } line)
        {
            yield return RoundedNumbers.Of(line);
        }
    }

    private static UInt128 HashOf(string row) =>
        BinaryPrimitives.ReadUInt128LittleEndian(SHA256.HashData(Encoding.UTF8.GetBytes(row)));

    private static void Say(FormattableString text) => Console.WriteLine(text.ToString(CultureInfo.InvariantCulture));
}
