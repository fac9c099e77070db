using Greenery.Runs;
using Greenery.Tests.Support;

namespace Greenery.Tests.Runs;

/// <summary>
/// The daily run on the shop's real data, run once for all tests that only look; nothing where the data is not there.
/// </summary>
public sealed class ShopRun : IAsyncLifetime
{
    internal const string Day = "2021-02-12";

    internal static Dictionary<string, int> RowsInFiles { get; } = new(StringComparer.Ordinal)
    {
        ["addresses"] = 150, ["users"] = 130, ["products"] = 30, ["promos"] = 6, ["orders"] = 361,
        ["order_items"] = 862,
        ["events"] = 3553,
    };

    internal TestWarehouse Test { get; private set; } = null!;

    /// <summary>Of the run that published it.</summary>
    internal RunReport Report { get; private set; } = null!;

    /// <summary>A daily run of a test's own.</summary>
    internal static async Task<TestWarehouse> RunAsync()
    {
        var test = await TestWarehouse.OfRepositoryAsync();
        foreach (var table in RowsInFiles.Keys)
        {
            test.Put($"{Day}/{table}.csv", await System.IO.File.ReadAllBytesAsync(File(table)));
        }
        Assert.Equal(RunState.Published, (await test.RunAsync()).State);
        return test;
    }

    internal static string File(string table) => Path.Combine(Repository.ShopData!, Day, $"{table}.csv");

    public async Task InitializeAsync()
    {
        if (Repository.ShopData is not null)
        {
            Test = await RunAsync();
            Report = await Test.LastAsync();
        }
    }

    public async Task DisposeAsync()
    {
        if (Repository.ShopData is not null)
        {
            await Test.DisposeAsync();
        }
    }
}
