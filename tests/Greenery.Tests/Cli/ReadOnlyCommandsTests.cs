using Greenery.Runs;
using Greenery.Tests.Support;
using Greenery.Warehouse;

namespace Greenery.Tests.Cli;

/// <summary>
/// <c>validate</c>, <c>plan</c>, <c>status</c>, <c>doctor</c>, <c>logs</c> and <c>env</c> change nothing, whatever the
/// database holds, for any role.
/// </summary>
public sealed class ReadOnlyCommandsTests
{
    private static readonly string[] Commands = ["validate", "plan", "status"];

    [Fact]
    public async Task They_leave_an_empty_database_empty()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        await using var empty = await EmptyAsync([]);
        var before = await ObjectsAsync(empty);

        var program = CliProcess.On(test).With("Greenery__Warehouse", empty.ConnectionString);
        var (validate, plan, status) = await RunAllAsync(program);
        var (doctor, environments) = (await program.RunAsync("doctor"), await program.RunAsync("env"));

        Assert.Equal(before, await ObjectsAsync(empty));
        Assert.Equal("There is no environment. 'greenery run --env NAME' makes one.\n", environments.Output);
        Assert.EndsWith(": all valid.\n", validate.Output, StringComparison.Ordinal);
        Assert.Contains("load    2021-02-12/orders.csv into staging.orders", plan.Output, StringComparison.Ordinal);
        Assert.EndsWith("2 drops to load, 4 models to build, 0 to reuse. Nothing was changed.\n", plan.Output,
            StringComparison.Ordinal);
        Assert.EndsWith(
            "There was no run yet. 'greenery run' makes the first one; 'greenery demo' shows one on sample data.\n",
            status.Output, StringComparison.Ordinal);
        Assert.Contains("ok      ops schema     is not there yet; the first run makes it\n", doctor.Output,
            StringComparison.Ordinal);
        Assert.Equal((0, ""), (doctor.ExitCode, doctor.Error));
    }

    [Fact]
    public async Task They_serve_a_role_that_can_only_read_the_ledgers()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        await test.RunAsync();
        await test.RunAsync(new RunRequest { StartedBy = RunTrigger.Try, Selection = [], Environment = "dev_ana" });
        test.Put("2021-02-13/orders.csv", "order_id,user_id,amount,placed_on\n13,3,4,2021-02-13\n");
        await using var reader = await TestRole.CreateAsync(test);
        await test.ExecuteAsync(
            $"grant usage on schema ops to {reader}; grant select on all tables in schema ops to {reader}");
        var before = await ObjectsAsync(test.Database);

        var program = CliProcess.On(test).With(
            "Greenery__Warehouse",
            $"{test.Database.ConnectionString};Options=-c role={reader} -c default_transaction_read_only=on");
        var (validate, plan, status) = await RunAllAsync(program);
        var (doctor, logs) = (await program.RunAsync("doctor"), await program.RunAsync("logs", "1"));
        var environments = await program.RunAsync("env");

        Assert.Equal(before, await ObjectsAsync(test.Database));
        Assert.EndsWith(": all valid.\n", validate.Output, StringComparison.Ordinal);
        Assert.Contains("load    2021-02-13/orders.csv into staging.orders", plan.Output, StringComparison.Ordinal);
        Assert.EndsWith("1 drop to load, 3 models to build, 1 to reuse. Nothing was changed.\n", plan.Output,
            StringComparison.Ordinal);
        Assert.Contains("Readers see run 1, ", status.Output, StringComparison.Ordinal);
        Assert.Contains($"warning role           {reader} is in sessions that only read: ", doctor.Output,
            StringComparison.Ordinal);
        Assert.Contains(" 0 failed. Nothing was changed.\n", doctor.Output, StringComparison.Ordinal);
        Assert.StartsWith("Run 1, business date 2021-02-12: published in ", logs.Output, StringComparison.Ordinal);
        Assert.Contains("\ndev_ana         2      4      0 0.0 data of 2021-02-12", environments.Output,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_role_that_may_not_read_the_ledgers_gets_the_grants_it_needs()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        await using var stranger = await TestRole.CreateAsync(test);
        await using var warehouse = await PostgresWarehouse.OpenAsync(
            $"{test.Database.ConnectionString};Options=-c role={stranger}", CancellationToken.None);

        var exception = await Assert.ThrowsAsync<InfrastructureException>(
            () => new Migrations(warehouse).VerifyReadableAsync(CancellationToken.None));

        Assert.Equal(
            $"Role {stranger} may not read schema ops (permission denied for schema ops). Let it: grant usage on "
            + $"schema ops to {stranger}; grant select on all tables in schema ops to {stranger}.",
            exception.Message);
    }

    [Fact]
    public async Task An_older_database_is_migrated_by_migrate_only()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        await using var older = await EmptyAsync([.. Migration.All.SkipLast(1)]);
        var last = Migration.All[^1].Name;
        var program = CliProcess.On(test).With("Greenery__Warehouse", older.ConnectionString);
        var before = await ObjectsAsync(older);

        var plan = await program.RunAsync("plan");
        var validate = await program.RunAsync("validate");

        Assert.Equal((2, 0), (plan.ExitCode, validate.ExitCode));
        Assert.Equal(
            $"Greenery:Warehouse: {older.Warehouse.Description} is of an older version of Greenery: its schema ops "
            + $"lacks 1 migration from {last} on, and this command changes nothing. Run 'greenery migrate' first, as "
            + "the role that owns the schema; the next run does it as well.",
            Assert.Single(plan.ErrorLines));
        Assert.Equal(before, await ObjectsAsync(older));
        var migrate = await program.RunAsync("migrate", "--json");
        Assert.Equal([last], migrate.Json.GetProperty("migrations").EnumerateArray().Select(name => name.GetString()));
    }

    [Fact]
    public async Task A_newer_database_is_refused_by_every_command()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        await test.ExecuteAsync("insert into ops.migration (name, checksum) values ('9001_next.sql', 'x')");

        foreach (var command in Commands.Append("migrate").Append("run"))
        {
            var result = await CliProcess.On(test).RunAsync(command);

            Assert.Equal(2, result.ExitCode);
            Assert.Contains(
                "is of a newer version of Greenery: its schema ops has migration 9001_next.sql, this program knows "
                + $"those up to {Migration.All[^1].Name}.", Assert.Single(result.ErrorLines), StringComparison.Ordinal);
        }
        Assert.Equal(0, await test.ValueAsync<long>("select count(*) from ops.run"));
    }

    [Fact]
    public async Task Migrations_in_the_project_of_an_earlier_version_are_left_alone_and_reported()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        test.WriteSql("ops/0001_ledgers.sql", "create table public.never (n integer)");

        var validate = await CliProcess.On(test).RunAsync("validate");

        Assert.Equal(0, validate.ExitCode);
        Assert.Contains(
            "Warning: sql/ops: is not read: the program carries the migrations of schema ops itself, unlike earlier "
            + "versions. The folder may be deleted.\n", validate.Output, StringComparison.Ordinal);
        Assert.Equal(0, await test.ValueAsync<long>("select count(*) from pg_class where relname = 'never'"));
    }

    private static async Task<TestDatabase> EmptyAsync(IReadOnlyList<Migration> migrations)
    {
        var database = new TestDatabase(migrations);
        await database.InitializeAsync();
        return database;
    }

    private static async Task<(CliResult Validate, CliResult Plan, CliResult Status)> RunAllAsync(CliProcess program)
    {
        var results = new List<CliResult>();
        foreach (var command in Commands)
        {
            results.Add(await program.RunAsync(command));
            Assert.Equal((0, ""), (results[^1].ExitCode, results[^1].Error));
        }
        return (results[0], results[1], results[2]);
    }

    // Sequences count on also where the transaction is rolled back.
    private static async Task<List<string>> ObjectsAsync(TestDatabase database) =>
    [
        .. await database.ListAsync<string>(
            """
            select 'schema ' || nspname from pg_namespace
            union all
            select format('%s %s %s %s', relkind, relname, relnamespace::regnamespace, relfilenode) from pg_class
            order by 1
            """),
        .. await database.ListAsync<string>(
            "select format('%s %s %s', schemaname, sequencename, last_value) from pg_sequences order by 1"),
    ];
}
