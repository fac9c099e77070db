using Greenery.Tests.Support;
using Greenery.Warehouse;
using Npgsql;

namespace Greenery.Tests.Warehouse;

public sealed class PostgresWarehouseTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    [Fact]
    public async Task A_server_that_is_not_there_is_told_with_its_address()
    {
        var exception = await Assert.ThrowsAsync<MachineryException>(() => OpenAsync("Host=127.0.0.1;Port=1;Database=shop;Password=secret"));

        Assert.StartsWith("database 'shop' on 127.0.0.1:1 cannot be used: ", exception.Message, StringComparison.Ordinal);
        Assert.EndsWith(". Is the server running, and is the address in Greenery:Warehouse right?", exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_database_that_is_not_there_is_told()
    {
        var missing = new NpgsqlConnectionStringBuilder(database.ConnectionString) { Database = "no_such_database" };

        var exception = await Assert.ThrowsAsync<MachineryException>(() => OpenAsync(missing.ConnectionString));

        Assert.Equal(
            $"database 'no_such_database' on {missing.Host}:{missing.Port} cannot be used: database \"no_such_database\" does not exist "
            + "(3D000). Create the database, or correct Database in Greenery:Warehouse.",
            exception.Message);
    }

    [Fact]
    public async Task A_user_who_is_refused_is_told_where_to_look()
    {
        var refused = new NpgsqlConnectionStringBuilder(database.ConnectionString) { Username = "no_such_user", Password = "secret" };

        var exception = await Assert.ThrowsAsync<MachineryException>(() => OpenAsync(refused.ConnectionString));

        Assert.EndsWith("). Check Username and Password in Greenery:Warehouse.", exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("no connection string")]
    [InlineData("Host=x;Colour=green")]
    [InlineData("Host=x;Port=many")]
    [InlineData("Database=shop")]
    [InlineData("")]
    [InlineData("postgres://ana:s3cret@db.example/shop?sslmode=require")]
    public async Task A_text_that_is_no_connection_string_is_a_fault_of_the_setting(string text)
    {
        var exception = await Assert.ThrowsAsync<FaultException>(() => OpenAsync(text));

        var fault = Assert.Single(exception.Faults);
        Assert.Equal("Greenery:Warehouse", fault.Place);
        Assert.StartsWith("is no Npgsql connection string with a Host", fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", fault.Message, StringComparison.OrdinalIgnoreCase);
        Assert.EndsWith(
            "expected something like \"Host=localhost;Database=greenery;Username=greenery;Password=...\".", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Its_description_names_the_database() =>
        Assert.StartsWith($"database '{database.Name}' on ", database.Warehouse.Description, StringComparison.Ordinal);

    [Theory]
    [InlineData("it's", "'it''s'")]
    [InlineData(@"a\'b", @"e'a\\''b'")]
    [InlineData("", "''")]
    public async Task A_literal_means_what_it_was_made_of(string value, string literal)
    {
        await using var connection = await database.Warehouse.ConnectAsync(default);

        Assert.Equal(literal, Sql.Literal(value));
        Assert.Equal(value, await connection.ValueAsync<string>($"select {literal}", null, default));
    }

    [Fact]
    public void Names_are_quoted() => Assert.Equal("\"run\"\"1\".\"order\"", Sql.Name("run\"1", "order"));

    private static async Task OpenAsync(string connectionString) =>
        await (await PostgresWarehouse.OpenAsync(connectionString, CancellationToken.None)).DisposeAsync();
}
