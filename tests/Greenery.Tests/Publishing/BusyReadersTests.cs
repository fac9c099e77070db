using System.Diagnostics;
using Greenery.Tests.Support;
using Greenery.Warehouse;

namespace Greenery.Tests.Publishing;

/// <summary>Readers that query without a pause, all marts in one statement.</summary>
public sealed class BusyReadersTests
{
    private const int Copies = 8;
    private static readonly string[] Views =
        ["core.dim_users", .. Enumerable.Range(1, Copies).Select(copy => $"core.users_{copy}")];

    [Fact]
    public async Task Publishing_comes_through_beside_four_of_them_and_none_sees_a_mix_or_an_error()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        for (var copy = 1; copy <= Copies; copy++)
        {
            test.WriteSql($"core/users_{copy}.sql", "select user_id, name from users");
        }
        await test.RunAsync();
        using var stop = new CancellationTokenSource();
        var readers = Enumerable.Range(0, 4).Select(seed => Task.Run(() => ReadAsync(test, seed, stop.Token))).ToList();
        var watch = Stopwatch.StartNew();
        for (var day = 1; day <= 3; day++)
        {
            test.Put($"2021-03-0{day}/users.csv", $"user_id,name,city\n{100 + day},New,Oslo\n");
            var report = await test.RunAsync();
            Assert.Equal(("published", null), (report.State, report.Message));
        }
        watch.Stop();
        await stop.CancelAsync();
        foreach (var seen in await Task.WhenAll(readers))
        {
            Assert.Superset(seen, new HashSet<long> { 3, 4, 5, 6 });
            Assert.Contains(6L, seen);
        }
        // One publication that waits out its patience takes two minutes.
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromMinutes(1));
    }

    /// <summary>Every view has the same number of rows, or it is a mix; the numbers that were seen.</summary>
    private static async Task<HashSet<long>> ReadAsync(TestWarehouse test, int seed, CancellationToken stop)
    {
        var (random, views, seen) = (new Random(seed), Views.ToArray(), new HashSet<long>());
        await using var connection = await test.Database.Warehouse.ConnectAsync(CancellationToken.None);
        for (var isLast = false; !isLast;)
        {
            isLast = stop.IsCancellationRequested;
            random.Shuffle(views);
            var counts = string.Join(", ", views.Select(view => $"(select count(*) from {view})"));
            var rows = await connection.ExecuteScalarAsync<long[]>(
                $"select array[{counts}] from pg_sleep(0.01)", null, CancellationToken.None);
            seen.Add(Assert.Single(rows!.Distinct()));
        }
        return seen;
    }
}
