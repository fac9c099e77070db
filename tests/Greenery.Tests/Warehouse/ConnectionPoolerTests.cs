using Greenery.Tests.Support;
using Greenery.Warehouse;
using Npgsql;

namespace Greenery.Tests.Warehouse;

/// <summary>A connection pooler in transaction mode is found before anything is done.</summary>
public sealed class ConnectionPoolerTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    [Fact]
    public async Task A_pooler_that_shares_sessions_is_refused_by_name()
    {
        var parts = new NpgsqlConnectionStringBuilder(database.ConnectionString);
        await using var pooler = new TransactionPooler(parts.Host!, parts.Port);
        (parts.Host, parts.Port) = ("127.0.0.1", pooler.Port);

        var exception = await Assert.ThrowsAsync<ConfigurationException>(() =>
            PostgresWarehouse.OpenAsync(parts.ConnectionString, CancellationToken.None));

        var diagnostic = Assert.Single(exception.Diagnostics);
        Assert.Equal("Greenery:Warehouse", diagnostic.Place);
        Assert.StartsWith(
            $"database '{database.Name}' on 127.0.0.1:{pooler.Port} leads to another session of the server for each "
            + "transaction; expected one session. A connection pooler such as PgBouncer in transaction mode cannot be "
            + "used", diagnostic.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_way_to_the_server_that_shares_nothing_is_taken()
    {
        var parts = new NpgsqlConnectionStringBuilder(database.ConnectionString);
        await using var way = new SeverableConnection(parts.Host!, parts.Port);
        way.Open();
        (parts.Host, parts.Port) = ("127.0.0.1", way.Port);

        await using var warehouse = await PostgresWarehouse.OpenAsync(parts.ConnectionString, CancellationToken.None);

        await using var connection = await warehouse.ConnectAsync(CancellationToken.None);
        Assert.Equal(
            connection.ProcessID,
            await connection.ExecuteScalarAsync<int>("select pg_backend_pid()", null, CancellationToken.None));
    }
}
