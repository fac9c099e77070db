using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Greenery.Drops;
using Greenery.Tests.Support;

namespace Greenery.Tests.Drops;

public sealed class BlobDropStoreTests : DropStoreSpecification, IAsyncLifetime
{
    private readonly string _container = $"drops-{Guid.NewGuid():n}";
    private BlobContainerClient _client = null!;

    public async Task InitializeAsync() =>
        _client = new BlobContainerClient(await TestServices.AzuriteAsync(), _container);

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
        var failure =
            await Assert.ThrowsAsync<InfrastructureException>(() => ListAsync(DropStores.Open(setting, _container)));
        Assert.Contains("the storage refused us", failure.Message);
        Assert.Contains("Check the key in Greenery:Drops", failure.Message);
        Assert.DoesNotContain(wrong, failure.Message);
    }

    [Fact]
    public async Task A_download_goes_on_where_the_line_broke()
    {
        var store = await MissingAsync();
        var content = new string([.. Enumerable.Range(0, 4_000_000).Select(i => (char)('a' + (i * 7 % 26)))]);
        await WriteAsync(store, "2026-11-21/a.csv", content);
        var setting = await TestServices.AzuriteAsync();
        var port = _client.Uri.Port;
        await using var proxy = new CuttingProxy(port, cuts: 3, cutAfter: 900_000);
        var cut = DropStores.Open(setting.Replace($":{port}/", $":{proxy.Port}/"), _container);
        Assert.Equal(content, await ReadAsync(cut, Assert.Single(await ListAsync(cut))));
        Assert.True(proxy.CutsLeft <= 0);
    }

    [Fact]
    public async Task The_entry_of_a_folder_in_hierarchical_storage_is_no_file()
    {
        var store = await MissingAsync();
        await WriteAsync(store, "2026-11-21/a.csv", "x");
        await _client.GetBlobClient("2026-11-21/b.csv").UploadAsync(
            BinaryData.FromString(""), new BlobUploadOptions
            {
                Metadata = new Dictionary<string, string> { ["hdi_isfolder"] = "true" },
            });

        Assert.Equal("2026-11-21/a.csv", Assert.Single(await ListAsync(store)).Path);
    }

    [Fact]
    public async Task Blobs_whose_names_XML_cannot_hold_are_listed_with_the_rest()
    {
        var store = await MissingAsync();
        string[] names = ["2026-11-21/\u0001.csv", "2026-11-21/\u001b[2J.csv", "2026-11-21/a.csv", "2026-11-21/\uffff"];
        foreach (var name in names)
        {
            await WriteAsync(store, name, name);
        }

        var files = await ListAsync(store);

        Assert.Equal(names, files.Select(file => file.Path).Order(StringComparer.Ordinal));
        Assert.Equal(names[0], await ReadAsync(store, files.Single(file => file.Path == names[0])));
    }

    [Fact]
    public async Task An_archived_blob_is_listed_and_says_what_to_do_when_it_is_read()
    {
        var store = await MissingAsync();
        await WriteAsync(store, "2026-11-21/a.csv", "x");
        var file = Assert.Single(await ListAsync(store));
        await _client.GetBlobClient(file.Path).SetAccessTierAsync(AccessTier.Archive);

        Assert.Equal(file.ETag, Assert.Single(await ListAsync(store)).ETag);
        var failure = await Assert.ThrowsAsync<DropUnreadableException>(() => ReadAsync(store, file));
        Assert.StartsWith("is in the archive tier", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_storage_that_is_not_there_is_said_to_be_unreachable()
    {
        var setting = (await TestServices.AzuriteAsync()).Replace($":{_client.Uri.Port}/", ":1/");
        var failure =
            await Assert.ThrowsAsync<InfrastructureException>(() => ListAsync(DropStores.Open(setting, _container)));
        Assert.Contains("cannot be reached", failure.Message);
        Assert.Contains("Is the address in Greenery:Drops right", failure.Message, StringComparison.Ordinal);
        // Of the local services' storage no setting is named, since none is set.
        var local = await Assert.ThrowsAsync<InfrastructureException>(() =>
            ListAsync(DropStores.Open(setting, _container, setting: null)));
        Assert.DoesNotContain("Greenery:", local.Message, StringComparison.Ordinal);
        Assert.Contains("It is the local Azurite, which is started again", local.Message, StringComparison.Ordinal);
    }
}
