namespace Greenery.Tests.Support;

/// <summary>A role of a test's own; dropped when the test is done, with what it was granted.</summary>
internal sealed class TestRole : IAsyncDisposable
{
    private readonly TestWarehouse _test;
    private readonly string _name = $"greenery_test_{Guid.NewGuid():n}";

    private TestRole(TestWarehouse test) => _test = test;

    public static async Task<TestRole> CreateAsync(TestWarehouse test)
    {
        var role = new TestRole(test);
        await test.ExecuteAsync($"create role {role}");
        return role;
    }

    public override string ToString() => _name;

    public async ValueTask DisposeAsync() => await _test.ExecuteAsync($"drop owned by {_name}; drop role {_name}");
}
