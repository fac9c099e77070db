using Greenery.Tests.Support;
using Greenery.Warehouse;

namespace Greenery.Tests.Warehouse;

public sealed class MigrationsTests(TestDatabase database) : IClassFixture<TestDatabase>, IDisposable
{
    private readonly TestDataFolder _folder = new();

    [Fact]
    public async Task Each_file_runs_once_in_the_order_of_names()
    {
        Write("0002_b.sql", "insert into once.step values (2)");
        Write("0001_a.sql", "create schema once; create table once.step (n integer); insert into once.step values (1)");

        await RunAsync();
        Write("0003_c.sql", "insert into once.step values (3);\n-- the end");
        await RunAsync();
        await RunAsync();

        Assert.Equal([1, 2, 3], await database.ListAsync<int>("select n from once.step"));
    }

    [Fact]
    public async Task Several_processes_may_start_at_once()
    {
        Write("0001_many.sql", "create table public.many (n integer); insert into public.many values (1)");

        await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => RunAsync()));

        Assert.Equal([1], await database.ListAsync<int>("select n from public.many"));
    }

    [Fact]
    public async Task A_file_that_was_changed_after_it_ran_is_refused()
    {
        Write("0001_changed.sql", "create table public.changed (n integer)");
        await RunAsync();
        Write("0001_changed.sql", "create table public.changed (n bigint)");
        Write("0002_after.sql", "create table public.after (n integer)");

        var exception = await Assert.ThrowsAsync<ConfigurationException>(RunAsync);

        Assert.Equal(
            "sql/ops/0001_changed.sql: was changed after it had run on this database; expected it as it was. Restore the file and "
            + "put the change into a new one with the next number.",
            exception.Message);
        Assert.Empty(await database.ListAsync<int>("select 1 where to_regclass('public.after') is not null"));
    }

    [Fact]
    public async Task Other_line_ends_are_no_change()
    {
        Write("0001_ends.sql", "create table public.ends (\n    n integer\n)\n");
        await RunAsync();
        Write("0001_ends.sql", "create table public.ends (\r\n    n integer\r\n)\r\n");

        await RunAsync();
    }

    [Fact]
    public async Task A_file_that_fails_leaves_nothing_behind()
    {
        Write("0001_good.sql", "create table public.good (n integer)");
        Write("0002_bad.sql", "create table public.bad (n nonsense)");

        await Assert.ThrowsAsync<Npgsql.PostgresException>(RunAsync);

        Assert.Empty(await database.ListAsync<int>("select 1 where to_regclass('public.good') is not null"));
    }

    [Fact]
    public async Task A_folder_without_migrations_is_a_fault_of_the_setting()
    {
        using var empty = new TestDataFolder();

        var exception = await Assert.ThrowsAsync<ConfigurationException>(
            () => new Migrations(database.Warehouse, empty.Path).RunAsync(CancellationToken.None));

        Assert.Equal(
            $"Greenery:Sql: there is no folder ops in {empty.Path}; expected the migrations there.", exception.Message);
    }

    public void Dispose() => _folder.Dispose();

    private void Write(string name, string sql)
    {
        Directory.CreateDirectory(Path.Combine(_folder.Path, "ops"));
        File.WriteAllText(Path.Combine(_folder.Path, "ops", name), sql);
    }

    private Task RunAsync() => new Migrations(database.Warehouse, _folder.Path).RunAsync(CancellationToken.None);
}
