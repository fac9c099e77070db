using System.Text.Json;
using Greenery.Hosting;
using Greenery.Reports;
using Greenery.Runs;
using Greenery.Tests.Support;
using Greenery.Warehouse;
using Greenery.Workshop;

namespace Greenery.Tests.Runs;

/// <summary>What a try does (<c>greenery run --no-publish</c>), and what it leaves alone.</summary>
public sealed class TriedRunTests
{
    private const string NextDay = "2021-02-13";
    private const string NewUsers = "user_id,name,city\n2,Bo,Lund\n4,Ed,Oslo\n";

    [Fact]
    public async Task A_try_changes_nothing_that_readers_and_operators_see()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        await test.RunAsync();
        test.Put($"{NextDay}/orders.csv", "order_id,user_id,amount,placed_on\n10,1,6,2021-02-10\n13,3,2,2021-02-13\n");
        await test.RunAsync();
        var time = new SetTime("2021-02-13 06:00");
        var host = new TestPipelineHost(test, time);
        await (await host.AlertingAsync(default)).CheckAsync(default);
        test.PostRunActions = [new Unwanted(StepKind.Report), new Unwanted(StepKind.Tell)];
        var tables = await test.ModelTablesAsync();
        var (before, seen) = (await test.OthersSeeAsync(tables), await OperatorsSeeAsync(test, host));

        test.Put("2021-02-14/users.csv", NewUsers);
        test.ChangeSql("core/dim_users.sql", "select user_id, name, city", "select user_id, name, upper(city) as city");
        test.ChangeSql("core/fact_orders.sql", "amount,", "amount * 2 as amount,");
        var tried = await test.TryAsync("dim_users+", "fact_orders+");
        test.ChangeSql("core/core.yml", "min_value: 0", "min_value: 15");
        var failed = await test.TryAsync("fact_orders+");
        await (await host.AlertingAsync(default)).CheckAsync(default);

        Assert.Equal((RunState.Tried, RunTrigger.Try, null), (tried.State, tried.StartedBy, tried.Message));
        Assert.Equal((3, RunState.ChecksFailed), (tried.RunId, failed.State));
        Assert.StartsWith("core.fact_orders.amount.accepted_range", Assert.Single(failed.Checks, check =>
            check.RowsFailing > 0).Id, StringComparison.Ordinal);
        Assert.Equal(before, await test.OthersSeeAsync(tables));
        Assert.Equal(seen, await OperatorsSeeAsync(test, host));
        // It is there for who tries it.
        Assert.Equal("LISBON", await test.ValueAsync<string>("select city from run_3.dim_users where user_id = 1"));
        Assert.Equal(["12.00", "14.00", "18.00", "4.00"], await test.ListAsync(
            "select amount::text from run_3.fact_orders order by order_id"));
        Assert.Equal("32.00", await test.ValueAsync<string>(
            "select revenue::text from run_3.daily_sales where placed_on = '2021-02-11'"));
    }

    [Fact]
    public async Task Models_that_are_not_selected_are_read_as_readers_see_them_and_not_checked()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        await test.RunAsync();
        test.ChangeSql("core/dim_users.sql", "select user_id, name, city", "select user_id, name, upper(city) as city");
        test.ChangeSql("marketing/fact_user_orders.sql", "count(*)", "count(*) + 100");

        var report = await test.TryAsync("fact_user_orders");

        Assert.Equal(RunState.Tried, report.State);
        Assert.Equal(
            ["dim_users Reuse not selected", "fact_orders Reuse not selected", "daily_sales Reuse not selected",
                "fact_user_orders Build changed SQL"],
            report.Models.Select(model => $"{model.Model} {model.Action} {model.Reason}"));
        Assert.Empty(report.Checks);
        Assert.Equal(["1 Lisbon 102", "2 Malmo 101"], await test.ListAsync(
            "select concat_ws(' ', user_id, city, total_orders) from run_2.fact_user_orders order by 1"));
    }

    [Fact]
    public async Task Views_of_what_is_tried_and_checks_of_others_that_compare_with_it_belong_to_it()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        test.ChangeSql("core/core.yml", "data_tests: [unique, not_null]\n      - name: amount",
            "data_tests: [unique, not_null]\n      - name: user_id\n        data_tests:\n          - relationships: "
            + "{to: ref('dim_users'), field: user_id}\n      - name: amount");
        await test.RunAsync();
        test.ChangeSql("core/dim_users.sql", "from users", "from users where user_id > 1");
        test.ChangeSql("core/fact_orders.sql", "amount,", "amount + 1 as amount,");

        var users = await test.TryAsync("dim_users");
        var orders = await test.TryAsync("fact_orders");

        Assert.Equal(RunState.ChecksFailed, users.State);
        Assert.Equal(["core.fact_orders.user_id.relationships", "core.dim_users.user_id.not_null",
            "core.dim_users.user_id.unique"], users.Checks.Select(check => check.Id));
        Assert.Equal(RunState.Tried, orders.State);
        Assert.Equal(["fact_orders", "daily_sales"],
            orders.Models.Where(model => !model.IsNotSelected).Select(model => model.Model));
        Assert.Equal("18.00", await test.ValueAsync<string>("select revenue::text from run_3.daily_sales "
            + "where placed_on = '2021-02-11'"));
    }

    [Fact]
    public async Task A_check_is_tried_over_what_readers_see_when_nothing_else_has_changed()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        await test.RunAsync();
        test.ChangeSql("core/core.yml", "min_value: 0", "min_value: 6");

        var report = await test.TryAsync("fact_orders");

        Assert.Equal((RunState.ChecksFailed, 0),
            (report.State, report.Models.Count(model => model.Action == Greenery.Models.Planning.ModelAction.Build)));
        Assert.StartsWith("accepted_range on core.fact_orders.amount: ", report.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_it_cannot_build_is_refused_with_file_and_what_to_do()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        var empty = await test.TryAsync("fact_user_orders");
        Assert.Equal((RunState.Refused, """
            sql/marketing/fact_user_orders.sql: reads core.dim_users, which is neither published yet nor selected. Select it too: --select +fact_user_orders.
            sql/marketing/fact_user_orders.sql: reads core.fact_orders, which is neither published yet nor selected. Select it too: --select +fact_user_orders.
            """), (empty.State, empty.Message));
        Assert.Equal("sql/core/dim_users.sql: reads staging.users, which is not there yet: no run has loaded a drop of "
            + "it, and a try loads nothing. Run 'greenery run' first.", (await test.TryAsync("dim_users")).Message);
        await test.RunAsync();
        test.ChangeSql("sources.yml", "- {name: city, data_type: text}", "- {name: city, data_type: text}\n"
            + "          - {name: phone, data_type: text}");
        test.ChangeSql("core/dim_users.sql", "city from", "city, phone from");

        var report = await test.TryAsync("dim_users");

        Assert.Equal(RunState.Refused, report.State);
        Assert.StartsWith("sql/core/dim_users.sql: PostgreSQL refuses it: ", report.Message, StringComparison.Ordinal);
        Assert.EndsWith(" Staging is as the last run left it: what came into the contract since is there after the "
            + "next run.", report.Message, StringComparison.Ordinal);
        var unknown = await Assert.ThrowsAsync<ConfigurationException>(() => test.TryAsync("dim_user+", "a,b"));
        Assert.Equal(
            "--select: 'dim_user' is no model; expected one of core.dim_users, core.fact_orders, "
            + "marketing.fact_user_orders, product.daily_sales. Did you mean 'dim_users'?\n--select: 'a,b' selects "
            + "nothing; expected a model (m), with all that read it (m+), with all that it reads (+m), or with both "
            + "(+m+). Several are separated by blanks, and give the models of all of them.",
            unknown.Message.ReplaceLineEndings("\n"));
    }

    [Fact]
    public async Task An_open_try_keeps_others_out_makes_way_for_the_schedule_and_is_not_resumed()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        await test.RunAsync();
        var start = Assert.IsType<RunStart.Started>(await test.Pipeline().StartAsync(
            new RunRequest { StartedBy = RunTrigger.Try, Selection = [] }, TimeSpan.FromMinutes(5), default));

        var other = await test.Pipeline().RunAsync(new RunRequest(), null, default);
        Assert.True(other.IsBusy);
        Assert.Contains("; it tries models and publishes nothing. One run at a time: ", other.Message,
            StringComparison.Ordinal);
        Assert.False(await test.ValueAsync<bool>(
            "select cancel_requested_at is not null from ops.run where run_id = 2"));
        await test.ExecuteAsync("insert into ops.scheduled_run (scheduled_at, business_date) "
            + "values ('2021-02-13 05:00Z', '2021-02-13')");
        var scheduled = new RunRequest
        {
            StartedBy = RunTrigger.Schedule, Date = new DateOnly(2021, 2, 13),
            ScheduledAt = new DateTimeOffset(2021, 2, 13, 5, 0, 0, TimeSpan.Zero),
        };
        for (var i = 0; i < 2; i++)
        {
            Assert.IsType<RunStart.Busy>(
                await test.Pipeline().StartAsync(scheduled, RunLease.SessionHeldLength, default));
        }
        Assert.Equal("t It was stopped for the scheduled run of 2021-02-13. Try again after it.",
            await test.ValueAsync<string>("select concat_ws(' ', cancel_requested_at is not null, "
                + "array_to_string(notes, '|')) from ops.run where run_id = 2"));
        var ended = await test.Pipeline().RunAsync(start.Lease, ShutdownBehavior.CancelRun, null, default);
        Assert.Equal(RunState.Cancelled, ended.State);

        // One whose process is gone is ended and not resumed, and settles no date.
        Assert.IsType<RunStart.Started>(await test.Pipeline().StartAsync(
            new RunRequest { StartedBy = RunTrigger.Try, Selection = [] }, TimeSpan.Zero, default));
        Assert.Equal((4, RunState.Unchanged), await StateOfAsync(test.RunAsync()));
        Assert.Equal(["failed Its process ended before the run did."],
            await test.ListAsync("select state || ' ' || message from ops.run where run_id = 3"));
    }

    [Fact]
    public async Task The_run_of_a_host_that_died_is_left_to_the_host()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        await using var dead = await StepwiseRun.StartAsync(test);
        await dead.DoUntilAsync(StepKind.Plan);
        await dead.DieAsync();
        test.ChangeSql("core/dim_users.sql", "from users", "from users where user_id > 1");

        var outcome = await test.Pipeline().RunAsync(
            new RunRequest { StartedBy = RunTrigger.Try, Selection = [] }, null, default);

        Assert.Equal((true, "Run 1 is not done: its process ended before it did. 'greenery run' resumes it; 'greenery "
            + "cancel' ends it."), (outcome.IsBusy, outcome.Message));
        Assert.Equal(["running"], await test.ListAsync("select state from ops.run"));
    }

    [Fact]
    public async Task Three_tries_are_kept_none_older_than_the_published_runs_and_what_readers_see_always()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        await test.RunAsync();
        var published = await test.ModelTablesAsync();
        for (var i = 1; i <= 4; i++)
        {
            test.WriteSql("core/dim_users.sql", $"select user_id, name, city || {i} as city from users\n");
            await test.TryAsync("dim_users");
        }
        await test.TryAsync("fact_user_orders");

        Assert.Equal(["run_4", "run_5", "run_6"], await test.SchemasAsync());
        Assert.Equal(published.Count + 3, (await test.ModelTablesAsync()).Count);
        Assert.Superset(published.ToHashSet(), (await test.ModelTablesAsync()).ToHashSet());
        Assert.Contains("the tables of run 2 are not kept any more; 'greenery run --select dim_users --no-publish' "
            + "tries it again", await test.RefusalAsync(2), StringComparison.Ordinal);
        for (var day = 13; day <= 16; day++)
        {
            test.Put($"2021-02-{day}/users.csv", $"user_id,name,city\n{day},Di,Bonn\n");
            await test.RunAsync();
        }
        Assert.Empty(await test.SchemasAsync());
        Assert.Equal(0, await test.ValueAsync<long>("select count(*) from ops.model_table where built_by_run < 7 "
            + "and model = 'dim_users'"));
    }

    [Fact]
    public async Task A_try_is_compared_with_what_readers_see_and_with_another_try()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        await test.RunAsync();
        test.ChangeSql("core/fact_orders.sql", "amount,", "amount + 1 as amount,");
        await test.TryAsync("fact_orders+");
        test.ChangeSql("core/fact_orders.sql", "amount + 1", "amount + case order_id when 10 then 2 else 1 end");
        await test.TryAsync("fact_orders+");
        var diff = new VersionDiff(test.Database.Warehouse, test.Project.Catalogue);

        var results = await diff.RunAsync(test.Project.Catalogue.Models, [2], default);
        Assert.Equal(["core.dim_users ", "core.fact_orders 3", "marketing.fact_user_orders 0", "product.daily_sales 2"],
            results.Select(result => $"{result.Model} {result.Rows?.Changed}"));
        Assert.All(results, result => Assert.Equal((1L, 2L), (result.Before!.Value, result.After)));
        var tries = await diff.RunAsync([test.Project.Catalogue["fact_orders"]], [2, 3], default);
        Assert.Equal(1, tries[0].Rows!.Changed);
        Assert.Equal(
            "--run: there is no run 4; kept are the versions of runs 1, 2, 3.",
            (await Assert.ThrowsAsync<ConfigurationException>(() =>
                diff.RunAsync(test.Project.Catalogue.Models, [4], default))).Message);
    }

    private static async Task<(long, RunState)> StateOfAsync(Task<RunReport> run) =>
        ((await run).RunId, (await run).State);

    // By the project of the host, which is the one of before.
    private static async Task<List<string>> OperatorsSeeAsync(TestWarehouse test, TestPipelineHost host)
    {
        var reports = new RunReports(test.Database.Warehouse);
        return
        [
            JsonSerializer.Serialize(await reports.LastAsync(default)),
            JsonSerializer.Serialize(await reports.LiveAsync(default)),
            JsonSerializer.Serialize(await HealthReport.ReadAsync(host, default)),
            await new StateReport(test.Database.Warehouse, host.Project, host.Time).MakeAsync(null, default),
        ];
    }

    private sealed class Unwanted(StepKind kind) : IPostRunAction
    {
        public StepKind Kind => kind;

        public Task<DoneResult> ExecuteAsync(long runId, CancellationToken cancellationToken) =>
            throw new InvalidOperationException($"{kind} of run {runId}");
    }
}
