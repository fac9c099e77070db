using System.Diagnostics;
using Azure.Storage.Blobs;
using Greenery.Runs;
using Greenery.Tests.Support;

namespace Greenery.Tests.Cli;

/// <summary>
/// The command line as a process: exit codes, what is printed where, and that it stops on a signal.
/// </summary>
public sealed class CommandLineTests
{
    [Fact]
    public async Task A_run_tells_people_on_standard_output_without_escape_codes()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        var result = await CliProcess.On(test).RunAsync("run");
        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.DoesNotContain('\u001b', result.Output);
        Assert.Contains("loaded    users: 3 rows", result.Output, StringComparison.Ordinal);
        Assert.Contains("published all marts", result.Output, StringComparison.Ordinal);
        Assert.Matches(@"(?m)^Run 1, business date 2021-02-12: published in [\d.]+ s$", result.Output);

        var second = await CliProcess.On(test).RunAsync("run");
        Assert.Equal(0, second.ExitCode);
        Assert.Contains("Nothing new: what readers see is up to date.", second.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Json_has_the_figures_of_the_tables_and_people_read_on_standard_error()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        var result = await CliProcess.On(test).RunAsync("run", "--json");
        Assert.Equal(0, result.ExitCode);
        Assert.Contains("published all marts", result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', result.Error);
        Assert.Equal("published", result.Json.GetProperty("state").GetString());
        Assert.Equal(
            await test.ListAsync(
                "select format('%s %s', table_name, count) from (select 'orders' as table_name, count(*) from "
                + "staging.orders union all select 'users', count(*) from staging.users) as counts order by 1"),
            result.Json.GetProperty("loads").EnumerateArray()
                .Select(load => $"{load.GetProperty("table")} {load.GetProperty("inserted")}"));
        Assert.Equal(
            await test.ListAsync(
                "select format('%s %s', model, row_count) from ops.live where table_name is not null order by model"),
            result.Json.GetProperty("models").EnumerateArray()
                .Where(model => model.GetProperty("model").GetString() != "daily_sales")
                .Select(model => $"{model.GetProperty("model")} {model.GetProperty("rows")}")
                .Order(StringComparer.Ordinal));
        Assert.Equal(3, result.Json.GetProperty("metrics")[0].GetProperty("value").GetDecimal());
    }

    [Fact]
    public async Task Failed_checks_exit_with_1_and_name_check_model_count_and_rows()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        test.ChangeSql("core/dim_users.sql", "from users",
            "from users union all select user_id, name, city from users where user_id = 2");
        var result = await CliProcess.On(test).RunAsync("run");
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("Run 1, business date 2021-02-12: NOT published: checks failed", result.Output,
            StringComparison.Ordinal);
        Assert.Contains("  FAILED unique on core.dim_users.user_id: 2 of 4 rows fail; found '2' (2); expected each "
            + "value once (core.dim_users.user_id.unique)\n",
            result.Output, StringComparison.Ordinal);
        Assert.Contains("\n       {\"city\": \"Malmo\", \"name\": \"***\", \"user_id\": 2}\n", result.Output,
            StringComparison.Ordinal);
        Assert.DoesNotContain("Ana", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refused_drop_exits_with_2_and_a_line_is_never_broken()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        test.Put("2021-02-13/orders.csv", "id,total\n1,2\n");
        var result = await CliProcess.On(test).RunAsync("run");
        Assert.Equal(2, result.ExitCode);
        Assert.Contains(
            "\n  2021-02-13/orders.csv: lacks columns order_id, user_id, amount, placed_on. Found: id, total. "
            + "Expected: order_id, user_id, amount, placed_on. Does the file have no header line? Restore what is "
            + "missing, or mark it config: optional: true (sql/sources.yml:10).\n"
            + "  Not updated, because a drop of orders was refused: core.fact_orders, marketing.fact_user_orders, "
            + "product.daily_sales.\n",
            result.Output, StringComparison.Ordinal);
        Assert.Contains(": published in part in ", result.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("run --date 2021-02-30",
        "'2021-02-30' is no date; expected one that exists, as yyyy-MM-dd (2026-11-21).")]
    [InlineData("run --reload", "--reload needs --date: which day's drops are to be loaded again?")]
    [InlineData("run --relaod", "Unrecognized command or argument '--relaod'.")]
    [InlineData("statsu", "Unrecognized command or argument 'statsu'.")]
    [InlineData("", "Required command was not provided.")]
    [InlineData("sample", "Option '--out' is required.")]
    public async Task A_mistyped_command_line_exits_with_2_and_one_clear_line(string line, string message)
    {
        var result = await new CliProcess().RunAsync(line.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal((2, ""), (result.ExitCode, result.Output));
        Assert.Equal([message, "'greenery --help' lists the commands."], result.ErrorLines);
    }

    [Theory]
    [InlineData("Greenery__Warehouse", "Host=127.0.0.1;Port=1;Username=x;Database=y", 3,
        "database 'y' on 127.0.0.1:1 cannot be used: Connection refused. Is the server running, and is the address "
            + "in Greenery:Warehouse right?")]
    [InlineData("Greenery__Warehouse", "nonsense", 2, "Greenery:Warehouse: is no Npgsql connection string")]
    [InlineData("Greenery__Sql", "/nowhere", 2,
        "Greenery:Sql: there is no folder /nowhere; expected one with sources.yml, core, marketing and product.")]
    [InlineData("Greenery__Warehous", "x", 2, "Greenery:Warehous: is no setting; expected Warehouse, Drops,")]
    [InlineData("Greenery__Drops", "https://example.blob.core.windows.net/", 2,
        "Greenery:Drops: is https://example.blob.core.windows.net/, which names no container;")]
    public async Task A_wrong_setting_is_named(string setting, string value, int exitCode, string message)
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        var result = await CliProcess.On(test).With(setting, value).RunAsync("run");
        Assert.Equal((exitCode, ""), (result.ExitCode, result.Output));
        Assert.StartsWith(message, Assert.Single(result.ErrorLines), StringComparison.Ordinal);
        Assert.Equal(0, await test.ValueAsync<long>("select count(*) from ops.run"));
    }

    [Fact]
    public async Task A_database_or_a_role_that_is_not_there_exits_with_3()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        var missing =
            test.Database.ConnectionString.Replace(test.Database.Name, "greenery_nowhere", StringComparison.Ordinal);
        var result = await CliProcess.On(test).With("Greenery__Warehouse", missing).RunAsync("status");
        Assert.Equal(3, result.ExitCode);
        Assert.EndsWith(
            "database \"greenery_nowhere\" does not exist (3D000). Create the database, or correct Database in "
                + "Greenery:Warehouse.",
            Assert.Single(result.ErrorLines), StringComparison.Ordinal);

        var unknown = $"{test.Database.ConnectionString};Username=greenery_unknown;Password=wrong";
        var refused = await CliProcess.On(test).With("Greenery__Warehouse", unknown).RunAsync("status");
        Assert.Equal(3, refused.ExitCode);
        Assert.EndsWith("Check Username and Password in Greenery:Warehouse.", Assert.Single(refused.ErrorLines),
            StringComparison.Ordinal);
        Assert.DoesNotContain("wrong", refused.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_of_drops_that_is_not_there_exits_with_2()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        var result = await CliProcess.On(test).With("Greenery__Drops", "/nowhere").RunAsync("run");
        Assert.Equal(2, result.ExitCode);
        Assert.Contains("  Greenery:Drops: the folder /nowhere does not exist. Create it, or correct the setting.\n",
            result.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("sources.yml", "data_type: text", "data_type: txet", "sql/sources.yml:8: ")]
    [InlineData("core/core.yml", "unique, not_null", "uniqeu, not_null", "sql/core/core.yml:6: unknown check 'uniqeu'")]
    [InlineData("core/dim_users.sql", "from users", "from usres",
        "sql/core/dim_users.sql:1: reads 'usres', which is no model, source table or with clause. Did you mean "
        + "'users'?")]
    [InlineData("marketing/fact_user_orders.sql", "sum(", "sum((", "sql/marketing/fact_user_orders.sql:")]
    public async Task A_malformed_project_exits_with_2_and_touches_nothing(
        string file, string from, string to, string message)
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        test.ChangeSql(file, from, to);
        var result = await CliProcess.On(test).RunAsync("run");
        Assert.Equal(2, result.ExitCode);
        Assert.Contains(message, result.Error + result.Output, StringComparison.Ordinal);
        Assert.Equal(0, await test.ValueAsync<long>("select count(*) from ops.drop"));
        Assert.Equal(0,
            await test.ValueAsync<long>("select count(*) from pg_class where relnamespace = 'staging'::regnamespace"));
        Assert.Equal(2, (await CliProcess.On(test).RunAsync("validate")).ExitCode);
    }

    [Fact]
    public async Task Plan_tells_what_a_run_would_do_and_changes_nothing()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        await test.RunAsync();
        test.Put("2021-02-13/orders.csv", "order_id,user_id,amount,placed_on\n13,3,4,2021-02-13\n");
        var before = await OpsAsync(test);
        var result = await CliProcess.On(test).RunAsync("plan");
        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.Equal(
            """
            load    2021-02-13/orders.csv into staging.orders
            reuse   core.dim_users (unchanged)
            build   core.fact_orders (new rows in orders, new rows only)
            build   marketing.fact_user_orders (changed fact_orders)
            build   product.daily_sales (changed fact_orders)
            1 drop to load, 3 models to build, 1 to reuse. Nothing was changed.

            """,
            result.Output);
        Assert.Equal("2021-02-13/orders.csv", (await CliProcess.On(test).RunAsync("plan", "--json")).Json.GetProperty(
            "load")[0].GetProperty("path").GetString());
        Assert.Equal(before, await OpsAsync(test));
    }

    [Fact]
    public async Task Status_and_validate_tell_people_and_machines_the_same()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        var virgin = await CliProcess.On(test).RunAsync("status");
        Assert.Equal(0, virgin.ExitCode);
        Assert.Contains("There was no run yet.", virgin.Output, StringComparison.Ordinal);
        await test.RunAsync();
        Assert.Contains("Readers see run 1, data through 2021-02-12, published ",
            (await CliProcess.On(test).RunAsync("status")).Output, StringComparison.Ordinal);
        var status = (await CliProcess.On(test).RunAsync("status", "--json")).Json;
        Assert.Equal(1, status.GetProperty("live").GetProperty("run_id").GetInt64());
        Assert.Equal("published", status.GetProperty("last").GetProperty("state").GetString());

        var people = await CliProcess.On(test).RunAsync("validate");
        Assert.Contains("Warning: sql/core/dim_users.sql: has no owner, who would be notified of it", people.Output,
            StringComparison.Ordinal);
        Assert.EndsWith($"{test.Sql}: 2 source tables, 4 models, 7 checks, 1 metric: all valid.\n", people.Output,
            StringComparison.Ordinal);
        Assert.Equal(7, (await CliProcess.On(test).RunAsync("validate", "--json")).Json.GetProperty("checks")
            .GetArrayLength());
    }

    [Fact]
    public async Task A_signal_to_stop_ends_a_run_as_cancelled_and_no_statement_goes_on()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        test.WriteSql("core/slow.sql", "select pg_sleep(600)::text as slept");
        using var process = CliProcess.On(test).Start("run");
        await Wait.UntilAsync(async () => await SleepersAsync(test) > 0, () => process.HasExited);
        // As service managers stop it. Ctrl-C goes the same way, but a shell makes its background jobs deaf to that.
        using (var interrupt = Process.Start("kill", ["-TERM", $"{process.Id}"]))
        {
            await interrupt.WaitForExitAsync();
        }
        var result = await CliProcess.FinishAsync(process);
        Assert.Equal(3, result.ExitCode);
        Assert.Contains("NOT published: cancelled", result.Output, StringComparison.Ordinal);
        Assert.Equal(RunState.Cancelled, (await test.LastAsync()).State);
        Assert.Equal(0, await SleepersAsync(test));
    }

    [Fact]
    public async Task Sample_writes_drops_that_a_run_publishes()
    {
        await using var test = await TestWarehouse.OfRepositoryAsync();
        var sample = await CliProcess.On(test).RunAsync("sample", "--out", test.Drops, "--days", "2", "--json");
        Assert.Equal(0, sample.ExitCode);
        var rows = sample.Json.GetProperty("files").EnumerateArray().Sum(file => file.GetProperty("rows").GetInt64());
        var run = await CliProcess.On(test).RunAsync("run", "--date", "2999-12-31", "--json");
        Assert.Equal(0, run.ExitCode);
        Assert.Equal(rows, run.Json.GetProperty("loads").EnumerateArray()
            .Sum(load => load.GetProperty("rows").GetInt64()));
    }

    [Theory]
    [InlineData("--days", "0")]
    [InlineData("--scale", "-1")]
    public async Task Sample_refuses_numbers_out_of_range(string option, string value)
    {
        var result = await new CliProcess()
            .RunAsync("sample", "--out", Path.Combine(Path.GetTempPath(), "greenery-never"), option, value);
        Assert.Equal(2, result.ExitCode);
        Assert.StartsWith($"{option}: {value} was given, a number from 1 to ", Assert.Single(result.ErrorLines),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_demo_does_three_daily_runs_on_blob_storage_and_may_be_repeated()
    {
        await using var test = await TestWarehouse.OfRepositoryAsync();
        var storage = await TestServices.AzuriteAsync();
        var container = new BlobContainerClient(storage, $"demo{Guid.NewGuid():n}");
        await container.CreateAsync();
        var cli = CliProcess.On(test).With("Greenery__Drops", storage).With("Greenery__DropsContainer", container.Name);
        var first = await cli.RunAsync("demo");
        Assert.Equal((0, ""), (first.ExitCode, first.Error));
        Assert.Equal(3, first.Output.Split("\nBusiness date ").Length - 1);
        Assert.Contains("8 bad rows had been planted", first.Output, StringComparison.Ordinal);
        Assert.Equal(8, await test.ValueAsync<long>("select count(*) from ops.quarantine"));
        var marts = await test.MartsAsync();

        Assert.Equal(0, (await cli.RunAsync("run", "--env", "dev")).ExitCode);
        await test.ExecuteAsync("create view public.board as select count(*) from core.dim_users; "
            + "create table marketing.plan (a int); create table dev_core.notes (a int)");
        var refused = await cli.RunAsync("demo");
        Assert.Equal(2, refused.ExitCode);
        Assert.Contains(
            "which the demo would drop: table dev_core.notes; table marketing.plan; view public.board; expected none.",
            Assert.Single(refused.ErrorLines), StringComparison.Ordinal);
        Assert.Equal(marts, await test.MartsAsync());

        await test.ExecuteAsync("drop view public.board; drop table marketing.plan, dev_core.notes");
        var second = await cli.RunAsync("demo", "--json");
        Assert.Equal(0, second.ExitCode);
        Assert.Equal(["published", "published", "published"], second.Json.EnumerateArray()
            .Select(run => run.GetProperty("state").GetString()));
        Assert.Equal(marts, await test.MartsAsync());
        await container.DeleteAsync();
    }

    [Fact]
    public async Task The_demo_does_not_touch_anybodys_drops_or_marts()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        await test.RunAsync();
        var marts = await test.MartsAsync();
        var result = await CliProcess.On(test).RunAsync("demo");
        Assert.Equal(2, result.ExitCode);
        Assert.Contains("which is not the demo's; expected an empty store.", Assert.Single(result.ErrorLines),
            StringComparison.Ordinal);

        var empty = Directory.CreateTempSubdirectory("greenery-empty-");
        var refused = await CliProcess.On(test).With("Greenery__Drops", empty.FullName).RunAsync("demo");
        empty.Delete(recursive: true);
        Assert.Equal(2, refused.ExitCode);
        Assert.Contains("which the demo would wipe out; expected an empty database.", Assert.Single(refused.ErrorLines),
            StringComparison.Ordinal);
        Assert.Equal(marts, await test.MartsAsync());
    }

    private static Task<long> SleepersAsync(TestWarehouse test) => test.ValueAsync<long>(
        "select count(*) from pg_stat_activity where datname = current_database() and wait_event = 'PgSleep'");

    private static async Task<List<string>> OpsAsync(TestWarehouse test)
    {
        var tables = await test.ListAsync("select format('ops.%I', relname) from pg_class where relnamespace = "
            + "'ops'::regnamespace and relkind = 'r' order by 1");
        var counts = new List<string>();
        foreach (var table in tables)
        {
            counts.Add($"{table} {await test.ValueAsync<long>($"select count(*) from {table}")}");
        }
        return counts;
    }
}
