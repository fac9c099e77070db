using Greenery.Staging;
using Greenery.Tests.Support;

namespace Greenery.Tests.Staging;

public sealed class TwinTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    [Fact]
    public async Task The_same_content_under_two_names_is_loaded_and_noted()
    {
        await using var harness = await LoadHarness.CreateAsync(database);
        await harness.LoadAsync("id,name,price\n1,a,1\n", file: "{0}-1.csv");
        var twin = await harness.LoadAsync("id,name,price\n1,a,1\n", file: "{0}-2.csv");
        Assert.Equal(1, twin.Unchanged);
        Assert.Equal($"has the same content as 2026-11-21/{harness.Table.Name}-1.csv", twin.Message);
    }
}
