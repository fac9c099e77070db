using Azure.Storage.Blobs;
using Greenery.Tests.Support;
using Greenery.Warehouse;

namespace Greenery.Tests.LocalServices;

/// <summary>What the other tests stand on; without any setting it is the local services.</summary>
public sealed class TestServicesTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    [Fact]
    public async Task A_test_has_a_migrated_database_of_its_own()
    {
        await using var connection = await database.Warehouse.ConnectAsync(CancellationToken.None);

        Assert.Equal(
            database.Name,
            await connection.ExecuteScalarAsync<string>("select current_database() from ops.migration limit 1", null,
                default));
    }

    [Fact]
    public async Task A_test_has_a_blob_store()
    {
        var container = new BlobContainerClient(await TestServices.AzuriteAsync(), $"test-{Guid.NewGuid():n}");

        await container.CreateAsync();
        Assert.True(await container.ExistsAsync());
        await container.DeleteAsync();
    }
}
