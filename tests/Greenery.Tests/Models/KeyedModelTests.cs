using Greenery.Checks;
using Greenery.Runs;
using Greenery.Tests.Support;

namespace Greenery.Tests.Models;

/// <summary>
/// Models by key: what a plan says, and what a run does with keys that are doubled, moved or rolled back.
/// </summary>
public sealed class KeyedModelTests
{
    private const string Spenders =
        """
        models:
          - name: spenders
            config:
              materialized: incremental
              incremental_strategy: by_key
              unique_key: user_id
              inputs: {orders: user_id, users: {lookup: user_id}}
            columns:
              - {name: total, data_tests: [{accepted_range: {max_value: 10, config: {severity: warn}}}]}
        """;

    [Theory]
    [InlineData(false)]
    // As tables of earlier versions are.
    [InlineData(true)]
    public async Task Replaced_rows_go_when_no_kept_run_shows_them_and_their_room_is_used_again_soon(bool isOld)
    {
        await using var test = await ShopAsync("select user_id, sum(amount) as total from orders "
            + "left join users using (user_id) group by user_id");
        if (isOld)
        {
            await test.ExecuteAsync($"alter table {await TableAsync(test)} reset "
                + "(autovacuum_vacuum_scale_factor, autovacuum_analyze_scale_factor)");
        }
        for (var day = 13; day <= 18; day++)
        {
            test.Put($"2021-02-{day}/orders.csv", $"order_id,user_id,amount,placed_on\n13,1,{day},2021-02-13\n");
            await test.RunAsync();
        }

        var table = await TableAsync(test);
        Assert.Equal(2, await test.ValueAsync<long>($"select count(*) from {table} where _removed_by is not null"));
        Assert.Equal("{autovacuum_vacuum_scale_factor=0.02,autovacuum_analyze_scale_factor=0.02}",
            await test.ValueAsync<string>($"select reloptions::text from pg_class where oid = '{table}'::regclass"));
    }

    [Fact]
    public async Task A_run_computes_touched_keys_and_keeps_what_is_as_it_was()
    {
        await using var test = await ShopAsync("select user_id, sum(amount) as total, count(name) as names from orders "
            + "left join users using (user_id) group by user_id");
        test.Put("2021-02-13/orders.csv", "order_id,user_id,amount,placed_on\n12,3,9,2021-02-11\n13,1,0,2021-02-13\n");

        var report = await test.RunAsync();

        Assert.Equal((RunState.Published, "new rows in orders"), (report.State, ReasonOf(report)));
        // The order went from user 2 to 3; user 1 got an order of nothing, which only counts a name.
        Assert.Equal(["1 12.00 3", "3 9.00 1"], await test.ListAsync(
            "select concat_ws(' ', user_id, total, names) from marketing.spenders order by 1"));
        Assert.Equal("2 2", await test.ValueAsync<string>(
            "select count(*) filter (where _run_id = 2) || ' ' || count(*) filter (where _removed_by = 2) from "
            + await TableAsync(test)));
    }

    [Fact]
    public async Task What_drops_said_of_a_key_is_found_by_an_index_once_a_model_reads_the_history_by_key()
    {
        const string ByKey = "select count(*) from pg_indexes where tablename = 'users_observation' and indexdef like "
            + "'%(user_id)'";
        await using var test = await TestWarehouse.OfTinyShopAsync();
        test.ChangeSql("sources.yml", "- name: users\n", "- name: users\n        config: {history: [city]}\n");
        test.WriteSql("marketing/moves.sql", "select user_id, valid_from, city from users_history");
        test.WriteSql("marketing/marketing.yml", """
            models:
              - name: moves
                config:
                  materialized: incremental
                  incremental_strategy: by_key
                  unique_key: [user_id, valid_from]
                  rebuild_key: user_id
                  inputs: {users_history: user_id}
            """);
        await test.RunAsync();
        Assert.Equal(0, await test.ValueAsync<long>(ByKey));
        test.Put("2021-02-13/users.csv", "user_id,name,city\n1,Ann,Turku\n");

        await test.RunAsync();

        Assert.Equal(1, await test.ValueAsync<long>(ByKey));
        Assert.Equal(2, await test.ValueAsync<long>("select count(*) from marketing.moves where user_id = 1"));
    }

    [Fact]
    public async Task What_cannot_be_followed_is_built_in_full_and_the_plan_says_why()
    {
        await using var test = await ShopAsync("select user_id, sum(amount) as total from orders left join users using "
            + "(user_id) left join dim_users using (user_id) group by user_id");
        test.Put("2021-02-13/users.csv", "user_id,name,city\n4,Di,Oslo\n");

        Assert.Equal("new rows in users; in full: dim_users is none of its inputs", ReasonOf(await test.RunAsync()));

        test.ChangeSql("marketing/marketing.yml", "users: {lookup: user_id}",
            "users: {lookup: user_id}, dim_users: user_id");
        Assert.Equal("changed SQL", ReasonOf(await test.RunAsync()));
        test.Put("2021-02-14/users.csv", "user_id,name,city\n4,Di,Rome\n");
        Assert.Equal("new rows in users", ReasonOf(await test.RunAsync()));
        await test.ExecuteAsync("update ops.run_model set read_versions = null");
        test.Put("2021-02-15/users.csv", "user_id,name,city\n4,Di,Bern\n");
        Assert.Equal(
            "new rows in users; in full: it is not known which version of dim_users it was built from",
            ReasonOf(await test.RunAsync()));
    }

    [Fact]
    public async Task Rows_that_were_doubled_by_mistake_go_when_the_mistake_does()
    {
        await using var test = await ShopAsync("select user_id, sum(amount) as total from orders left join users using "
            + "(user_id) cross join generate_series(1, case when name = 'Bo' then 2 else 1 end) as n "
            + "group by user_id, n");
        Assert.Equal(2, await CountAsync(test, 2));
        test.Put("2021-02-13/users.csv", "user_id,name,city\n2,Bob,Malmo\n");

        Assert.Equal(RunState.Published, (await test.RunAsync()).State);

        Assert.Equal(1, await CountAsync(test, 2));
    }

    [Fact]
    public async Task A_version_that_is_shown_again_after_a_rollback_is_counted_as_it_is()
    {
        await using var test = await ShopAsync("select user_id, sum(amount) as total from orders group by user_id",
            ", users: {lookup: user_id}");
        test.Put("2021-02-13/orders.csv", "order_id,user_id,amount,placed_on\n13,2,50,2021-02-13\n");
        await test.RunAsync();
        test.Put("2021-02-14/orders.csv", "order_id,user_id,amount,placed_on\n13,2,60,2021-02-13\n");
        await test.RunAsync();
        Assert.Equal(RunState.Unchanged, (await test.Pipeline().RollbackAsync(1, default)).State);
        test.ChangeSql("core/dim_users.sql", "select user_id", "select user_id + 0 as user_id");

        var report = await test.RunAsync();

        Assert.Equal("built before", ReasonOf(report));
        var check = report.Checks.Single(check => check.Id == "marketing.spenders.total.accepted_range");
        Assert.Equal((2, 2), (check.RowsLookedAt, check.RowsFailing));
    }

    [Fact]
    public async Task A_check_that_reads_its_own_model_looks_at_all_rows()
    {
        await using var test = await ShopAsync("select user_id, sum(amount) as total from orders group by user_id",
            ", users: {lookup: user_id}");
        test.ChangeSql("marketing/marketing.yml", "accepted_range: {max_value: 10, config",
            "expression_is_true: {expression: '>= (select max(total) / 2 from spenders)', config");
        Assert.Equal(CheckStatus.Pass, (await StatusAsync(test)).Status);
        test.Put("2021-02-13/orders.csv", "order_id,user_id,amount,placed_on\n13,2,50,2021-02-13\n");

        Assert.Equal((CheckStatus.Warn, 2, 1), await StatusAsync(test));
    }

    private static async Task<(CheckStatus Status, long LookedAt, long Failing)> StatusAsync(TestWarehouse test)
    {
        var check = (await test.RunAsync()).Checks.Single(check =>
            check.Id == "marketing.spenders.total.expression_is_true");
        return (check.Status, check.RowsLookedAt, check.RowsFailing);
    }

    private static async Task<TestWarehouse> ShopAsync(string sql, string without = "")
    {
        var test = await TestWarehouse.OfTinyShopAsync();
        test.WriteSql("marketing/spenders.sql", sql);
        test.WriteSql("marketing/marketing.yml", without.Length == 0 ? Spenders
            : Spenders.Replace(without, "", StringComparison.Ordinal));
        Assert.Equal(RunState.Published, (await test.RunAsync()).State);
        return test;
    }

    private static string ReasonOf(RunReport report) =>
        report.Models.Single(model => model.Model == "spenders").Reason;

    private static Task<long> CountAsync(TestWarehouse test, int user) =>
        test.ValueAsync<long>($"select count(*) from marketing.spenders where user_id = {user}");

    private static async Task<string> TableAsync(TestWarehouse test) =>
        $"warehouse.{await test.ValueAsync<string>("select table_name from ops.live where model = 'spenders'")}";
}
