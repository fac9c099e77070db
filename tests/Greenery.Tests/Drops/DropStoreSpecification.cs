using System.Text;
using Greenery.Drops;

namespace Greenery.Tests.Drops;

/// <summary>What holds for every store.</summary>
public abstract class DropStoreSpecification
{
    /// <summary>A store that is not there yet.</summary>
    private protected abstract Task<IDropStore> MissingAsync();

    private protected abstract Task DeleteAsync(string path);

    [Fact]
    public async Task A_store_that_is_not_there_is_a_fault_and_the_first_write_creates_it()
    {
        var store = await MissingAsync();
        var fault = await Assert.ThrowsAsync<ConfigurationException>(() => ListAsync(store));
        Assert.StartsWith("Greenery:Drops: the ", fault.Message);
        Assert.Contains("does not exist. Create it, or correct", fault.Message);
        await WriteAsync(store, "2026-11-21/a.csv", "x");
        Assert.Single(await ListAsync(store));
    }

    [Fact]
    public async Task A_file_is_deleted_in_the_version_that_was_listed_only()
    {
        var store = await MissingAsync();
        await WriteAsync(store, "2026-11-21/a.csv", "x");
        await WriteAsync(store, "2026-11-21/b.csv", "x");
        var listed = await ListAsync(store);
        await WriteAsync(store, "2026-11-21/b.csv", "another one");

        foreach (var file in listed)
        {
            await store.DeleteAsync(file, CancellationToken.None);
            await store.DeleteAsync(file, CancellationToken.None);
        }

        Assert.Equal("2026-11-21/b.csv", Assert.Single(await ListAsync(store)).Path);
    }

    [Fact]
    public async Task Files_are_listed_in_ordinal_order_with_their_sizes()
    {
        var store = await MissingAsync();
        foreach (var path in new[] { "2026-11-22/a.csv", "2026-11-21/b.csv", "2026-11-21/B.csv", "2026-11-21/b-1.csv" })
        {
            await WriteAsync(store, path, "four");
        }
        var files = await ListAsync(store);
        Assert.Equal(
            ["2026-11-21/B.csv", "2026-11-21/b-1.csv", "2026-11-21/b.csv", "2026-11-22/a.csv"],
            files.Select(file => file.Path));
        Assert.All(files, file => Assert.Equal(4, file.Bytes));
    }

    [Fact]
    public async Task What_was_written_is_read()
    {
        var store = await MissingAsync();
        var content = new string('x', 3_000_000);
        await WriteAsync(store, "2026-11-21/a.csv", content);
        Assert.Equal(content, await ReadAsync(store, Assert.Single(await ListAsync(store))));
    }

    [Fact]
    public async Task A_file_written_again_has_another_etag_and_its_listed_version_is_gone()
    {
        var store = await MissingAsync();
        await WriteAsync(store, "2026-11-21/a.csv", "one");
        var before = Assert.Single(await ListAsync(store));
        await WriteAsync(store, "2026-11-21/a.csv", "other");
        Assert.NotEqual(before.ETag, Assert.Single(await ListAsync(store)).ETag);
        var changed = await Assert.ThrowsAsync<DropChangedException>(() => ReadAsync(store, before));
        Assert.Contains("2026-11-21/a.csv: it was changed", changed.Message);
    }

    [Fact]
    public async Task A_file_deleted_after_it_was_listed_is_reported()
    {
        var store = await MissingAsync();
        await WriteAsync(store, "2026-11-21/a.csv", "one");
        var file = Assert.Single(await ListAsync(store));
        await DeleteAsync("2026-11-21/a.csv");
        var changed = await Assert.ThrowsAsync<DropChangedException>(() => ReadAsync(store, file));
        Assert.Contains("deleted after it was listed", changed.Message);
    }

    private protected static Task WriteAsync(IDropStore store, string path, string content) =>
        store.WriteAsync(path, new MemoryStream(Encoding.UTF8.GetBytes(content)), CancellationToken.None);

    private protected static async Task<List<DropFile>> ListAsync(IDropStore store) =>
        await store.ListAsync(CancellationToken.None).ToListAsync();

    private protected static async Task<string> ReadAsync(IDropStore store, DropFile file)
    {
        await using var stream = await store.OpenAsync(file, CancellationToken.None);
        using var target = new MemoryStream();
        await stream.CopyToAsync(target);
        return Encoding.UTF8.GetString(target.ToArray());
    }
}
