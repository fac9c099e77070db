using Greenery.Models;
using Greenery.Models.Building;
using Greenery.Models.Planning;
using Greenery.Tests.Support;
using Greenery.Warehouse;
using Npgsql;

namespace Greenery.Tests.Models;

public sealed class ModelBuilderTests(TestDatabase database) : IClassFixture<TestDatabase>, IAsyncLifetime
{
    public Task InitializeAsync() => database.RunAsync(
        """
        drop schema if exists staging, warehouse, core cascade;
        create schema staging; create schema warehouse; create schema core;
        truncate ops.run, ops.lease, ops.live, ops.model_table, ops.run_model, ops.source_state cascade;
        create table staging.orders (
            order_id integer, user_id integer, amount numeric, ordered_on date, tags jsonb, _load_seq bigint
        );
        """);

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task A_model_becomes_a_table_and_a_view_of_the_run()
    {
        using var folder = new ProjectFolder(("core/a.sql", "select order_id from orders -- and that is it"));
        await LoadAsync("(1, 1, 5, '2026-11-20'), (2, 1, 6, '2026-11-21')");
        var lease = await database.StartAsync();

        var plan = await BuildAsync(folder, lease);

        Assert.Equal([1, 2], await database.ListAsync<int>($"select order_id from run_{lease.RunId}.a order by 1"));
        Assert.Equal(2,
            await database.ValueAsync<long>(
            $"select row_count from ops.model_table where table_name = '{plan[0].TableName}'"));
        Assert.Equal(
            "2 t t",
            await database.ValueAsync<string>("select format('%s %s %s', row_count, started_at is not null, "
                + "finished_at is not null) from ops.run_model"));
    }

    [Fact]
    public async Task A_step_that_is_delivered_twice_builds_once()
    {
        using var folder =
            new ProjectFolder(("core/a.sql", "select order_id, clock_timestamp() as built_at from orders"));
        await LoadAsync("(1, 1, 5, '2026-11-20')");
        var lease = await database.StartAsync();
        var plan = await BuildAsync(folder, lease);
        var builtAt = await database.ValueAsync<DateTime>($"select built_at from run_{lease.RunId}.a");

        var rows = await new ModelBuilder(database.Warehouse).BuildAsync(plan[0], lease, default);

        Assert.Equal(1, rows);
        Assert.Equal(builtAt, await database.ValueAsync<DateTime>($"select built_at from run_{lease.RunId}.a"));
    }

    [Fact]
    public async Task A_model_reads_its_own_runs_versions_of_models()
    {
        using var folder = new ProjectFolder(
            ("core/a.sql", "select order_id from orders"), ("core/b.sql", "select count(*)::integer as n from a"),
            ("core/c.sql", "select n from b"), ("core/core.yml", "models: [{name: c, config: {materialized: view}}]"));
        await LoadAsync("(1, 1, 5, '2026-11-20')");
        await PublishAsync(folder);
        await LoadAsync("(2, 1, 5, '2026-11-21')");
        var lease = await database.StartAsync();

        await BuildAsync(folder, lease);

        Assert.Equal(2, await database.ValueAsync<int>($"select n from run_{lease.RunId}.c"));
        Assert.Equal(1, await database.ValueAsync<int>("select n from core.c"));
    }

    [Theory]
    [InlineData("", "orders")]
    [InlineData("materialized: incremental, unique_key: order_id, ", "orders where _load_seq > :since")]
    public async Task Indexes_of_the_configuration_are_built(string config, string from)
    {
        using var folder = new ProjectFolder(
            ("core/b.sql", $"select order_id, user_id, tags from {from}"),
            ("core/core.yml", $"models: [{{name: b, config: {{{config}indexes: [{{columns: [user_id, order_id]}}, "
                + "{columns: [tags], type: gin}]}}]"));
        await LoadAsync("(1, 1, 5, '2026-11-20')");
        var lease = await database.StartAsync();

        var plan = await BuildAsync(folder, lease);

        Assert.Equal(
            ["USING btree (user_id, order_id)", "USING gin (tags)"],
            await database.ListAsync<string>("select substring(indexdef, 'USING .*') from pg_indexes where tablename = "
                + $"'{plan[0].TableName}' and indexdef not like '%\\_r%' and indexdef not like '% WHERE %' "
                + "order by 1"));
    }

    [Fact]
    public async Task SQL_that_fails_leaves_no_table()
    {
        using var folder = new ProjectFolder(("core/a.sql", "select 1 / (order_id - 1) as x from orders"));
        await LoadAsync("(1, 1, 5, '2026-11-20')");

        var exception = await Assert.ThrowsAsync<PostgresException>(async () =>
            await BuildAsync(folder, await database.StartAsync()));

        Assert.Equal(PostgresErrorCodes.DivisionByZero, exception.SqlState);
        await AssertNothingBuiltAsync();
    }

    [Fact]
    public async Task A_lost_lease_leaves_no_table()
    {
        using var folder = new ProjectFolder(("core/a.sql", "select order_id from orders"));
        var lease = await database.StartAsync();
        var plan = await new RunPlan(database.Warehouse, folder.Catalogue()).MakeAsync(lease, false, default);
        await database.TakeOverAsync(lease);

        await Assert.ThrowsAsync<LeaseLostException>(() =>
            new ModelBuilder(database.Warehouse).BuildAsync(plan[0], lease, default));

        await AssertNothingBuiltAsync();
    }

    [Fact]
    public async Task A_plan_of_a_lost_lease_is_not_written()
    {
        using var folder = new ProjectFolder(("core/a.sql", "select order_id from orders"));
        var lease = await database.StartAsync();
        await database.TakeOverAsync(lease);

        await Assert.ThrowsAsync<LeaseLostException>(
            () => new RunPlan(database.Warehouse, folder.Catalogue()).MakeAsync(lease, false, default));

        Assert.Equal(0, await database.ValueAsync<long>("select count(*) from ops.run_model"));
        Assert.False(await database.ValueAsync<bool>($"select to_regnamespace('run_{lease.RunId}') is not null"));
    }

    [Theory]
    [InlineData(
        "incremental_strategy: append",
        "select order_id, user_id, amount from orders where _load_seq > :since")]
    [InlineData(
        "unique_key: user_id",
        "select user_id, sum(amount) as total from orders where user_id in (select user_id from orders where "
        + "_load_seq > :since) group by user_id")]
    [InlineData(
        "unique_key: [user_id, ordered_on]",
        "select user_id, ordered_on, max(amount) as top from orders where (user_id, ordered_on) in (select "
        + "user_id, ordered_on from orders where _load_seq > :since) group by 1, 2")]
    [InlineData(
        "incremental_strategy: replace_window, window: ordered_on",
        "select ordered_on, user_id, count(*) as n from orders where ordered_on in (select ordered_on from "
        + "orders where _load_seq > :since) group by 1, 2")]
    [InlineData(
        "incremental_strategy: replace_window, window: ordered_on",
        "select ordered_on, user_id, count(*) as n from orders where exists (select from orders as new where "
        + "new.ordered_on is not distinct from orders.ordered_on and new._load_seq > :since) group by 1, 2")]
    [InlineData(
        "unique_key: [user_id, ordered_on]",
        "select user_id, ordered_on, max(amount) as top from orders where exists (select from orders as new "
        + "where (new.user_id, new.ordered_on) is not distinct from (orders.user_id, orders.ordered_on) and "
        + "new._load_seq > :since) group by 1, 2")]
    [InlineData(
        "incremental_strategy: replace_window, window: ordered_on",
        "select order_id, amount, ordered_on from orders where _load_seq > :since")]
    [InlineData(
        "incremental_strategy: replace_window, window: ordered_on, unique_key: order_id",
        "with fresh as (select * from orders where :since < _load_seq) select ordered_on, count(*) as order_id from "
        + "fresh group by 1")]
    [InlineData(
        "incremental_strategy: replace_window, window: ordered_on",
        "select order_id, ordered_on from orders where order_id in (select order_id from orders where _load_seq > "
        + ":since)")]
    [InlineData(
        "unique_key: user_id",
        "select user_id, sum(amount) as total from orders where _load_seq > :since group by user_id")]
    [InlineData(
        "unique_key: user_id",
        "select distinct on (user_id) user_id, amount from orders where _load_seq > :since order by user_id, amount")]
    [InlineData(
        "unique_key: [order_id]",
        "select order_id, row_number() over (partition by user_id order by amount) as n from orders where user_id in "
        + "(select user_id from orders where _load_seq > :since)")]
    public async Task Increments_come_to_the_same_as_one_full_build(string config, string sql)
    {
        using var folder = new ProjectFolder(
            ("core/a.sql", sql),
            ("core/core.yml", $"models: [{{name: a, config: {{materialized: incremental, {config}}}}}]"));
        string[] loads =
        [
            "(1, 1, 5, '2026-11-20'), (2, 1, 6, '2026-11-21'), (3, 2, 7, null)",
            "(4, 1, 50, '2026-11-21'), (5, 3, 8, '2026-11-22'), (6, null, 1, '2026-11-20')",
            "(7, 3, 9, '2026-11-22'), (8, 2, 70, null), (9, null, 3, '2026-11-20')",
        ];
        foreach (var load in loads)
        {
            await LoadAsync(load);
            var lease = await database.StartAsync();
            var plan = await BuildAsync(folder, lease);
            Assert.Equal(load != loads[0], plan[0].IsDelta);
            await AssertLikeFullBuildAsync($"run_{lease.RunId}.a", plan[0].Model);

            await database.PublishAsync(plan, lease);

            await AssertLikeFullBuildAsync("core.a", plan[0].Model);
            Assert.Equal(
                await database.ValueAsync<long>("select count(*) from core.a"),
                await database.ValueAsync<long>("select row_count from ops.live where model = 'a'"));
        }
    }

    [Fact]
    public async Task A_row_that_moves_to_another_window_leaves_the_old_one_where_the_model_names_its_key()
    {
        using var folder = new ProjectFolder(
            ("core/a.sql", "select order_id, user_id, ordered_on from orders where _load_seq > :since"),
            ("core/core.yml", "models: [{name: a, config: {materialized: incremental, incremental_strategy: "
                + "replace_window, window: ordered_on, unique_key: order_id}}]"));
        await LoadAsync("(1, 1, 5, '2026-11-20'), (2, 1, 6, '2026-11-20')");
        await PublishAsync(folder);
        await database.RunAsync("delete from staging.orders where order_id = 2");
        await LoadAsync("(2, 1, 6, '2026-11-21')");
        await PublishAsync(folder);

        Assert.Equal(["1 1 2026-11-20", "2 1 2026-11-21"],
            await database.ListAsync<string>(
                "select order_id || ' ' || user_id || ' ' || ordered_on from core.a order by 1"));
    }

    [Theory]
    [InlineData("_load_seq = :since", "= :since")]
    [InlineData("_load_seq <= :since", "<= :since")]
    [InlineData(":since > _load_seq", ":since >")]
    [InlineData(":since <> _load_seq", ":since <>")]
    [InlineData("_load_seq > :since", null)]
    [InlineData("_load_seq >= :since", null)]
    [InlineData(":since = 0 or _load_seq > :since", null)]
    public void A_condition_that_no_whole_window_fulfils_is_refused(string condition, string? asked)
    {
        using var folder = new ProjectFolder(
            ("core/a.sql", $"select order_id, ordered_on\nfrom orders\nwhere {condition}"),
            ("core/core.yml", "models: [{name: a, config: {materialized: incremental, incremental_strategy: "
                + "replace_window, window: ordered_on}}]"));

        var found = folder.Diagnostics();

        Assert.Equal(asked is null ? 0 : 1, found.Count);
        Assert.All(found, fault => Assert.Contains(
            $"core.a asks '{asked}' (sql/core/a.sql:3), which leaves rows out where :since is 0", fault,
            StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("partition by user_id order by amount", "_load_seq > :since", true)]
    [InlineData("order by order_id", "_load_seq > :since", true)]
    [InlineData("partition by order_id order by amount", "_load_seq > :since", false)]
    [InlineData("partition by user_id",
        "user_id in (select user_id from orders where _load_seq > :since)", false)]
    public void A_window_function_over_rows_of_other_keys_is_refused(string over, string condition, bool isRefused)
    {
        using var folder = new ProjectFolder(
            ("core/a.sql", $"select order_id, row_number() over ({over}) as n from orders where {condition}"),
            ("core/core.yml", "models: [{name: a, config: {materialized: incremental, unique_key: order_id}}]"));

        Assert.Equal(isRefused, folder.Diagnostics().Any(fault => fault.Contains(
            "core.a has a window function over rows of other keys than the new ones", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Increments_of_a_run_that_was_not_published_leave_no_trace()
    {
        using var folder = new ProjectFolder(
            ("core/a.sql", "select user_id, sum(amount) as total from orders where user_id in "
                + "(select user_id from orders where _load_seq > :since) group by user_id"),
            ("core/core.yml", "models: [{name: a, config: {materialized: incremental, unique_key: user_id}}]"));
        await LoadAsync("(1, 1, 5, '2026-11-20'), (2, 2, 6, '2026-11-20')");
        await PublishAsync(folder);
        var live = await RowsAsync("core.a");
        await LoadAsync("(3, 1, 50, '2026-11-21'), (4, 3, 7, '2026-11-21')");
        await BuildAsync(folder, await database.StartAsync());

        Assert.Equal(live, await RowsAsync("core.a"));

        await database.RunAsync("delete from staging.orders where order_id = 4");
        await LoadAsync("(5, 1, 500, '2026-11-22')");
        await PublishAsync(folder);

        Assert.Equal(["1 555", "2 6"], await RowsAsync("core.a"));
        Assert.Equal(2, await database.ValueAsync<long>("select row_count from ops.live where model = 'a'"));
    }

    [Fact]
    public async Task A_row_that_is_deleted_takes_the_one_with_its_key_away()
    {
        using var folder = new ProjectFolder(
            ("core/a.sql", "select user_id, amount, amount < 0 as _deleted from orders where _load_seq > :since"),
            ("core/core.yml", "models: [{name: a, config: {materialized: incremental, unique_key: user_id}}]"));
        await LoadAsync("(1, 1, 5, '2026-11-20'), (2, 2, 6, '2026-11-20'), (3, 3, -1, '2026-11-20')");
        await PublishAsync(folder);
        Assert.Equal(["1 5", "2 6"], await RowsAsync("core.a"));

        await LoadAsync("(4, 1, -1, '2026-11-21'), (5, 9, -1, '2026-11-21'), (6, 3, 7, '2026-11-21')");
        await PublishAsync(folder);

        Assert.Equal(["2 6", "3 7"], await RowsAsync("core.a"));
        Assert.Equal(2, await database.ValueAsync<long>("select row_count from ops.live where model = 'a'"));
    }

    /// <summary>The first two columns.</summary>
    private Task<List<string>> RowsAsync(string view) =>
        database.ListAsync<string>($"select format('%s %s', x.a, x.b) from {view} as x (a, b) order by 1");

    private async Task AssertLikeFullBuildAsync(string view, Model model)
    {
        var columns = string.Join(", ", await database.ListAsync<string>(
            $"select attname::text from pg_attribute where attrelid = '{view}'::regclass and attnum > 0 order by "
                + $"attnum"));
        var rows = $"select array_agg(x::text order by x::text)::text from (select {columns} from {{0}}) as x";
        Assert.Equal(
            await database.ValueAsync<string>(
                $"set search_path to staging; {string.Format(null, rows, $"({model.SqlSince(0)}) as a")}"),
            await database.ValueAsync<string>(string.Format(null, rows, view)));
    }

    private async Task AssertNothingBuiltAsync()
    {
        Assert.Equal(0,
            await database.ValueAsync<long>(
            "select count(*) from pg_class where relnamespace = 'warehouse'::regnamespace"));
        Assert.Equal(0, await database.ValueAsync<long>("select count(*) from ops.model_table"));
        Assert.Equal(
            0, await database.ValueAsync<long>("select count(*) from ops.run_model where started_at is not null"));
    }

    /// <summary>Rows of order_id, user_id, amount, ordered_on arrive.</summary>
    private Task LoadAsync(string rows) => database.RunAsync(
        $"""
        insert into staging.orders (order_id, user_id, amount, ordered_on, _load_seq)
        select column1, column2, column3, column4::date, coalesce((select max(_load_seq) from staging.orders), 0) + 1
        from (values {rows}) as x;
        insert into ops.source_state select 'orders', max(_load_seq) from staging.orders
        on conflict (table_name) do update set load_seq = excluded.load_seq
        """);

    private async Task PublishAsync(ProjectFolder folder)
    {
        var lease = await database.StartAsync();
        await database.PublishAsync(await BuildAsync(folder, lease), lease);
    }

    private async Task<IReadOnlyList<PlannedModel>> BuildAsync(ProjectFolder folder, RunLease lease)
    {
        var plan = await new RunPlan(database.Warehouse, folder.Catalogue()).MakeAsync(lease, false, default);
        foreach (var planned in plan.Where(planned => planned.Action == ModelAction.Build))
        {
            await new ModelBuilder(database.Warehouse).BuildAsync(planned, lease, default);
        }
        return plan;
    }
}
