using Greenery.Tests.Support;
using Greenery.Warehouse;

namespace Greenery.Tests.Warehouse;

/// <summary>Tables are changed beside people who read them.</summary>
public sealed class TableChangesTests(TestDatabase database) : IClassFixture<TestDatabase>, IAsyncLifetime
{
    public Task InitializeAsync() => database.RunAsync(
        "create schema if not exists shop; create table if not exists shop.plants (id integer)");

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task A_reader_is_named_when_patience_ends_and_later_readers_do_not_queue()
    {
        await using var reader = await database.Warehouse.ConnectAsync(default);
        await using var reading = await reader.BeginTransactionAsync();
        await reader.ExecuteAsync("select count(*) from shop.plants", null, default);

        var changing = ChangeAsync("alter table shop.plants add column a integer", TimeSpan.FromSeconds(2));
        while (!changing.IsCompleted)
        {
            await database.RunAsync("set statement_timeout = '10s'; select count(*) from shop.plants");
        }

        var exception = await Assert.ThrowsAsync<BlockedException>(() => changing);
        Assert.StartsWith(
            "Tables of schema shop have to be changed, but for 2 s others have held locks on them: process "
            + $"{reader.ProcessID} (", exception.Message, StringComparison.Ordinal);
        Assert.EndsWith("Nothing was changed. End these transactions; the next run tries again.", exception.Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_change_is_made_once_the_reader_is_done()
    {
        await using var reader = await database.Warehouse.ConnectAsync(default);
        await using var reading = await reader.BeginTransactionAsync();
        await reader.ExecuteAsync("select count(*) from shop.plants", null, default);
        var changing = ChangeAsync("alter table shop.plants add column b integer", TimeSpan.FromMinutes(1));

        await Task.Delay(TimeSpan.FromSeconds(1));
        Assert.False(changing.IsCompleted);
        await reading.CommitAsync();
        await changing;

        Assert.Equal(0, await database.ValueAsync<long>("select count(b) from shop.plants"));
    }

    [Fact]
    public async Task Who_holds_an_advisory_lock_is_named_too()
    {
        await using var other = await database.Warehouse.ConnectAsync(default);
        await other.ExecuteAsync("select pg_advisory_lock(7311922001)", null, default);

        var exception = await Assert.ThrowsAsync<BlockedException>(() =>
            ChangeAsync("select pg_advisory_xact_lock(7311922001)", TimeSpan.FromSeconds(1), 7_311_922_001));

        Assert.Contains($"process {other.ProcessID} (", exception.Message, StringComparison.Ordinal);
        await other.ExecuteAsync("select pg_advisory_unlock_all()", null, default);
    }

    private Task ChangeAsync(string sql, TimeSpan patience, long? advisoryKey = null) =>
        new TableChanges(database.Warehouse, patience).RunAsync(
            ["shop"], advisoryKey, (connection, token) => connection.ExecuteAsync(sql, null, token), default);
}
