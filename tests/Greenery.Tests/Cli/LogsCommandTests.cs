using Greenery.Cli.Commands;
using Greenery.Runs;
using Greenery.Tests.Support;

namespace Greenery.Tests.Cli;

/// <summary><c>greenery logs</c>: what a run did, from the ledgers.</summary>
public sealed class LogsCommandTests
{
    [Fact]
    public async Task Steps_come_in_the_order_of_time_with_loads_notes_and_failed_checks()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        test.Put("2021-02-12/users-2.csv", "user_id,name,city,colour\n4,Di,Oslo,red\n,No,Rome,blue\n");
        test.ChangeSql("core/dim_users.sql", "from users",
            "from users union all select user_id, name, city from users where user_id = 2");
        await test.RunAsync();

        var text = await CliProcess.On(test).RunAsync("logs");
        var json = (await CliProcess.On(test).RunAsync("logs", "1", "--json")).Json;

        Assert.Equal((0, ""), (text.ExitCode, text.Error));
        Assert.StartsWith("Run 1, business date 2021-02-12: NOT published: checks failed in ", text.Output,
            StringComparison.Ordinal);
        Assert.Matches(@"\nStarted by cli on \S+ .*at \d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ\.\n", text.Output);
        Assert.Matches(@"\n *load:users +\d\d:\d\d:\d\d\.\d +\d+\.\d s +1 +done +5 rows, 1 quarantined", text.Output);
        Assert.Matches(@"\n *build:dim_users .* done +5 rows", text.Output);
        Assert.Matches(@"\n *check:dim_users .* 1 of \d checks failed", text.Output);
        Assert.Contains("FAILED unique on core.dim_users.user_id: 2 of 5 rows fail", text.Output,
            StringComparison.Ordinal);
        Assert.Contains("note 2021-02-12/users-2.csv: ", text.Output, StringComparison.Ordinal);
        var steps = json.GetProperty("steps").EnumerateArray().ToList();
        Assert.Equal(
            await test.ListAsync("select step from ops.step where run_id = 1 order by started_at, step"),
            steps.Select(step => step.GetProperty("step").GetString()));
        Assert.All(steps, step => Assert.True(step.GetProperty("seconds").GetDouble() >= 0));
        Assert.Equal(5, json.GetProperty("loads").EnumerateArray()
            .Single(load => load.GetProperty("table").GetString() == "users").GetProperty("rows").GetInt64());
        Assert.Equal("core.dim_users.user_id.unique",
            Assert.Single(json.GetProperty("failed_checks").EnumerateArray()).GetProperty("id").GetString());
    }

    [Fact]
    public async Task Attempts_crashes_errors_and_steps_at_work_are_kept()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        await test.RunAsync();
        await test.ExecuteAsync(
            """
            update ops.step set state = 'failed', attempts = 3, error = 'No [room].', result = null
            where step = 'load:users';
            update ops.step set state = 'running', crash_count = 1, finished_at = null, result = null
            where step = 'load:orders';
            update ops.step set result = '{"Other": 1}' where step like 'check:%'
            """);

        var log = await LogsCommand.FindAsync(test.Database.Warehouse, null, CancellationToken.None);
        var text = await CliProcess.On(test).RunAsync("logs", "last");

        Assert.Equal((3, "No [room].", RecordedStepState.Failed), log.Steps.Where(step => step.Step == "load:users")
            .Select(step => (step.Attempts, step.Error, step.State)).Single());
        Assert.Matches(@"\n *load:users .* 3 +FAILED +No \[room\]\.\s*\n", text.Output);
        Assert.Matches(@"\n *load:orders .* - +1 +running +a process ended in it 1 time\s*\n", text.Output);
    }

    [Fact]
    public async Task A_run_that_is_not_there_exits_with_2_and_names_the_newest()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        var none = await Assert.ThrowsAsync<ConfigurationException>(
            () => LogsCommand.FindAsync(test.Database.Warehouse, null, CancellationToken.None));
        Assert.Equal("logs: there was no run yet; expected one. 'greenery run' makes the first one.", none.Message);

        await test.RunAsync();
        await test.RunAsync();
        var result = await CliProcess.On(test).RunAsync("logs", "77");

        Assert.Equal((2, "logs: there is no run 77; the newest are 2, 1.\n"), (result.ExitCode, result.Error));
        var parsed = CommandLine.Root().Parse(["logs", "yesterday"]);
        Assert.Equal("'yesterday' is no run; expected its number, or last.", Assert.Single(parsed.Errors).Message);
    }
}
