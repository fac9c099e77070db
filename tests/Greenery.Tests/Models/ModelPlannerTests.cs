using Greenery.Models.Building;
using Greenery.Models.Planning;
using Greenery.Tests.Support;
using Greenery.Warehouse;

namespace Greenery.Tests.Models;

/// <summary>What a run decides to do, day after day: builds, then publishes, then looks again.</summary>
public sealed class ModelPlannerTests(TestDatabase database) : IClassFixture<TestDatabase>, IAsyncLifetime, IDisposable
{
    private readonly ProjectFolder _folder = new(
        ("core/buyers.sql", "select user_id, count(*) as orders from orders group by user_id"),
        ("core/people.sql", "select user_id, email from users"),
        ("core/blend.sql", "select * from buyers join people using (user_id)"),
        ("core/shown.sql", "select * from people"),
        ("core/facts.sql", "select order_id, amount from orders where _load_seq > :since"),
        ("core/core.yml",
            """
            models:
              - {name: facts, config: {materialized: incremental, unique_key: order_id}}
              - {name: shown, config: {materialized: view}}
            """));

    public async Task InitializeAsync()
    {
        await database.RunAsync(
            """
            drop schema if exists staging, warehouse, core cascade;
            create schema staging; create schema warehouse; create schema core;
            truncate ops.run, ops.lease, ops.live, ops.model_table, ops.run_model, ops.source_state cascade;
            create table staging.orders (order_id integer, user_id integer, amount numeric, _load_seq bigint);
            create table staging.users (user_id integer, email text, _load_seq bigint);
            """);
        await SetSourceAsync("orders", 1);
        await SetSourceAsync("users", 2);
    }

    public Task DisposeAsync() => Task.CompletedTask;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task At_first_everything_is_new()
    {
        Assert.Equal(
            ["buyers Build new", "facts Build new", "people Build new", "blend Build new", "shown Build new"],
            await PlanAsync());
    }

    [Fact]
    public async Task With_nothing_new_nothing_is_built()
    {
        await PublishAsync();

        Assert.All(await PlanAsync(), line => Assert.EndsWith(" Reuse unchanged", line, StringComparison.Ordinal));
    }

    [Fact]
    public async Task New_rows_of_a_source_concern_its_readers_and_theirs_only()
    {
        await PublishAsync();
        await SetSourceAsync("users", 3);

        Assert.Equal(
            [
                "buyers Reuse unchanged", "facts Reuse unchanged", "people Build new rows in users",
                "blend Build changed people",
                "shown Build changed people",
            ],
            await PlanAsync());
    }

    [Fact]
    public async Task An_incremental_model_computes_what_is_new_since_it_was_published()
    {
        await PublishAsync();
        await SetSourceAsync("orders", 5);

        var planned = (await PlannedAsync()).First(planned => planned.Model.Name == "facts");

        Assert.Equal(
            (ModelAction.Build, true, 2L, 5L), (planned.Action, planned.IsDelta, planned.Since, planned.Until));
        Assert.Equal(await database.ValueAsync<string>("select table_name from ops.live where model = 'facts'"),
            planned.TableName);
    }

    [Fact]
    public async Task Changed_SQL_or_config_of_an_incremental_model_builds_it_in_full()
    {
        await PublishAsync();
        _folder.Write("core/facts.sql", "select order_id, amount + 1 as amount from orders where _load_seq > :since");

        var planned = (await PlannedAsync()).First(planned => planned.Model.Name == "facts");

        Assert.Equal(("changed SQL", false, 0L), (planned.Reason, planned.IsDelta, planned.Since));
    }

    [Fact]
    public async Task What_asks_for_the_time_is_built_in_full_by_each_run_with_what_reads_it()
    {
        _folder.Write("core/people.sql", "select user_id, email from users where now() > date '2021-01-01'");
        _folder.Write("core/facts.sql",
            "select order_id, amount from orders where _load_seq > :since and ordered_on > current_date - 30");
        await database.RunAsync("alter table staging.orders add ordered_on date");
        await PublishAsync();

        Assert.Equal(
            [
                "buyers Reuse unchanged", "facts Build evaluated by each run: uses current_date",
                "people Build evaluated by each run: uses now()", "blend Build changed people",
                "shown Build changed people",
            ],
            await PlanAsync());
        await SetSourceAsync("orders", 9);
        Assert.DoesNotContain(await PlannedAsync(), planned => planned.IsDelta);
    }

    [Fact]
    public async Task A_full_refresh_builds_everything_in_full_into_tables_of_its_own()
    {
        await PublishAsync();

        var plan = await PlannedAsync(isFullRefresh: true);

        Assert.All(plan, planned => Assert.Equal(
            (ModelAction.Build, "full refresh", false, 0L),
            (planned.Action, planned.Reason, planned.IsDelta, planned.Since)));
        Assert.Empty(plan.Select(planned => planned.TableName)
            .Intersect(await database.ListAsync<string>("select table_name from ops.live")));
    }

    [Fact]
    public async Task What_was_built_by_a_run_that_was_not_published_is_not_built_again()
    {
        var lease = await database.StartAsync();
        await BuildAsync(lease);

        Assert.Equal(
            ["buyers Reuse built before", "facts Reuse built before", "people Reuse built before",
                "blend Reuse built before"],
            (await PlanAsync()).Where(line => !line.StartsWith("shown", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_table_that_was_dropped_by_hand_is_built_again()
    {
        await PublishAsync();
        var table = await database.ValueAsync<string>("select table_name from ops.live where model = 'buyers'");
        await database.RunAsync($"drop table warehouse.{table} cascade");

        Assert.StartsWith("buyers Build ", (await PlanAsync())[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_preview_takes_sources_for_changed_that_are_about_to_be()
    {
        await PublishAsync();
        var plan = await new RunPlan(database.Warehouse, _folder.Catalogue())
            .PreviewAsync(new HashSet<string> { "orders" }, false, default);

        Assert.Equal(
            ["buyers new rows in orders", "facts new rows in orders", "people unchanged", "blend changed buyers",
                "shown unchanged"],
            plan.Select(planned => $"{planned.Model.Name} {planned.Reason}"));
    }

    [Fact]
    public async Task A_plan_is_made_once_and_kept()
    {
        var lease = await database.StartAsync();
        var plans = new RunPlan(database.Warehouse, _folder.Catalogue());
        var first = await plans.MakeAsync(lease, false, default);
        await SetSourceAsync("orders", 9);

        Assert.Equal(first.Select(Line), (await plans.MakeAsync(lease, false, default)).Select(Line));
        Assert.Equal(first.Select(Line), (await plans.ReadAsync(lease.RunId, default)).Select(Line));
    }

    private static string Line(PlannedModel planned) =>
        $"{planned.Model} {planned.Action} {planned.Reason} {planned.Fingerprint} {planned.TableName} "
        + $"{planned.Version} {planned.IsDelta} {planned.Since} {planned.Until}";

    private async Task<List<string>> PlanAsync() =>
        [.. (await PlannedAsync()).Select(planned => $"{planned.Model.Name} {planned.Action} {planned.Reason}")];

    private async Task<List<PlannedModel>> PlannedAsync(bool isFullRefresh = false)
    {
        await using var connection = await database.Warehouse.ConnectAsync(default);
        var catalogue = _folder.Catalogue();
        return ModelPlanner.Plan(
            catalogue, await WarehouseState.ReadAsync(connection, catalogue, default), runId: 99, isFullRefresh);
    }

    private async Task PublishAsync()
    {
        var lease = await database.StartAsync();
        var plan = await BuildAsync(lease);
        await database.PublishAsync(plan, lease);
    }

    private async Task<IReadOnlyList<PlannedModel>> BuildAsync(RunLease lease)
    {
        var plan = await new RunPlan(database.Warehouse, _folder.Catalogue()).MakeAsync(lease, false, default);
        foreach (var planned in plan.Where(planned => planned.Action == ModelAction.Build))
        {
            await new ModelBuilder(database.Warehouse).BuildAsync(planned, lease, default);
        }
        return plan;
    }

    private Task SetSourceAsync(string table, long sequence) => database.RunAsync(
        $"insert into ops.source_state values ('{table}', {sequence}) on conflict (table_name) do update set "
            + $"load_seq = excluded.load_seq");
}
