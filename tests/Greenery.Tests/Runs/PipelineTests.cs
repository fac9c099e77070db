using Azure;
using Greenery.Models.Planning;
using Greenery.Runs;
using Greenery.Tests.Support;

namespace Greenery.Tests.Runs;

/// <summary>Stopping, trying again, loading again, building again, and what is cleaned up.</summary>
public sealed class PipelineTests
{
    private const string MoreOrders = "order_id,user_id,amount,placed_on\n";

    [Fact]
    public async Task A_run_that_is_stopped_ends_as_cancelled_and_the_next_one_works()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        using var stop = new CancellationTokenSource();
        var gate = new GatedDropStore(test.Store);
        var run = test.Pipeline(gate).RunAsync(new RunRequest(), null, stop.Token);
        await gate.Reached;
        await stop.CancelAsync();
        Assert.Equal(new RunOutcome(1, RunState.Cancelled, "It was stopped before it was done."), await run);
        Assert.Equal(RunState.Cancelled, (await test.LastAsync()).State);
        Assert.Equal(0, await test.ValueAsync<long>("select count(*) from ops.lease"));
        Assert.Equal(RunState.Published, (await test.RunAsync()).State);
    }

    [Fact]
    public async Task A_run_that_is_stopped_in_a_statement_leaves_none_running()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        test.WriteSql("core/slow.sql", "select pg_sleep(600)::text as slept");
        using var stop = new CancellationTokenSource();
        var run = test.Pipeline().RunAsync(new RunRequest(), null, stop.Token);
        await Wait.UntilAsync(async () => await SleepersAsync(test) > 0, () => run.IsCompleted);
        await stop.CancelAsync();
        Assert.Equal(RunState.Cancelled, (await run).State);
        Assert.Equal(0, await SleepersAsync(test));
    }

    [Fact]
    public async Task Stopping_after_the_publication_does_not_unsay_it()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        using var stop = new CancellationTokenSource();
        var stopBehindPublication = new Reaction(happened =>
        {
            if (happened is { Kind: RunEventKind.Done, Step.Kind: StepKind.Publish })
            {
                stop.Cancel();
            }
        });
        var outcome = await test.Pipeline().RunAsync(new RunRequest(), stopBehindPublication, stop.Token);
        Assert.Equal(RunState.Published, outcome.State);
        Assert.Equal(RunState.Published, (await test.LastAsync()).State);
        Assert.Equal(3, await test.ValueAsync<long>("select count(*) from core.dim_users"));
        Assert.Equal(RunState.Unchanged, (await test.RunAsync()).State);
    }

    [Theory]
    [InlineData(503)]
    [InlineData(429)]
    [InlineData(408)]
    public async Task Storage_that_fails_for_a_moment_is_asked_again(int status)
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        var store = new FailingDropStore(test.Store, 2, () => new RequestFailedException(status, "Busy."));
        var report = await test.RunAsync(test.Pipeline(store, new HastyTime()));
        Assert.Equal((RunState.Published, 2), (report.State, report.Retries));
        Assert.Equal([new LoadLine("orders", 1, 3, 3, 0, 0, 0, 0), new LoadLine("users", 1, 3, 3, 0, 0, 0, 0)],
            report.Loads);
    }

    [Fact]
    public async Task A_statement_whose_connection_was_cut_is_run_again()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        test.WriteSql("core/slow.sql", "select pg_sleep(count(*))::text as slept from users where name = 'Slow'");
        test.Put("2021-02-11/users.csv",
            $"user_id,name,city\n{string.Join('\n', Enumerable.Range(100, 600).Select(id => $"{id},Slow,Malmo"))}\n");
        var run = test.RunAsync(test.Pipeline(time: new HastyTime()));
        await Wait.UntilAsync(async () => await SleepersAsync(test) > 0, () => run.IsCompleted);
        // Any process that builds it again finds nothing to sleep for.
        await test.ExecuteAsync("update staging.users set name = 'Fast' where name = 'Slow'");
        await test.ExecuteAsync("select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = "
            + "current_database() and wait_event = 'PgSleep'");
        var report = await run;
        Assert.Equal((RunState.Published, 1), (report.State, report.Retries));
    }

    [Fact]
    public async Task Storage_that_goes_on_failing_ends_the_run_and_readers_keep_what_they_had()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        await test.RunAsync();
        var yesterday = await test.MartsAsync();
        test.Put("2021-02-13/orders.csv", MoreOrders + "13,3,4,2021-02-13\n");
        var store = new FailingDropStore(test.Store, int.MaxValue, () => new RequestFailedException(503, "Busy."));
        var report = await test.RunAsync(test.Pipeline(store, new HastyTime()));
        Assert.Equal((RunState.Failed, "Busy.", 9), (report.State, report.Message, report.Retries));
        Assert.Equal("load:orders failed Busy.", await test.ValueAsync<string>(
            "select concat_ws(' ', step, state, error) from ops.step where state <> 'done'"));
        Assert.Equal(yesterday, await test.MartsAsync());
        Assert.Equal(RunState.Published, (await test.RunAsync()).State);
    }

    [Fact]
    public async Task An_error_that_will_not_go_away_is_not_tried_again()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        var store = new FailingDropStore(test.Store, int.MaxValue, () => new RequestFailedException(403, "Forbidden."));
        var report = await test.RunAsync(test.Pipeline(store, new HastyTime()));
        Assert.Equal((RunState.Failed, "Forbidden.", 0), (report.State, report.Message, report.Retries));
    }

    [Fact]
    public async Task A_reload_brings_back_what_was_lost_in_staging()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        await test.RunAsync();
        var before = await test.MartsAsync();
        await test.ExecuteAsync("delete from staging.users where user_id = 2");
        var day = new DateOnly(2021, 2, 12);
        Assert.Empty((await test.RunAsync(new RunRequest { Date = day })).Loads);
        var report = await test.RunAsync(new RunRequest { Date = day, IsReload = true });
        Assert.Equal(RunState.Published, report.State);
        Assert.Equal([new LoadLine("orders", 1, 3, 0, 0, 3, 0, 0), new LoadLine("users", 1, 3, 1, 0, 2, 0, 0)],
            report.Loads);
        Assert.Equal(before, await test.MartsAsync());
    }

    [Fact]
    public async Task A_reload_of_rows_that_are_all_there_changes_nothing()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        await test.RunAsync();
        var report = await test.RunAsync(new RunRequest { Date = new DateOnly(2021, 2, 12), IsReload = true });
        Assert.Equal(RunState.Unchanged, report.State);
        Assert.All(report.Loads, load => Assert.Equal(load.Rows, load.Unchanged));
    }

    [Fact]
    public async Task A_date_leaves_later_drops_for_later()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        test.Put("2021-02-13/orders.csv", MoreOrders + "13,3,4,2021-02-13\n");
        var first = await test.RunAsync(new RunRequest { Date = new DateOnly(2021, 2, 12) });
        Assert.Equal(new DateOnly(2021, 2, 12), first.BusinessDate);
        Assert.Equal(3, await test.ValueAsync<long>("select count(*) from core.fact_orders"));
        var second = await test.RunAsync();
        Assert.Equal(new DateOnly(2021, 2, 13), second.BusinessDate);
        Assert.Equal(4, await test.ValueAsync<long>("select count(*) from core.fact_orders"));
    }

    [Fact]
    public async Task A_full_refresh_builds_all_anew_and_readers_see_the_same_rows()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        await test.RunAsync();
        test.Put("2021-02-13/orders.csv", MoreOrders + "11,1,70,2021-02-11\n13,3,4,2021-02-13\n");
        await test.RunAsync();
        var marts = await test.MartsAsync();
        var tables = await test.ListAsync("select table_name from ops.live where table_name is not null");

        var report = await test.RunAsync(new RunRequest { IsFullRefresh = true });
        Assert.Equal(RunState.Published, report.State);
        Assert.All(report.Models, model =>
            Assert.Equal(
                (ModelAction.Build, "full refresh", false), (model.Action, model.Reason, model.IsIncremental)));
        Assert.Equal(marts, await test.MartsAsync());
        Assert.Empty(
            tables.Intersect(await test.ListAsync("select table_name from ops.live where table_name is not null")));
        Assert.Equal(RunState.Unchanged, (await test.RunAsync()).State);
    }

    [Fact]
    public async Task Tables_of_the_last_three_published_runs_are_kept_and_older_ones_go()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        for (var day = 1; day <= 5; day++)
        {
            test.Put($"2021-03-{day:00}/users.csv", $"user_id,name,city\n{100 + day},New,Oslo\n");
            Assert.Equal(RunState.Published, (await test.RunAsync()).State);
        }
        var kept = await test.ListAsync(
            "select table_name from ops.run_model where model = 'dim_users' and run_id >= 3 order by 1");
        Assert.Equal(3, kept.Distinct().Count());
        Assert.Equal(kept, await test.ListAsync(
            "select relname::text from pg_class where relnamespace = 'warehouse'::regnamespace and relkind = 'r' and "
                + "relname like 'dim\\_users%' order by 1"));
        Assert.Empty(await test.ListAsync("select nspname::text from pg_namespace where nspname like 'run\\_%'"));
    }

    [Fact]
    public async Task The_versions_of_a_failed_run_stay_until_the_next_run()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        await test.RunAsync();
        test.Put("2021-02-13/orders.csv", MoreOrders + "13,1,-4,2021-02-13\n");
        Assert.Equal(RunState.ChecksFailed, (await test.RunAsync()).State);
        Assert.Equal(-4, await test.ValueAsync<int>("select amount from run_2.fact_orders where order_id = 13"));
        test.Put("2021-02-14/orders.csv", MoreOrders + "13,1,4,2021-02-13\n");
        Assert.Equal(RunState.Published, (await test.RunAsync()).State);
        Assert.Empty(await test.ListAsync("select nspname::text from pg_namespace where nspname like 'run\\_%'"));
        Assert.Equal(0, await test.ValueAsync<long>(
            """
            select count(*) from pg_class where relnamespace = 'warehouse'::regnamespace and relkind = 'r'
                and relname not in (select table_name from ops.run_model join ops.run using (run_id) where state = 'published')
            """));
    }

    private static Task<long> SleepersAsync(TestWarehouse test) => test.ValueAsync<long>(
        "select count(*) from pg_stat_activity where datname = current_database() and wait_event = 'PgSleep'");
}
