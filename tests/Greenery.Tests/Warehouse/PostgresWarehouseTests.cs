using Greenery.Tests.Support;
using Greenery.Warehouse;
using Npgsql;

namespace Greenery.Tests.Warehouse;

public sealed class PostgresWarehouseTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    [Fact]
    public async Task Of_the_local_services_server_no_setting_is_named()
    {
        var exception = await Assert.ThrowsAsync<InfrastructureException>(() => PostgresWarehouse.OpenAsync(
            "Host=127.0.0.1;Port=1;Database=shop", CancellationToken.None, isLocal: true));

        Assert.DoesNotContain("Greenery:", exception.Message, StringComparison.Ordinal);
        Assert.Contains(
            "It is the local PostgreSQL, which is started again", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_reported_with_its_address()
    {
        var exception = await Assert.ThrowsAsync<InfrastructureException>(() =>
            OpenAsync("Host=127.0.0.1;Port=1;Database=shop;Password=secret"));

        Assert.StartsWith("database 'shop' on 127.0.0.1:1 cannot be used: ", exception.Message,
            StringComparison.Ordinal);
        Assert.EndsWith(". Is the server running, and is the address in Greenery:Warehouse right?", exception.Message,
            StringComparison.Ordinal);
        Assert.DoesNotContain("secret", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_database_that_is_not_there_is_reported()
    {
        var missing = new NpgsqlConnectionStringBuilder(database.ConnectionString) { Database = "no_such_database" };

        var exception = await Assert.ThrowsAsync<InfrastructureException>(() => OpenAsync(missing.ConnectionString));

        Assert.Equal(
            $"database 'no_such_database' on {missing.Host}:{missing.Port} cannot be used: database "
                + $"\"no_such_database\" does not exist "
            + "(3D000). Create the database, or correct Database in Greenery:Warehouse.",
            exception.Message);
    }

    [Fact]
    public async Task A_user_who_is_refused_gets_a_message_that_says_where_to_look()
    {
        var refused = new NpgsqlConnectionStringBuilder(database.ConnectionString)
            { Username = "no_such_user", Password = "secret" };

        var exception = await Assert.ThrowsAsync<InfrastructureException>(() => OpenAsync(refused.ConnectionString));

        Assert.EndsWith("). Check Username and Password in Greenery:Warehouse.", exception.Message,
            StringComparison.Ordinal);
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
        var exception = await Assert.ThrowsAsync<ConfigurationException>(() => OpenAsync(text));

        var diagnostic = Assert.Single(exception.Diagnostics);
        Assert.Equal("Greenery:Warehouse", diagnostic.Place);
        Assert.StartsWith("is no Npgsql connection string with a Host", diagnostic.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", diagnostic.Message, StringComparison.OrdinalIgnoreCase);
        Assert.EndsWith(
            "expected something like \"Host=localhost;Database=greenery;Username=greenery;Password=...\".",
            diagnostic.Message, StringComparison.Ordinal);
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

        Assert.Equal(literal, SqlText.Literal(value));
        Assert.Equal(value, await connection.ExecuteScalarAsync<string>($"select {literal}", null, default));
    }

    [Fact]
    public void Names_are_quoted() => Assert.Equal("\"run\"\"1\".\"order\"", SqlText.Name("run\"1", "order"));

    [Theory]
    [InlineData("run\"1", "order")]
    [InlineData("core", "Dim users")]
    public async Task A_name_is_made_alike_here_and_by_sql(string schema, string identifier)
    {
        await using var connection = await database.Warehouse.ConnectAsync(default);

        Assert.Equal(SqlText.Name(schema, identifier), await connection.ExecuteScalarAsync<string>(
            $"select {SqlText.NameOf("@schema", "@identifier::name")}", new { schema, identifier }, default));
    }

    [Fact]
    public async Task A_statement_ends_when_its_time_is_over()
    {
        await using var warehouse =
            await PostgresWarehouse.OpenAsync(database.ConnectionString, default, TimeSpan.FromMilliseconds(150));
        await using var connection = await warehouse.ConnectAsync(default);

        var exception = await Assert.ThrowsAsync<PostgresException>(() =>
            connection.ExecuteAsync("select pg_sleep(60)", null, default));

        Assert.Equal(PostgresErrorCodes.QueryCanceled, exception.SqlState);
    }

    [Fact]
    public async Task Without_a_limit_the_servers_own_holds()
    {
        await using var connection = await database.Warehouse.ConnectAsync(default);

        Assert.Equal("0", await connection.ExecuteScalarAsync<string>("show statement_timeout", null, default));
    }

    [Theory]
    [InlineData("", "60 10 6 0 public")]
    [InlineData("-c search_path=staging", "60 10 6 0 staging")]
    [InlineData("-c tcp_keepalives_idle=7 -c statement_timeout=9999", "7 10 6 9999ms public")]
    public async Task A_lost_machine_is_noticed_and_a_users_own_options_are_kept(string options, string settings)
    {
        var parts = new NpgsqlConnectionStringBuilder(database.ConnectionString)
            { Options = options, SearchPath = null };
        await using var warehouse = await PostgresWarehouse.OpenAsync(parts.ConnectionString, default);
        await using var connection = await warehouse.ConnectAsync(default);

        Assert.Equal(settings, await connection.ExecuteScalarAsync<string>(
            """
            select concat_ws(' ', current_setting('tcp_keepalives_idle'), current_setting('tcp_keepalives_interval'),
                current_setting('tcp_keepalives_count'), current_setting('statement_timeout'), (current_schemas(false))[1])
            """, null, default));
    }

    [Fact]
    public async Task The_hosts_limit_holds_whatever_a_user_wants()
    {
        var parts = new NpgsqlConnectionStringBuilder(database.ConnectionString) { Options = "-c statement_timeout=0" };
        await using var warehouse =
            await PostgresWarehouse.OpenAsync(parts.ConnectionString, default, TimeSpan.FromMinutes(20));
        await using var connection = await warehouse.ConnectAsync(default);

        Assert.Equal("20min", await connection.ExecuteScalarAsync<string>("show statement_timeout", null, default));
    }

    [Theory]
    [InlineData("", 22)]
    [InlineData(";Maximum Pool Size=10", 10)]
    [InlineData(";maximum pool size=60", 60)]
    [InlineData(";Minimum Pool Size=40", 40)]
    public async Task A_pool_has_what_a_run_needs_and_a_few_more(string setting, int most)
    {
        await using var warehouse = await PostgresWarehouse.OpenAsync(
            database.ConnectionString + setting, default, leastConnections: 10);

        Assert.Equal(most, new NpgsqlConnectionStringBuilder(warehouse.DataSource.ConnectionString).MaxPoolSize);
    }

    [Theory]
    [InlineData("Maximum Pool Size=9")]
    [InlineData("maximum pool size=9")]
    [InlineData("MaxPoolSize=9")]
    public async Task A_pool_that_is_too_small_is_refused_with_what_is_needed(string setting)
    {
        var refusal = await Assert.ThrowsAsync<ConfigurationException>(() => PostgresWarehouse.OpenAsync(
            $"{database.ConnectionString};{setting}", default, leastConnections: 10));

        Assert.Equal(
            "Greenery:Warehouse: has Maximum Pool Size=9; expected 10 or more, the connections that a run on this "
            + "machine needs at the same time. Raise it, or leave it out: then it is 22.",
            refusal.Message);
    }

    [Fact]
    public async Task Without_a_pool_there_is_no_limit() => await (await PostgresWarehouse.OpenAsync(
        database.ConnectionString + ";Pooling=false;Maximum Pool Size=1", default, leastConnections: 10))
        .DisposeAsync();

    [Theory]
    [InlineData("Host=shop.postgres.database.azure.com;Username=greenery", true)]
    [InlineData("Host=SHOP.Postgres.Database.Azure.com", true)]
    [InlineData("Host=shop.postgres.database.azure.com;Password=secret", false)]
    [InlineData("Host=localhost", false)]
    [InlineData("Host=postgres.database.azure.com.evil.example", false)]
    public void A_token_takes_the_passwords_place_where_azure_has_the_server_and_none_is_given(
        string connectionString, bool isNeeded) =>
        Assert.Equal(isNeeded, EntraPassword.IsNeeded(new NpgsqlConnectionStringBuilder(connectionString)));

    private static async Task OpenAsync(string connectionString) =>
        await (await PostgresWarehouse.OpenAsync(connectionString, CancellationToken.None)).DisposeAsync();
}
