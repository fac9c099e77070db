using Greenery.Runs;
using Greenery.Tests.Support;
using Greenery.Warehouse;

namespace Greenery.Tests.Runs;

/// <summary>One run at a time; a dead one makes way; a zombie cannot write; a step may be delivered twice.</summary>
public sealed class LeaseTests
{
    [Fact]
    public async Task Of_two_runs_at_once_one_is_refused_and_names_the_other()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        var gate = new GatedDropStore(test.Store);
        var first = test.Pipeline(gate).RunAsync(new RunRequest(), null, CancellationToken.None);
        await gate.Reached;

        var second = await test.Pipeline().RunAsync(new RunRequest(), null, CancellationToken.None);
        Assert.True(second.IsBusy);
        Assert.Equal(1, second.RunId);
        Assert.Matches(
            @"^Run 1 is active on .+ \(process \d+\) since .+\. One run at a time: wait for it, or stop it\.$",
            second.Message);

        gate.Open();
        Assert.Equal(new RunOutcome(1, RunState.Published, null), await first);
        Assert.Equal(1, await test.ValueAsync<long>("select count(*) from ops.run"));
    }

    [Fact]
    public async Task Of_many_runs_asked_for_at_the_same_moment_one_starts()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        var starts = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => StartAsync(test)));
        var started = Assert.Single(starts.OfType<RunStart.Started>());
        Assert.Equal(7, starts.OfType<RunStart.Busy>().Count());
        Assert.All(starts.OfType<RunStart.Busy>(), busy => Assert.Equal(started.Lease.RunId, busy.RunId));
    }

    [Fact]
    public async Task A_run_whose_process_died_is_resumed_at_once()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        await using var dead = await StepwiseRun.StartAsync(test);
        await dead.DoUntilAsync(StepKind.Plan);
        await dead.DieAsync();

        var report = await test.RunAsync();
        Assert.Equal((1, RunState.Published), (report.RunId, report.State));
        Assert.Equal(1, await test.ValueAsync<long>("select count(*) from ops.run"));
        // What the dead process had loaded is not loaded again.
        Assert.Equal(2, await test.ValueAsync<long>("select count(*) from ops.load"));
        await Assert.ThrowsAsync<LeaseLostException>(() => dead.DoAsync(StepKind.Discover));
    }

    [Fact]
    public async Task An_abandoned_run_is_resumed_before_another_one_is_begun()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        await using var dead = await StepwiseRun.StartAsync(test);
        await dead.DoUntilAsync(StepKind.Load);
        await dead.DieAsync();

        await test.RunAsync(new RunRequest { IsFullRefresh = true });
        Assert.Equal(
            ["1 published false", "2 published true"],
            await test.ListAsync(
                "select format('%s %s %s', run_id, state, is_full_refresh::text) from ops.run order by run_id"));
    }

    [Fact]
    public async Task An_abandoned_run_that_was_begun_by_other_rules_is_ended()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        await using var dead = await StepwiseRun.StartAsync(test);
        await dead.DoUntilAsync(StepKind.Plan);
        await dead.DieAsync();
        test.ChangeSql("core/dim_users.sql", "from users", "from users where user_id > 0");

        var report = await test.RunAsync();
        Assert.Equal((2, RunState.Published), (report.RunId, report.State));
        Assert.Equal(
            [
                "cancelled The sql folder was changed while this run was under way, so its results cannot be used "
                    + "further. Nothing of it was published. Run 2 does the same from the start; there is nothing to "
                    + "do.",
                "published ",
            ],
            await test.ListAsync("select concat_ws(' ', state, coalesce(message, '')) from ops.run order by run_id"));
        // The steps of the other rules are not used.
        Assert.Equal(2, await test.ValueAsync<long>(
            "select count(*) from ops.step where run_id = 2 and step in ('verify', 'discover')"));
    }

    [Fact]
    public async Task What_such_a_run_was_asked_for_is_done_though_another_one_is_asked_for()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        await using var dead = await StepwiseRun.StartAsync(test);
        await dead.DoUntilAsync(StepKind.Plan);
        await dead.DieAsync();
        await test.ExecuteAsync("update ops.run set idempotency_key = 'key', request = 'wish', is_full_refresh = true, "
            + "may_withdraw = true");
        test.ChangeSql("core/dim_users.sql", "from users", "from users where user_id > 0");

        await test.RunAsync();

        Assert.Equal(
            ["1 cancelled true true", "2 published true true key", "3 unchanged false false"],
            await test.ListAsync(
                "select concat_ws(' ', run_id, state, is_full_refresh::text, may_withdraw::text, idempotency_key) "
                    + "from ops.run order by 1"));
        Assert.Equal(2, await test.ValueAsync<long>("select run_id from ops.run where request = 'wish'"));
    }

    [Fact]
    public async Task A_run_that_was_published_by_other_rules_stays_so_and_says_what_was_not_done()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        await using var dead = await StepwiseRun.StartAsync(test);
        await dead.DoUntilAsync(StepKind.Measure);
        await dead.DieAsync();
        test.ChangeSql("core/dim_users.sql", "from users", "from users where user_id > 0");

        var first = Assert.IsType<RunStart.Resumed>(
            await test.Pipeline().StartAsync(null, RunLease.SessionHeldLength, CancellationToken.None));
        await test.Pipeline().RunAsync(first.Lease, ShutdownBehavior.CancelRun, null, CancellationToken.None);

        Assert.Equal(
            ["published Published, but what follows that was not done: the sql folder was changed meanwhile. The next "
                + "run measures by the new one."],
            await test.ListAsync("select concat_ws(' ', state, message) from ops.run order by run_id"));
        Assert.Equal(RunState.Published, (await test.RunAsync()).State);
    }

    [Fact]
    public async Task A_run_that_died_after_its_publication_is_brought_to_its_end()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        await using var dead = await StepwiseRun.StartAsync(test);
        await dead.DoUntilAsync(StepKind.Measure);
        await dead.DieAsync();
        test.Put("2021-02-13/orders.csv", "order_id,user_id,amount,placed_on\n13,3,4,2021-02-13\n");

        Assert.Equal((2, RunState.Published), ((await test.RunAsync()).RunId, (await test.LastAsync()).State));
        Assert.Equal(
            ["1 true true", "2 true true"],
            await test.ListAsync(
                """
                select format('%s %s %s', run_id, exists (select from ops.metric where metric.run_id = run.run_id)::text,
                    (finished_at is not null)::text) from ops.run order by run_id
                """));
    }

    [Fact]
    public async Task Of_two_who_find_an_abandoned_run_at_the_same_moment_one_has_it()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        await using var dead = await StepwiseRun.StartAsync(test);
        await dead.DieAsync();

        var starts = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => StartAsync(test)));
        Assert.Single(starts.OfType<RunStart.Resumed>());
        Assert.Equal(7, starts.OfType<RunStart.Busy>().Count(busy => busy.RunId == dead.Lease.RunId));
    }

    [Fact]
    public async Task A_run_with_a_time_limited_lease_is_resumed_when_its_lease_has_run_out()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        await StartAsync(test);
        Assert.True((await test.Pipeline().RunAsync(new RunRequest(), null, CancellationToken.None)).IsBusy);
        await test.ExecuteAsync("update ops.lease set expires_at = now() - interval '1 second'");
        Assert.Equal((1, RunState.Published), ((await test.RunAsync()).RunId, (await test.LastAsync()).State));
    }

    [Fact]
    public async Task After_a_restart_of_the_server_a_lock_that_is_gone_does_not_mean_death()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        await using var run = await StepwiseRun.StartAsync(test);
        await run.DieAsync();
        await test.ExecuteAsync("update ops.lease set session_since = session_since - interval '1 hour'");

        Assert.IsType<RunStart.Busy>(await StartAsync(test));
    }

    [Fact]
    public async Task A_connection_that_is_cut_does_not_cost_a_process_its_run()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        await using var run = await StepwiseRun.StartAsync(test);
        await test.ExecuteAsync(StepwiseRun.CutWatch);
        await Wait.UntilAsync(
            () => test.ValueAsync<bool>(
                """
                select count(*) > 0 from pg_locks
                where locktype = 'advisory' and objsubid = 1 and database = (select oid from pg_database where datname = current_database())
                """),
            () => false);

        Assert.IsType<RunStart.Busy>(await StartAsync(test));
        await run.DoUntilAsync(StepKind.Load);
    }

    [Fact]
    public async Task A_run_that_is_asked_to_end_ends_as_cancelled()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        test.WriteSql("core/slow.sql", "select pg_sleep(600)::text as slept");
        var run = test.Pipeline().RunAsync(new RunRequest(), null, CancellationToken.None);
        await Wait.UntilAsync(
            () => test.ValueAsync<bool>(
                "select count(*) > 0 from pg_stat_activity where datname = current_database() and wait_event = "
                    + "'PgSleep'"),
            () => run.IsCompleted);

        Assert.Equal(new CancelResult(RunState.Running, null),
            await RunStore.CancelAsync(test.Database.Warehouse, 1, CancellationToken.None));

        Assert.Equal(RunState.Cancelled, (await run).State);
        Assert.Equal("cancelled It was stopped before it was done.",
            await test.ValueAsync<string>("select state || ' ' || message from ops.run"));
        Assert.Equal(new CancelResult(RunState.Cancelled, null),
            await RunStore.CancelAsync(test.Database.Warehouse, 1, CancellationToken.None));
        Assert.Null(await RunStore.CancelAsync(test.Database.Warehouse, 2, CancellationToken.None));
    }

    [Fact]
    public async Task A_step_in_which_processes_die_is_given_up()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        await StartAsync(test);
        await test.ExecuteAsync(
            """
            update ops.lease set expires_at = now() - interval '1 second';
            insert into ops.step (run_id, step, state, attempts, crash_count) values (1, 'discover', 'running', 5, 4)
            """);
        var report = await test.RunAsync();
        Assert.Equal(
            (RunState.Failed,
                "Step discover is not retried: 5 processes crashed in it. See the host's "
                + "logs of that time; most often the memory was not enough."),
            (report.State, report.Message));
    }

    [Theory]
    [InlineData(StepKind.Discover, null, "select count(*) from ops.drop")]
    [InlineData(StepKind.Load, "users", "select count(*) from staging.users")]
    [InlineData(StepKind.Plan, null, "select count(*) from ops.run_model")]
    [InlineData(StepKind.Build, "dim_users",
        "select count(*) from pg_class where relnamespace = 'warehouse'::regnamespace")]
    [InlineData(StepKind.Check, "dim_users", "select count(*) from ops.check_result")]
    [InlineData(StepKind.Publish, null, "select count(*) from pg_class where relnamespace = 'core'::regnamespace")]
    public async Task A_step_of_a_run_that_was_taken_over_keeps_nothing(
        StepKind kind, string? subject, string leftBehind)
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        await using var zombie = await StepwiseRun.StartAsync(test);
        await zombie.DoUntilAsync(kind);
        await zombie.LoseLeaseAsync();
        var lost = await Assert.ThrowsAsync<LeaseLostException>(() => zombie.DoAsync(kind, subject));
        Assert.Equal("Run 1 is no longer this process's: it was taken over or has ended. Nothing of this step was "
            + "kept.", lost.Message);
        Assert.Equal(0, await test.ValueAsync<long>(leftBehind));
    }

    [Fact]
    public async Task A_run_that_was_taken_over_cannot_write_its_last_word()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        await using var zombie = await StepwiseRun.StartAsync(test);
        await zombie.LoseLeaseAsync();
        await Assert.ThrowsAsync<LeaseLostException>(() => zombie.DoAsync(StepKind.End, "failed"));
        Assert.Equal("running", await test.ValueAsync<string>("select state from ops.run"));
    }

    [Fact]
    public async Task Every_step_may_be_delivered_twice()
    {
        await using var once = await TestWarehouse.OfTinyShopAsync();
        await using var twice = await TestWarehouse.OfTinyShopAsync();
        for (var day = 0; day < 2; day++)
        {
            await once.RunAsync();
            await using (var run = await StepwiseRun.StartAsync(twice))
            {
                run.Deliveries = 2;
                Assert.Equal(RunState.Published, (await new DailyRun(run, run.Lease).RunAsync()).State);
            }
            Assert.Equal(await once.MartsAsync(), await twice.MartsAsync());
            Assert.Equal(await OpsRowsAsync(once), await OpsRowsAsync(twice));
            foreach (var test in new[] { once, twice })
            {
                test.Put("2021-02-13/orders.csv",
                    "order_id,user_id,amount,placed_on\n11,1,70,2021-02-11\n13,3,4,2021-02-13\n");
            }
        }
    }

    [Fact]
    public async Task A_refused_drop_is_not_forgotten_when_its_step_is_delivered_again()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        test.Put("2021-02-13/orders.csv", "order_id,nonsense\n13,3\n");
        await using var run = await StepwiseRun.StartAsync(test);
        await run.DoUntilAsync(StepKind.Load);

        var first = (LoadStepResult)await run.DoAsync(StepKind.Load, "orders");
        var second = (LoadStepResult)await run.DoAsync(StepKind.Load, "orders");

        Assert.StartsWith("2021-02-13/orders.csv: ", first.Refusal, StringComparison.Ordinal);
        Assert.Equal(first, second);
    }

    [Fact]
    public async Task A_run_holds_its_place_until_its_end_also_when_it_is_published()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        await using var run = await StepwiseRun.StartAsync(test);
        await run.DoUntilAsync(StepKind.Measure);

        Assert.Equal(RunState.Published, (await test.LastAsync()).State);
        Assert.IsType<RunStart.Busy>(await StartAsync(test));

        await run.DoAsync(StepKind.End, "published");
        Assert.IsType<RunStart.Started>(await StartAsync(test));
    }

    [Fact]
    public async Task Publishing_that_is_delivered_late_does_not_show_old_rows_over_newer_ones()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        await using var run = await StepwiseRun.StartAsync(test);
        await run.DoUntilAsync(StepKind.Measure);
        await test.ExecuteAsync(
            "create or replace view core.dim_users as select 1 as user_id, ''::text as name, ''::text as city limit 0");

        await run.DoAsync(StepKind.Publish);

        Assert.Equal(0, await test.ValueAsync<long>("select count(*) from core.dim_users"));
    }

    private static Task<RunStart?> StartAsync(TestWarehouse test) =>
        test.Pipeline().StartAsync(new RunRequest(), RunLease.SessionHeldLength, CancellationToken.None);

    private static async Task<List<string>> OpsRowsAsync(TestWarehouse test) =>
    [
        .. await test.ListAsync("select format('run %s %s %s', run_id, state, message) from ops.run order by run_id"),
        .. await test.ListAsync(
            """
            select format('load %s %s %s %s %s', run_id, table_name, rows_in_file, rows_inserted, rows_updated)
            from ops.load order by run_id, table_name
            """),
        .. await test.ListAsync(
        "select format('live %s %s %s', model, row_count, run_id) from ops.live order by model"),
        .. await test.ListAsync(
        "select format('table %s %s', model, row_count) from ops.model_table order by model, row_count"),
        .. await test.ListAsync(
        "select format('check %s %s %s', run_id, check_id, rows_looked_at) from ops.check_result order by 1"),
        .. await test.ListAsync("select format('metric %s %s', run_id, value) from ops.metric order by 1"),
    ];
}
