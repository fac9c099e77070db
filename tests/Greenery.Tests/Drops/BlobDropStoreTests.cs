using Azure.Storage.Blobs;
using Greenery.Drops;
using Greenery.Tests.Support;

namespace Greenery.Tests.Drops;

public sealed class BlobDropStoreTests : DropStoreSpecification, IAsyncLifetime
{
    private readonly string _container = $"drops-{Guid.NewGuid():n}";
    private BlobContainerClient _client = null!;

    public async Task InitializeAsync() => _client = new BlobContainerClient(await TestServices.AzuriteAsync(), _container);

    public Task DisposeAsync() => _client.DeleteIfExistsAsync();

    private protected override async Task<IDropStore> MissingAsync() =>
        DropStores.Open(await TestServices.AzuriteAsync(), _container);

    private protected override Task DeleteAsync(string path) => _client.DeleteBlobAsync(path);

    [Fact]
    public async Task A_wrong_key_is_said_to_be_one()
    {
        var wrong = Convert.ToBase64String("not the account's key"u8);
        var setting = System.Text.RegularExpressions.Regex.Replace(
            await TestServices.AzuriteAsync(), "AccountKey=[^;]*", $"AccountKey={wrong}");
        var failure = await Assert.ThrowsAsync<MachineryException>(() => ListAsync(DropStores.Open(setting, _container)));
        Assert.Contains("the storage refused us", failure.Message);
        Assert.Contains("Check the key in Greenery:Drops", failure.Message);
        Assert.DoesNotContain(wrong, failure.Message);
    }
}
