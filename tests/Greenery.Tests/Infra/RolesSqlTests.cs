using Greenery.Tests.Support;
using Greenery.Warehouse;
using Npgsql;

namespace Greenery.Tests.Infra;

/// <summary>infra/hooks/roles.sql on a real PostgreSQL, with stand-ins for what only Azure's has.</summary>
public sealed class RolesSqlTests : IClassFixture<TestDatabase>, IAsyncLifetime
{
    private const string Principal = "33333333-3333-3333-3333-333333333333";

    private readonly TestDatabase _database;
    private readonly string _pipeline = $"id-greenery-{Guid.NewGuid():n}";
    private NpgsqlConnection _connection = null!;

    public RolesSqlTests(TestDatabase database) => _database = database;

    public async Task InitializeAsync()
    {
        _connection = await _database.Warehouse.ConnectAsync(CancellationToken.None);
        await ExecuteAsync(
            """
            create temporary table principal (rolename text, objectid text);
            create or replace function pgaadauth_list_principals(boolean) returns table (rolename text, objectid text)
            language sql as 'select rolename, objectid from principal';
            create or replace function pgaadauth_create_principal_with_oid(role text, id text, kind text, boolean, boolean)
            returns text language plpgsql as $$
            begin
                execute format('create role %I login', role);
                insert into principal values (role, id);
                return kind;
            end $$
            """);
    }

    public async Task DisposeAsync()
    {
        await ExecuteAsync($"drop owned by \"{_pipeline}\"; drop role \"{_pipeline}\"");
        await _connection.DisposeAsync();
    }

    [Fact]
    public async Task It_makes_the_pipelines_role_and_can_be_run_again()
    {
        await RunAsync();
        var once = await CatalogAsync();
        await RunAsync();

        Assert.Equal(once, await CatalogAsync());
        Assert.Equal(Principal, await _connection.ExecuteScalarAsync<string>(
            "select objectid from principal where rolename = @Name", new { Name = _pipeline }, CancellationToken.None));
        Assert.True(await HasAsync($"has_database_privilege('{_pipeline}', current_database(), 'create')"));
        Assert.True(await HasAsync($"pg_has_role('{_pipeline}', 'pg_monitor', 'member')"));
        Assert.True(await HasAsync("has_database_privilege('greenery_reader', current_database(), 'connect')"));
        Assert.False(await HasAsync(
            $"(select rolsuper or rolcreaterole or rolcreatedb from pg_roles where rolname = '{_pipeline}')"));
    }

    [Fact]
    public async Task An_identity_made_anew_is_mapped_again_and_not_left_out()
    {
        await RunAsync();
        await ExecuteAsync("update principal set objectid = '44444444-4444-4444-4444-444444444444'");

        // Only Azure's server knows the provider of such labels: that it is asked is what can be seen here.
        var exception = await Assert.ThrowsAsync<PostgresException>(RunAsync);

        Assert.Contains("pgaadauth", exception.MessageText, StringComparison.Ordinal);
    }

    // Roles, who is in which, and who may do what with the database: all that the script touches.
    private async Task<string?> CatalogAsync() => await _connection.ExecuteScalarAsync<string>(
        """
        select concat_ws(
            E'\n',
            (select string_agg(format('%s', r), E'\n' order by r.oid) from pg_roles as r
                where r.rolname in (@role, 'greenery_reader')),
            (select string_agg(format('%s', m), E'\n' order by m.oid) from pg_auth_members as m
                where m.roleid = quote_ident(@role)::regrole or m.member = quote_ident(@role)::regrole),
            (select datacl::text from pg_database where datname = current_database()))
        """, new { role = _pipeline }, CancellationToken.None);

    private Task<int> ExecuteAsync(string sql) => _connection.ExecuteAsync(sql, null, CancellationToken.None);

    private Task<bool> HasAsync(string condition) =>
        _connection.ExecuteScalarAsync<bool>($"select {condition}", null, CancellationToken.None);

    // As psql reads it: its own commands are lines with a backslash, its variables are quoted.
    private Task<int> RunAsync()
    {
        var lines = File.ReadLines(Path.Combine(Templates.Folder, "hooks", "roles.sql"))
            .Where(line => !line.StartsWith('\\'));
        return ExecuteAsync(string.Join('\n', lines)
            .Replace(":'role'", $"'{_pipeline}'", StringComparison.Ordinal)
            .Replace(":'principal'", $"'{Principal}'", StringComparison.Ordinal)
            .Replace(":'database'", $"'{_database.Name}'", StringComparison.Ordinal));
    }
}
