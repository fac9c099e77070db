using Greenery.Hosting;
using Greenery.Runs;
using Greenery.Tests.Runs;
using Greenery.Tests.Support;
using Greenery.Warehouse;
using Microsoft.Extensions.Logging;

namespace Greenery.Tests.Hosting;

/// <summary>What a look of a host comes to: runs of daily runs, in their order, once each.</summary>
public sealed class ScheduledRunsTests
{
    private const string Runs =
        "select concat_ws(' ', run_id, started_by, through_date, state) from ops.run order by run_id";

    [Fact]
    public async Task Missed_scheduled_runs_are_caught_up_in_their_order_once_each()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        var time = new SetTime("2021-02-12 06:00");
        var host = new TestHost(new TestPipelineHost(test, time));
        Assert.Equal(new PollResult(null, IsWaiting: false), await host.PollAsync());
        test.Put("2021-02-13/users.csv", "user_id,name,city\n4,Di,Oslo\n");
        test.Put("2021-02-15/users.csv", "user_id,name,city\n5,Ed,Rome\n");

        time.Now = SetTime.At("2021-02-15 06:00");
        await host.CatchUpAsync();
        await host.CatchUpAsync();

        Assert.Equal(
            ["1 schedule 2021-02-13 published", "2 schedule 2021-02-14 unchanged", "3 schedule 2021-02-15 published"],
            await test.ListAsync(Runs));
        Assert.Equal(
            ["1 2021-02-12/orders.csv", "1 2021-02-12/users.csv", "1 2021-02-13/users.csv", "3 2021-02-15/users.csv"],
            await test.ListAsync(
                "select concat_ws(' ', run_id, path) from ops.load inner join ops.drop using (drop_id) order by 1"));
        Assert.Equal(["1 1", "2 2", "3 3"], await test.ListAsync(
            "select concat_ws(' ', scheduled_run.run_id, run.run_id) from ops.scheduled_run inner join ops.run using "
                + "(scheduled_at) order by 1"));
    }

    [Fact]
    public async Task A_run_that_was_started_since_spares_the_scheduled_runs_it_covers()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        var time = new SetTime("2021-02-12 06:00");
        var host = new TestHost(new TestPipelineHost(test, time));
        await host.PollAsync();

        time.Now = SetTime.At("2021-02-15 06:00");
        Assert.IsType<RunStart.Started>(
            await host.StartAsync(new RunRequest { Date = new DateOnly(2021, 2, 14), StartedBy = RunTrigger.Http }));
        await host.CatchUpAsync();

        Assert.Equal(["1 http 2021-02-14 published", "2 schedule 2021-02-15 unchanged"], await test.ListAsync(Runs));
    }

    [Theory]
    // In spring 02:30 is skipped on the 29th, in autumn it comes twice on the 25th.
    [InlineData("2026-03-28 00:00", "2026-03-28, 2026-03-29, 2026-03-30")]
    [InlineData("2026-10-24 00:00", "2026-10-24, 2026-10-25, 2026-10-26")]
    public async Task Scheduled_runs_when_the_clocks_are_changed_are_run_once_each(string begin, string dates)
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        var time = new SetTime(begin);
        var host = new TestHost(new TestPipelineHost(test, time, "0 30 2 * * *", "Europe/Berlin"));
        for (var hours = 0; hours < 3 * 24; hours++)
        {
            await host.PollAsync();
            time.Now = time.Now.AddHours(1);
        }

        Assert.Equal(
            dates, string.Join(", ", await test.ListAsync("select through_date::text from ops.run order by run_id")));
        Assert.Equal(3, host.Launched.Count);
    }

    [Fact]
    public async Task A_scheduled_run_loads_drops_up_to_its_date_where_the_business_is()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        // Half past midnight of the 13th in Berlin; in Greenwich it is the 12th still.
        var time = new SetTime("2021-02-12 12:00");
        var host = new TestHost(new TestPipelineHost(test, time, "0 30 0 * * *", "Europe/Berlin"));
        await host.PollAsync();
        test.Put("2021-02-13/users.csv", "user_id,name,city\n4,Di,Oslo\n");
        test.Put("2021-02-14/users.csv", "user_id,name,city\n5,Ed,Rome\n");

        time.Now = SetTime.At("2021-02-12 23:30");
        await host.CatchUpAsync();
        Assert.Equal(["1 schedule 2021-02-13 published"], await test.ListAsync(Runs));
        Assert.Equal(4, await test.ValueAsync<long>("select count(*) from core.dim_users"));

        // And who names no date means today there.
        await host.StartAsync(new RunRequest { StartedBy = RunTrigger.Http });
        Assert.Equal("2 http 2021-02-13 unchanged", (await test.ListAsync(Runs))[^1]);
    }

    [Fact]
    public async Task A_run_whose_process_died_is_resumed_before_a_scheduled_run_is_begun()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        var time = new SetTime("2021-02-12 06:00");
        var host = new TestHost(new TestPipelineHost(test, time));
        await host.PollAsync();
        await using var dead = await StepwiseRun.StartAsync(test);
        await dead.DoUntilAsync(StepKind.Plan);
        await dead.DieAsync();
        await test.ExecuteAsync("update ops.run set through_date = '2021-02-12'");
        time.Now = SetTime.At("2021-02-13 05:00");

        Assert.Equal(new PollResult(1, IsWaiting: false), await host.PollAsync());
        Assert.Equal(new PollResult(2, IsWaiting: false), await host.PollAsync());

        Assert.Equal(["1 cli 2021-02-12 published", "2 schedule 2021-02-13 unchanged"], await test.ListAsync(Runs));
    }

    [Fact]
    public async Task A_scheduled_run_waits_for_the_run_that_is_active()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        var time = new SetTime("2021-02-12 06:00");
        var host = new TestHost(new TestPipelineHost(test, time));
        await host.PollAsync();
        await using var other = await StepwiseRun.StartAsync(test);

        Assert.Equal(new PollResult(null, IsWaiting: true), await host.PollAsync());
        time.Now = SetTime.At("2021-02-13 05:00");
        Assert.Equal(new PollResult(null, IsWaiting: true), await host.PollAsync());

        await other.DoAsync(StepKind.End, "cancelled");
        Assert.Equal(new PollResult(2, IsWaiting: false), await host.PollAsync());
    }

    [Fact]
    public async Task A_run_that_the_host_does_not_take_fails_at_once_and_says_why()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        var host = new TestHost(new TestPipelineHost(test, TimeProvider.System))
        {
            Launch = _ => throw new InvalidOperationException("The task hub is full."),
        };

        var exception = await Assert.ThrowsAsync<InfrastructureException>(() => host.StartAsync(new RunRequest()));

        Assert.Equal("The host did not take the run: The task hub is full.", exception.Message);
        Assert.Equal(
            "failed The host did not take the run: The task hub is full. 0",
            await test.ValueAsync<string>(
                "select concat_ws(' ', state, message, (select count(*) from ops.lease)) from ops.run"));
    }

    [Fact]
    public async Task A_scheduled_run_that_failed_by_infrastructure_rests_and_later_ones_wait_for_it()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        var time = new SetTime("2021-02-12 06:00");
        var host = new TestHost(new TestPipelineHost(test, time));
        await host.PollAsync();
        time.Now = SetTime.At("2021-02-14 05:00");
        var works = host.Launch;
        host.Launch = _ => throw new InvalidOperationException("The task hub is full.");
        await Assert.ThrowsAsync<InfrastructureException>(host.PollAsync);
        await test.ExecuteAsync("update ops.run set finished_at = '2021-02-14 05:00Z'");
        host.Launch = works;

        time.Now = SetTime.At("2021-02-14 05:44");
        Assert.Equal(new PollResult(null, IsWaiting: false), await host.PollAsync());
        time.Now = SetTime.At("2021-02-14 05:45");
        await host.CatchUpAsync();

        Assert.Equal(
            ["1 schedule 2021-02-13 failed", "2 schedule 2021-02-13 published", "3 schedule 2021-02-14 unchanged"],
            await test.ListAsync(Runs));
    }

    [Fact]
    public async Task A_scheduled_run_that_other_sql_had_begun_is_ended_in_order_and_begun_anew_at_once()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        var time = new SetTime("2021-02-12 06:00");
        var old = new TestHost(new TestPipelineHost(test, time));
        await old.PollAsync();
        time.Now = SetTime.At("2021-02-13 05:00");
        // Its process ends in the middle of the run.
        old.Launch = async lease =>
        {
            await using var dead = new StepwiseRun(test, LeaseKeeper.TimeLimited(
                test.Database.Warehouse, lease, TimeProvider.System));
            await dead.DoUntilAsync(StepKind.Build);
            await RunStore.ReleaseAsync(test.Database.Warehouse, lease, CancellationToken.None);
        };
        await old.PollAsync();
        test.ChangeSql("core/dim_users.sql", "name, city", "name, upper(city) as city");

        var deployed = new TestHost(new TestPipelineHost(test, time));
        Assert.Equal(new PollResult(2, IsWaiting: false), await deployed.PollAsync());

        Assert.Equal(
            ["1 schedule 2021-02-13 cancelled", "2 schedule 2021-02-13 published"], await test.ListAsync(Runs));
        Assert.Equal(1, await test.ValueAsync<long>("select count(*) from core.dim_users where city = 'LEEDS'"));
        Assert.Equal(
            [
                "Run 1 ended as cancelled. The sql folder was changed while this run was under way, so its results "
                    + "cannot be used further. Nothing of it was published. Run 2 does the same from the start; there "
                    + "is nothing to do.",
                "Run 2 started (schedule).",
            ],
            deployed.Log.All.Select(line => line.Text));
        // The day is done.
        Assert.Equal(new PollResult(null, IsWaiting: false), await deployed.PollAsync());
        Assert.Equal(2, await test.ValueAsync<long>("select run_id from ops.scheduled_run where run_id is not null"));
    }

    [Fact]
    public async Task A_caller_of_the_routes_gets_the_run_that_takes_the_place_of_one_that_other_sql_had_begun()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        await using var dead = await StepwiseRun.StartAsync(test);
        await dead.DoUntilAsync(StepKind.Plan);
        await dead.DieAsync();
        test.ChangeSql("core/dim_users.sql", "name, city", "name, upper(city) as city");
        var host = new TestHost(new TestPipelineHost(test, TimeProvider.System));

        var start = await host.StartAsync(new RunRequest { StartedBy = RunTrigger.Http, IdempotencyKey = "key" });

        Assert.Equal(2, Assert.IsType<RunStart.Started>(start).Lease.RunId);
        Assert.Equal(["1 cancelled", "2 published key"], await test.ListAsync(
            "select concat_ws(' ', run_id, state, idempotency_key) from ops.run order by run_id"));
    }

    [Fact]
    public async Task A_run_that_is_ended_because_no_process_resumes_it_is_in_the_log_too()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        await using var dead = await StepwiseRun.StartAsync(test);
        await dead.DieAsync();
        await test.ExecuteAsync("update ops.run set cancel_requested_at = now()");
        var host = new TestHost(new TestPipelineHost(test, TimeProvider.System));

        await host.PollAsync();

        Assert.Equal(["Run 1 ended as cancelled. It was stopped before it was done."],
            host.Log.All.Select(line => line.Text));
        Assert.Equal(["1 cli cancelled"], await test.ListAsync(
            "select concat_ws(' ', run_id, started_by, state) from ops.run"));
    }

    [Fact]
    public async Task A_try_whose_process_is_gone_is_ended_without_an_error_in_the_log()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        await using var dead = await StepwiseRun.StartAsync(test);
        await dead.DieAsync();
        await test.ExecuteAsync("update ops.run set started_by = 'try'");
        var host = new TestHost(new TestPipelineHost(test, TimeProvider.System));

        await host.PollAsync();

        Assert.Equal("1 try failed", await test.ValueAsync<string>(
            "select concat_ws(' ', run_id, started_by, state) from ops.run"));
        var line = Assert.Single(host.Log.All);
        Assert.Equal(
            (LogLevel.Information, "Run 1 (try) is over, and readers see what they saw before: Its process ended "
                + "before the run did."),
            (line.Level, line.Text));
    }

    [Fact]
    public async Task A_host_that_cannot_say_whether_a_run_is_done_still_notifies_and_leaves_the_run_to_its_lease()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        await test.RunAsync();
        var (pipeline, host) = (test.Pipeline(), new TestHost(new TestPipelineHost(test, TimeProvider.System)));
        host.IsGone = () => throw new InvalidOperationException("The task hub does not answer.");
        await pipeline.StartAsync(new RunRequest(), RunLease.TimeLimitedLength, CancellationToken.None);

        Assert.Equal(new PollResult(null, IsWaiting: true), await host.PollAsync());

        Assert.Equal(1, await test.ValueAsync<long>("select count(*) from ops.notified_run"));
        Assert.Equal("Run 2: whether a process still does it could not be found out, so its lease decides: The task "
            + "hub does not answer.", Assert.Single(host.Log.All).Text);
    }

    [Fact]
    public async Task A_poll_that_cannot_start_what_is_due_still_notifies()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        var time = new SetTime("2021-02-12 06:00");
        var host = new TestHost(new TestPipelineHost(test, time));
        await host.PollAsync();
        await test.RunAsync();
        time.Now = SetTime.At("2030-02-14 05:00");
        await test.ExecuteAsync("alter table ops.scheduled_run rename to elsewhere");

        await Assert.ThrowsAsync<Npgsql.PostgresException>(host.PollAsync);

        Assert.Equal(1, await test.ValueAsync<long>("select count(*) from ops.notified_run"));
    }

    [Fact]
    public async Task A_caller_who_does_not_wait_for_the_answer_does_not_cost_the_run_its_host()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        var host = new TestHost(new TestPipelineHost(test, TimeProvider.System));
        using var gone = new CancellationTokenSource();
        var launch = host.Launch;
        host.Launch = async lease =>
        {
            await gone.CancelAsync();
            await launch(lease);
        };

        await host.Control.StartAsync(new RunRequest(), gone.Token);

        Assert.Equal(RunState.Published, (await test.LastAsync()).State);
    }
}
