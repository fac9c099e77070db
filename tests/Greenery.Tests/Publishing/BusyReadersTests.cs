using System.Diagnostics;
using Greenery.Runs;
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
            Assert.Equal((RunState.Published, null), (report.State, report.Message));
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

    [Fact]
    public async Task A_transaction_that_began_before_a_publication_sees_the_version_before_in_all_views()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        await test.RunAsync();
        await using var reader = await test.Database.Warehouse.ConnectAsync(default);
        await reader.ExecuteAsync("begin isolation level repeatable read; select 1", null, default);
        const string Counts =
            "select array[(select count(*) from core.dim_users), (select count(*) from core.fact_orders)]";

        test.Put("2021-03-01/users.csv", "user_id,name,city\n91,Flo,Rome\n");
        var before = (await test.ValueAsync<long[]>(Counts))!;
        Assert.Equal((RunState.Published, null), await StateAsync(test));
        Assert.Equal(before, await reader.ExecuteScalarAsync<long[]>(Counts, null, default));
        Assert.Equal(before[0] + 1, (await test.ValueAsync<long[]>(Counts))![0]);
        var both = await ViewAsync(test);
        Assert.Contains("UNION ALL", both, StringComparison.Ordinal);

        // It still needs the version before, so the next publication waits for it to end; then one version is left.
        await reader.ExecuteAsync("rollback", null, default);
        Assert.Equal(RunState.Unchanged, (await StateAsync(test)).State);
        test.Put("2021-03-02/users.csv", "user_id,name,city\n92,Ina,Rome\n");
        Assert.Equal((RunState.Published, null), await StateAsync(test));
        Assert.DoesNotContain("UNION ALL", await ViewAsync(test), StringComparison.Ordinal);
        Assert.Equal(before[0] + 2, (await test.ValueAsync<long[]>(Counts))![0]);
    }

    [Fact]
    public async Task A_publication_that_broke_off_before_its_switch_shows_nothing_of_itself_later()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        await test.RunAsync();
        const string Count = "select count(*) from core.dim_users";
        var before = await test.ValueAsync<long>(Count);
        // The switch fails once the views hold both versions.
        await test.ExecuteAsync(
            """
            create function ops.fail() returns trigger language plpgsql as $$ begin raise exception 'no'; end $$;
            create trigger fail before update on ops.live for each row execute function ops.fail()
            """);
        test.Put("2021-03-01/users.csv", "user_id,name,city\n91,Flo,Rome\n");
        Assert.Equal(RunState.Failed, (await StateAsync(test)).State);
        Assert.Equal(before, await test.ValueAsync<long>(Count));

        await test.ExecuteAsync("drop trigger fail on ops.live");
        test.Put("2021-03-02/users.csv", "user_id,name,city\n92,Ina,Rome\n");
        Assert.Equal((RunState.Published, null), await StateAsync(test));
        Assert.Equal(before + 2, await test.ValueAsync<long>(Count));
        Assert.DoesNotContain("UNION ALL", await ViewAsync(test), StringComparison.Ordinal);
    }

    private static Task<string?> ViewAsync(TestWarehouse test) =>
        test.ValueAsync<string>("select pg_get_viewdef('core.dim_users'::regclass)");

    private static async Task<(RunState State, string? Message)> StateAsync(TestWarehouse test)
    {
        var report = await test.RunAsync();
        return (report.State, report.Message);
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
