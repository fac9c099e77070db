using Greenery.Tests.Support;
using Greenery.Warehouse;
using Npgsql;

namespace Greenery.Tests.Warehouse;

/// <summary>What is refused, or undone, leaves the transaction as it was.</summary>
public sealed class SavepointTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    [Fact]
    public async Task What_is_refused_is_undone_and_the_rest_of_the_transaction_stays()
    {
        await using var connection = await database.Warehouse.ConnectAsync(default);
        await using var transaction = await connection.BeginTransactionAsync();

        Assert.Null(await Savepoint.TryAsync(connection, "create table public.n (n integer) -- the end", default));
        var refused = await Savepoint.TryAsync(
            connection, "insert into public.n values (1); select nonsense", default);
        Assert.Null(await Savepoint.TryAsync(
            connection, "insert into public.n values (@n)", new { n = 2 }, _ => false, default));
        var counted = await Savepoint.UndoAsync(connection, async () =>
        {
            await Savepoint.TryAsync(connection, "insert into public.n values (3)", default);
            return await connection.ExecuteScalarAsync<long>("select count(*) from public.n", null, default);
        }, default);
        await transaction.CommitAsync();

        Assert.Equal((PostgresErrorCodes.UndefinedColumn, 2), (refused?.SqlState, counted));
        Assert.Equal([2], await database.ListAsync<int>("select n from public.n"));
    }

    [Fact]
    public async Task A_refusal_that_is_not_expected_is_thrown()
    {
        await using var connection = await database.Warehouse.ConnectAsync(default);
        await using var transaction = await connection.BeginTransactionAsync();

        // No fault of the statement: it was stopped.
        var stopped = await Assert.ThrowsAsync<PostgresException>(() => Savepoint.TryAsync(
            connection, "set local statement_timeout = 10; select pg_sleep(60)", default));

        Assert.Equal(PostgresErrorCodes.QueryCanceled, stopped.SqlState);
    }
}
