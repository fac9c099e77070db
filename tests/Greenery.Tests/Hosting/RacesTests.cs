using Greenery.Hosting;
using Greenery.Runs;
using Greenery.Tests.Runs;
using Greenery.Tests.Support;

namespace Greenery.Tests.Hosting;

/// <summary>Two hosts, two timers, a timer and a person, all at the same moment.</summary>
public sealed class RacesTests
{
    private const int Many = 12;

    [Fact]
    public async Task Two_hosts_whose_timers_fire_at_the_same_moment_start_a_scheduled_run_once()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        var time = new SetTime("2021-02-12 06:00");
        TestHost[] hosts = [new TestHost(new TestPipelineHost(test, time))
            .Idle(), new TestHost(new TestPipelineHost(test, time)).Idle()];
        await hosts[0].PollAsync();
        time.Now = SetTime.At("2021-02-13 05:00");

        var looks = await Task.WhenAll(Enumerable.Range(0, Many).Select(i => hosts[i % 2].PollAsync()));

        Assert.Equal([1L], hosts.SelectMany(host => host.Launched));
        Assert.Equal(new PollResult(1, IsWaiting: false), Assert.Single(looks, poll => poll.RunId is not null));
        Assert.Equal(Many - 1, looks.Count(poll => poll == new PollResult(null, IsWaiting: true)));
    }

    [Fact]
    public async Task Scheduled_runs_whose_runs_are_over_in_a_blink_are_run_once_each_as_well()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        var time = new SetTime("2021-02-12 06:00");
        TestHost[] hosts = [new(new TestPipelineHost(test, time)), new(new TestPipelineHost(test, time))];
        foreach (var host in hosts)
        {
            host.Launch = lease =>
                RunStore.EndAsync(test.Database.Warehouse, lease, RunState.Unchanged, null, CancellationToken.None);
        }
        await hosts[0].PollAsync();
        time.Now = SetTime.At("2021-03-10 05:00");

        while ((await Task.WhenAll(Enumerable.Range(0, Many).Select(i => hosts[i % 2].PollAsync()))).Any(
            poll => poll.RunId is not null || poll.IsWaiting))
        {
        }

        Assert.Equal("26 26 26", await test.ValueAsync<string>(
            "select concat_ws(' ', count(*), count(scheduled_at), count(distinct scheduled_at)) from ops.run"));
        Assert.Empty(await test.ListAsync(
            "select run_id::text from (select run_id, scheduled_at, max(scheduled_at) over (order by run_id) as "
                + "before from ops.run) as run where scheduled_at < before"));
    }

    [Fact]
    public async Task A_timer_and_a_person_at_the_same_moment_give_one_run_and_the_other_hears_of_it()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        var time = new SetTime("2021-02-12 06:00");
        var (timer, person) = (new TestHost(new TestPipelineHost(test, time))
            .Idle(), new TestHost(new TestPipelineHost(test, time)).Idle());
        await timer.PollAsync();
        time.Now = SetTime.At("2021-02-20 05:00");
        for (var round = 1; round <= 8; round++)
        {
            var poll = timer.PollAsync();
            var start = person.StartAsync(new RunRequest { StartedBy = RunTrigger.Http });
            await Task.WhenAll(poll, start);

            var active = await test.ValueAsync<long>("select run_id from ops.run where state = 'running'");
            Assert.Equal((round, active),
                (timer.Launched.Count + person.Launched.Count, timer.Launched.Concat(person.Launched).Max()));
            if (await start is RunStart.Busy busy)
            {
                Assert.Equal((active, active), (busy.RunId, (await poll).RunId));
            }
            else
            {
                Assert.Equal(new PollResult(null, IsWaiting: true), await poll);
            }
            await EndAsync(test);
        }
    }

    [Fact]
    public async Task Of_many_requests_with_one_key_at_the_same_moment_all_get_the_same_run()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        TestHost[] hosts =
            [new TestHost(new TestPipelineHost(test, TimeProvider.System)).Idle(),
            new TestHost(new TestPipelineHost(test, TimeProvider.System)).Idle()];
        for (var round = 1; round <= 8; round++)
        {
            var request = new RunRequest { StartedBy = RunTrigger.Http, IdempotencyKey = $"key {round}" };
            var starts = await Task.WhenAll(Enumerable.Range(0, Many).Select(i => hosts[i % 2].StartAsync(request)));

            var started = Assert.Single(starts.OfType<RunStart.Started>());
            Assert.Equal(Enumerable.Repeat(started.Lease.RunId, Many - 1), starts.OfType<RunStart.Known>()
                .Select(known => known.RunId));
            await EndAsync(test);
            Assert.Equal(new RunStart.Known(started.Lease.RunId), await hosts[0].StartAsync(request));
            Assert.Equal(new RunStart.KeyTaken(started.Lease.RunId), await hosts[0]
                .StartAsync(request with { IsFullRefresh = true }));
        }
    }

    [Fact]
    public async Task A_request_that_is_answered_by_an_abandoned_run_gets_the_same_answer_again()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        await using var dead = await StepwiseRun.StartAsync(test);
        await dead.DieAsync();
        var host = new TestHost(new TestPipelineHost(test, TimeProvider.System)).Idle();
        var request = new RunRequest { StartedBy = RunTrigger.Http, IdempotencyKey = "key" };

        Assert.Equal(1, Assert.IsType<RunStart.Started>(await host.StartAsync(request)).Lease.RunId);
        Assert.Equal(new RunStart.Known(1), await host.StartAsync(request));
        Assert.Equal(
            1, Assert.IsType<RunStart.Busy>(await host.StartAsync(request with { IdempotencyKey = "another" })).RunId);
    }

    [Fact]
    public async Task An_abandoned_run_of_yesterday_is_no_answer_to_who_wants_todays_drops()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        await using var dead = await StepwiseRun.StartAsync(test);
        await dead.DieAsync();
        await test.ExecuteAsync("update ops.run set through_date = current_date - 1");

        var start = Assert.IsType<RunStart.Resumed>(
            await test.Pipeline().StartAsync(new RunRequest(), TimeSpan.FromMinutes(2), CancellationToken.None));

        Assert.False(start.IsAsAsked);
        await test.ExecuteAsync("update ops.lease set expires_at = now() - interval '1 second'");
        await test.RunAsync();
        Assert.Equal(["1 published", "2 unchanged"], await test.ListAsync(
            "select concat_ws(' ', run_id, state) from ops.run order by run_id"));
    }

    [Fact]
    public async Task An_abandoned_run_that_is_to_be_cancelled_ends_at_once()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        await using var dead = await StepwiseRun.StartAsync(test);
        await dead.DieAsync();

        var cancelled = await RunStore.CancelAsync(test.Database.Warehouse, 1, CancellationToken.None);

        Assert.Equal(
            new CancelResult(RunState.Running, new EndedRun(
                1, RunTrigger.Cli, RunState.Cancelled, IsPartial: false, "It was stopped before it was done.")),
            cancelled);
        Assert.Equal("cancelled It was stopped before it was done. 0", await test.ValueAsync<string>(
            "select concat_ws(' ', state, message, (select count(*) from ops.lease)) from ops.run"));
    }

    private static Task EndAsync(TestWarehouse test) => test.ExecuteAsync(
        "delete from ops.lease; update ops.run set state = 'cancelled', finished_at = clock_timestamp() where state "
            + "= 'running'");
}
