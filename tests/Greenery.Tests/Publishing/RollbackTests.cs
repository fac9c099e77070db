using Greenery.Models.Planning;
using Greenery.Publishing;
using Greenery.Runs;
using Greenery.Tests.Support;
using Greenery.Warehouse;
using Npgsql;

namespace Greenery.Tests.Publishing;

/// <summary>What readers can be sent back to, and what comes after that.</summary>
public sealed class RollbackTests
{
    [Fact]
    public async Task Each_kept_run_is_shown_with_the_rows_it_had_and_the_next_run_has_todays()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        var (runs, marts) = await PublishAsync(test, 5);

        await RollBackAsync(test, null, runs[3]);
        Assert.Equal(marts[3], await test.MartsAsync());
        await RollBackAsync(test, runs[2], runs[2]);
        Assert.Equal(marts[2], await test.MartsAsync());

        var today = await test.RunAsync();
        Assert.Equal(RunState.Published, today.State);
        Assert.Equal(marts[4], await test.MartsAsync());
        Assert.Equal(
            await test.ListAsync("select model || ' ' || count from (select 'dim_users' as model, count(*) from "
                + "core.dim_users union all select 'fact_orders', count(*) from core.fact_orders) as x order by 1"),
            await test.ListAsync("select model || ' ' || row_count from ops.live where mart = 'core' order by 1"));

        await RollBackAsync(test, null, runs[2]);
        Assert.Equal(marts[2], await test.MartsAsync());
    }

    [Fact]
    public async Task Runs_whose_rows_were_cleaned_up_are_not_offered_after_a_rollback_either()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        var (runs, marts) = await PublishAsync(test, 5);
        await RollBackAsync(test, runs[2], runs[2]);

        foreach (var gone in new long?[] { null, runs[1], runs[4] })
        {
            var refused = await test.Pipeline().RollbackAsync(gone, default);
            Assert.Equal(
                (RunState.Refused, "rollback: there is no earlier published run whose tables are kept to go back to."),
                (refused.State, refused.Message));
        }
        Assert.Equal(marts[2], await test.MartsAsync());
    }

    [Fact]
    public async Task A_run_that_is_live_unknown_or_was_never_published_is_refused()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        var (runs, marts) = await PublishAsync(test, 2);
        test.Put("2021-03-28/orders.csv", "order_id,user_id,amount,placed_on\n90,1,-4,2021-02-13\n");
        var failed = await test.RunAsync();
        Assert.Equal(RunState.ChecksFailed, failed.State);

        foreach (var (run, why) in new[]
        {
            (runs[1], $"run {runs[1]} is what readers see now; expected an earlier one: {runs[0]}."),
            (failed.RunId,
                $"run {failed.RunId} was not published, or its tables are not kept any more; expected one of "
                + $"{runs[0]}."),
            (99, $"run 99 was not published, or its tables are not kept any more; expected one of {runs[0]}."),
        })
        {
            var refused = await test.Pipeline().RollbackAsync(run, default);
            Assert.Equal((RunState.Refused, $"rollback: {why}"), (refused.State, refused.Message));
        }
        Assert.Equal(marts[1], await test.MartsAsync());
    }

    [Fact]
    public async Task A_rollback_counts_the_rows_that_are_shown_and_leaves_the_runs_count_as_it_was()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        var (runs, _) = await PublishAsync(test, 3);
        const string counts =
            "select run_id || ' ' || total_rows from ops.run_model where model = 'fact_orders' order by run_id";
        var before = await test.ListAsync(counts);

        await RollBackAsync(test, runs[0], runs[0]);

        Assert.Equal(before, await test.ListAsync(counts));
        Assert.Equal(
            await test.ValueAsync<long>("select count(*) from core.fact_orders"),
            await test.ValueAsync<long>("select row_count from ops.live where model = 'fact_orders'"));
    }

    [Fact]
    public async Task A_view_and_the_columns_it_read_come_back()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        var (runs, marts) = await PublishAsync(test, 1);
        test.ChangeSql("product/daily_sales.sql", "sum(amount) as revenue\nfrom fact_orders\ngroup by placed_on",
            "1 as revenue from days group by placed_on");
        test.WriteSql("core/days.sql", "select distinct placed_on from orders");
        test.ChangeSql("core/fact_orders.sql", "amount, placed_on", "amount");
        test.WriteSql("core/core.yml",
            "models: [{name: fact_orders, config: {materialized: incremental, unique_key: order_id}}]");
        var changed = await test.RunAsync();
        Assert.Equal((RunState.Published, null), (changed.State, changed.Message));
        Assert.Contains("product.daily_sales: 2021-02-11,1,1", await test.MartsAsync());

        await RollBackAsync(test, null, runs[0]);

        Assert.Equal(marts[0], await test.MartsAsync());
        Assert.Equal(RunState.Published, (await test.RunAsync()).State);
        Assert.Contains("product.daily_sales: 2021-02-11,1,1", await test.MartsAsync());
    }

    [Fact]
    public async Task A_snapshot_older_than_the_new_tables_holds_publishing_up_and_is_named()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        await PublishAsync(test, 1);
        await using var reader = await test.Database.Warehouse.ConnectAsync(default);
        await ExecuteAsync(reader, "set application_name = 'monthly report'");
        await ExecuteAsync(reader, "begin isolation level repeatable read");
        await ExecuteAsync(reader, "select count(*) from staging.users");
        var marts = await test.MartsAsync();

        test.Put("2021-03-28/users.csv", "user_id,name,city\n91,Flo,Rome\n");
        test.WriteSql("core/user_names.sql", "select user_id, name from users");
        var run = await BuildAsync(test);
        var plan = await new RunPlan(test.Database.Warehouse, test.Project.Catalogue).ReadAsync(run.RunId, default);
        var publisher = new Publisher(test.Database.Warehouse, TimeProvider.System, TimeSpan.Zero);
        var conflict = await Assert.ThrowsAsync<PublishConflictException>(
            () => publisher.PublishAsync(plan, run.RunId, run, (_, _) => Task.CompletedTask, default));

        Assert.True(conflict.IsBlocked);
        Assert.Contains("a transaction that is older than the new versions would find them empty: process ",
            conflict.Message, StringComparison.Ordinal);
        Assert.Contains(", monthly report) in a transaction since ", conflict.Message, StringComparison.Ordinal);
        Assert.Contains("select count(*) from staging.users", conflict.Message, StringComparison.Ordinal);
        Assert.Equal(marts, await test.MartsAsync());
        Assert.Equal(4L, await ExecuteAsync(reader, "select count(*) from core.dim_users"));

        // A transaction of another test that is still writing makes a new snapshot look old: then once more.
        for (var isPublished = false; !isPublished;)
        {
            await ExecuteAsync(reader, "rollback");
            await ExecuteAsync(reader, "begin isolation level repeatable read; select 1");
            isPublished = await Record.ExceptionAsync(() => publisher.PublishAsync(
                plan, run.RunId, run, (_, _) => Task.CompletedTask, default)) is null;
        }
        // It began before the publication and looks at the marts only now.
        Assert.Equal(5L, await ExecuteAsync(reader, "select count(*) from core.dim_users"));
    }

    private static async Task<RunLease> BuildAsync(TestWarehouse test)
    {
        var lease = await test.Database.StartAsync();
        var steps = new RunSteps(test.Database.Warehouse, test.Store, test.Project, TimeProvider.System, []);
        await steps.ExecuteAsync(new RunStep(StepKind.Discover, lease), default);
        await steps.ExecuteAsync(new RunStep(StepKind.Load, lease, "users"), default);
        var plan = (PlanResult)await steps.ExecuteAsync(new RunStep(StepKind.Plan, lease), default);
        foreach (var node in plan.Models.Where(node => node.IsBuilt))
        {
            await steps.ExecuteAsync(new RunStep(StepKind.Build, lease, node.Model), default);
        }
        return lease;
    }

    /// <summary>Runs over rows that are added and changed every day; each run's number and what it showed.</summary>
    private static async Task<(List<long> Runs, List<List<string>> Marts)> PublishAsync(TestWarehouse test, int days)
    {
        var (runs, marts) = (new List<long>(), new List<List<string>>());
        for (var day = 1; day <= days; day++)
        {
            test.Put($"2021-03-0{day}/users.csv", $"user_id,name,city\n{10 + day},New,Town {day}\n1,Ana,City {day}\n");
            test.Put($"2021-03-0{day}/orders.csv",
                $"order_id,user_id,amount,placed_on\n{20 + day},1,{day},2021-03-0{day}\n10,1,{day},2021-02-10\n");
            var report = await test.RunAsync();
            Assert.Equal((RunState.Published, null), (report.State, report.Message));
            runs.Add(report.RunId);
            marts.Add(await test.MartsAsync());
        }
        return (runs, marts);
    }

    private static async Task RollBackAsync(TestWarehouse test, long? run, long expected)
    {
        var outcome = await test.Pipeline().RollbackAsync(run, default);
        Assert.Equal(
            (RunState.Unchanged,
                $"Readers see run {expected} again, as it was published. The next run builds from the data that is "
                + $"in staging: fix the cause first."),
            (outcome.State, outcome.Message));
        Assert.Equal(expected, (await new RunReports(test.Database.Warehouse).LiveAsync(default))!.RunId);
    }

    private static async Task<object?> ExecuteAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync();
    }
}
