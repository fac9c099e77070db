using Greenery.Staging;
using Greenery.Tests.Support;

namespace Greenery.Tests.Staging;

public sealed class OrderIndependenceTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private static readonly string[] Dates = ["2026-11-20", "2026-11-21", "2026-11-21", "2026-11-22"];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task Drops_loaded_in_any_order_end_in_the_same_table(int seed)
    {
        var random = new Random(seed);
        var drops = Dates.Select(_ => Csv(random)).ToArray();
        List<string>? expected = null;
        for (var i = 0; i < 8; i++)
        {
            var order = Enumerable.Range(0, drops.Length).ToArray();
            random.Shuffle(order);
            await using var harness = await LoadHarness.CreateAsync(database);
            foreach (var at in order)
            {
                await LoadAsync(harness, drops[at], at);
            }
            var rows = await harness.RowsAsync();
            expected ??= rows;
            Assert.Equal(expected, rows);
        }
    }

    [Fact]
    public async Task A_rerun_of_every_drop_changes_nothing()
    {
        var random = new Random(5);
        await using var harness = await LoadHarness.CreateAsync(database);
        var ids = new List<long>();
        for (var at = 0; at < Dates.Length; at++)
        {
            ids.Add(await harness.PutAsync(
                System.Text.Encoding.UTF8.GetBytes(Csv(random)), Dates[at], $"{{0}}-{at}.csv"));
            await harness.LoadAsync(ids[^1]);
        }
        var rows = await harness.RowsAsync("id, name, price, _extra, _drop_id, _load_seq");
        foreach (var id in ids.AsEnumerable().Reverse())
        {
            var again = await harness.LoadAsync(id);
            Assert.Equal((0, 0), (again.Inserted, again.Updated));
        }
        Assert.Equal(rows, await harness.RowsAsync("id, name, price, _extra, _drop_id, _load_seq"));
    }

    private static Task<LoadResult> LoadAsync(LoadHarness harness, string csv, int at) =>
        harness.LoadAsync(csv, Dates[at], $"{{0}}-{at}.csv");

    private static string Csv(Random random) => "id,name,price\n" + string.Concat(
        Enumerable.Range(0, random.Next(12))
            .Select(_ => $"{random.Next(6)},{(char)('a' + random.Next(2))},{random.Next(2)}\n"));
}
