using System.Text.Json;
using Greenery.Runs;
using Greenery.Tests.Runs;
using Greenery.Tests.Support;

namespace Greenery.Tests.Cli;

/// <summary><c>greenery cancel</c>: the end of a run, wherever it runs.</summary>
public sealed class CancelCommandTests
{
    [Fact]
    public async Task It_stops_the_run_under_way_and_tells_of_one_that_has_ended()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        var none = await CliProcess.On(test).RunAsync("cancel");
        Assert.Equal((2, "", "cancel: there was no run yet.\n"), (none.ExitCode, none.Output, none.Error));
        test.WriteSql("core/slow.sql", "select pg_sleep(600)::text as slept");
        var run = test.Pipeline().RunAsync(new RunRequest(), null, CancellationToken.None);
        await Wait.UntilAsync(
            () => test.ValueAsync<bool>("select count(*) > 0 from pg_stat_activity where datname = "
                + "current_database() and wait_event = 'PgSleep'"),
            () => run.IsCompleted);

        var unknown = await CliProcess.On(test).RunAsync("cancel", "7");
        Assert.Equal((2, "cancel: there is no run 7. 'greenery status' tells of the last one.\n"),
            (unknown.ExitCode, unknown.Error));
        var stopped = await CliProcess.On(test).RunAsync("cancel");
        Assert.Equal((0, "Cancellation of run 1 requested; its process stops within seconds.\n"),
            (stopped.ExitCode, stopped.Output));
        Assert.Equal(RunState.Cancelled, (await run).State);

        var ended = await CliProcess.On(test).RunAsync("cancel", "1", "--json");
        Assert.Equal((0, "Run 1 has ended as cancelled; there is nothing to stop.\n"), (ended.ExitCode, ended.Error));
        Assert.Equal((1, "cancelled"),
            (ended.Json.GetProperty("run_id").GetInt64(), ended.Json.GetProperty("state").GetString()));
    }

    [Fact]
    public async Task A_run_whose_process_is_gone_makes_way_at_once()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        await test.RunAsync();
        await using var dead = await StepwiseRun.StartAsync(test);
        await dead.DieAsync();
        var rollback = await CliProcess.On(test).RunAsync("rollback");
        Assert.Equal(3, rollback.ExitCode);
        Assert.Contains("'greenery cancel' ends it.", rollback.Output, StringComparison.Ordinal);

        var cancelled = await CliProcess.On(test).RunAsync("cancel");

        Assert.Equal((0, "Run 2 had no process any more; it has ended as cancelled.\n", ""),
            (cancelled.ExitCode, cancelled.Output, cancelled.Error));
        Assert.Equal(RunState.Cancelled, (await test.LastAsync()).State);
    }

    [Fact]
    public async Task The_end_of_a_run_whose_process_is_gone_is_logged_as_any_end_is()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        await using var dead = await StepwiseRun.StartAsync(test);
        await dead.DieAsync();

        var cancelled = await CliProcess.On(test).RunAsync("cancel", "--log-format", "json");

        Assert.Equal(0, cancelled.ExitCode);
        var entry = JsonDocument.Parse(Assert.Single(cancelled.ErrorLines)).RootElement;
        Assert.Equal((1006, 1, "Run 1 ended as cancelled. It was stopped before it was done."),
            (entry.GetProperty("event").GetInt32(), entry.GetProperty("run").GetInt32(),
                entry.GetProperty("message").GetString()));
    }
}
