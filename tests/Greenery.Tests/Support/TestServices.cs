namespace Greenery.Tests.Support;

/// <summary>The PostgreSQL and the Azurite that all tests of this process share.</summary>
internal static class TestServices
{
    /// <summary>A connection string of a role that may create databases (<c>GREENERY_TEST_WAREHOUSE</c> overrides).</summary>
    public static Task<string> WarehouseAsync() => Task.FromResult(
        Environment.GetEnvironmentVariable("GREENERY_TEST_WAREHOUSE")
        ?? throw new InvalidOperationException("GREENERY_TEST_WAREHOUSE is not set."));

    /// <summary>The storage connection string of Azurite.</summary>
    public static Task<string> AzuriteAsync() => Task.FromResult(
        Environment.GetEnvironmentVariable("GREENERY_TEST_AZURITE")
        ?? throw new InvalidOperationException("GREENERY_TEST_AZURITE is not set."));
}
