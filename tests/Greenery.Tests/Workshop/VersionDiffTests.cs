using Greenery.Models.Building;
using Greenery.Runs;
using Greenery.Tests.Support;
using Greenery.Workshop;

namespace Greenery.Tests.Workshop;

/// <summary>What <c>greenery diff</c> finds between two versions of a model.</summary>
public sealed class VersionDiffTests
{
    [Fact]
    public async Task Rows_are_added_removed_and_changed_by_key_in_tables_incremental_tables_and_views()
    {
        await using var test = await ShopOfTwoDaysAsync();

        var results = await DiffAsync(test);

        Assert.Equal(["core.dim_users", "core.fact_orders", "marketing.fact_user_orders", "product.daily_sales"],
            results.Select(result => result.Model));
        Assert.All(results, result => Assert.Equal((1L, 2L, null), (result.Before, result.After, result.Skipped)));
        var users = results[0].Rows!;
        Assert.Equal(["user_id"], users.Key);
        Assert.Equal((1, 0, 2), (users.Added, users.Removed, users.Changed));
        Assert.Equal(["city 1", "name 1"], Counts(users));
        Assert.Equal(["{user_id: 4, name: ***, city: Oslo}"], users.AddedRows.Select(RowIdentity.Describe));
        Assert.Equal(["{user_id: 1} name: *** -> ***", "{user_id: 2} city: Malmo -> Lund"], Changes(users));
        var orders = results[1].Rows!;
        Assert.Equal((2, 0, 1), (orders.Added, orders.Removed, orders.Changed));
        Assert.Equal(["{order_id: 12} amount: 9.00 -> 10.00"], Changes(orders));
        // Its check "unique" is its key; the rows of the earlier run are computed from that run's tables.
        var sales = results[3].Rows!;
        Assert.Equal(["placed_on"], sales.Key);
        Assert.Equal((1, 0, 1), (sales.Added, sales.Removed, sales.Changed));
        Assert.Equal(["{placed_on: 2021-02-11} revenue: 16.00 -> 17.00"], Changes(sales));
    }

    [Fact]
    public async Task Without_a_key_whole_rows_are_added_and_removed()
    {
        await using var test = await ShopOfTwoDaysAsync();

        var spend = (await DiffAsync(test, "fact_user_orders"))[0].Rows!;

        Assert.Empty(spend.Key);
        Assert.Equal((2, 1, 0), (spend.Added, spend.Removed, spend.Changed));
        Assert.Equal(
            ["{user_id: 2, city: Malmo, total_orders: 1, total_spend: 9.00}"],
            spend.RemovedRows.Select(RowIdentity.Describe));
    }

    [Fact]
    public async Task The_version_before_is_further_back_where_runs_left_a_model_as_it_was()
    {
        await using var test = await ShopOfTwoDaysAsync();
        test.Put("2021-02-14/users.csv", "user_id,name,city\n5,Di,Bonn\n");
        await test.RunAsync();

        var results = await DiffAsync(test);

        Assert.Equal([(2L, 3L), (1L, 3L)], results.Take(2).Select(result => (result.Before!.Value, result.After)));
        Assert.Equal(["{user_id: 5, name: ***, city: Bonn}"], results[0].Rows!.AddedRows.Select(RowIdentity.Describe));
        Assert.Equal(2, results[1].Rows!.Added);
        // From later to earlier it is the other way round.
        var back = await DiffAsync(test, [3, 1], "fact_orders");
        Assert.Equal((0, 2, 1), (back[0].Rows!.Added, back[0].Rows!.Removed, back[0].Rows!.Changed));
        Assert.Equal(["{order_id: 12} amount: 10.00 -> 9.00"], Changes(back[0].Rows!));
        var same = Assert.Single(await DiffAsync(test, [2, 3], "fact_orders"));
        Assert.Equal((false, null, null), (same.Differs, same.Skipped, same.Rows));
    }

    [Fact]
    public async Task A_run_that_was_not_published_is_compared_with_what_readers_see()
    {
        await using var test = await ShopOfTwoDaysAsync();
        test.Put("2021-02-14/orders.csv", "order_id,user_id,amount,placed_on\n10,1,-5,2021-02-10\n");
        Assert.Equal(RunState.ChecksFailed, (await test.RunAsync()).State);

        var orders = Assert.Single(await DiffAsync(test, [3], "fact_orders"));

        Assert.Equal((2L, 3L), (orders.Before!.Value, orders.After));
        Assert.Equal(["{order_id: 10} amount: 5.00 -> -5.00"], Changes(orders.Rows!));
    }

    [Fact]
    public async Task Runs_that_are_not_kept_unknown_or_the_same_are_refused()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        await RefusedAsync(test, [], "diff: nothing is published yet; expected at least one published run. Run "
            + "'greenery run' first.");
        await test.RunAsync();
        Assert.Equal("no version before the one that readers see is kept", (await DiffAsync(test))[0].Skipped);
        foreach (var user in new[] { 5, 6, 7 })
        {
            test.Put($"2021-02-1{user}/users.csv", $"user_id,name,city\n{user},Di,Bonn\n");
            await test.RunAsync();
        }

        await RefusedAsync(test, [1, 3], "--run: the versions of run 1 are not kept any more, or it was never "
            + "published; kept are those of runs 2, 3, 4: of the last 3 published runs, and of the last run.");
        await RefusedAsync(test, [9], "--run: there is no run 9; kept are the versions of runs 2, 3, 4.");
        await RefusedAsync(test, [4], "--run: run 4 would be compared with itself, as it is what readers see; expected "
            + "two of runs 2, 3, 4.");
        await RefusedAsync(test, [3, 3], "--run: run 3 would be compared with itself; expected two of runs 2, 3, 4.");
    }

    [Fact]
    public async Task Columns_that_came_went_or_have_another_type_are_named_and_the_rest_is_compared()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        test.ChangeSql("core/dim_users.sql", "city from users",
            "city, name as contact, user_id * 0.1::float8 as score from users");
        await test.RunAsync();
        // The mark of "contact" is inherited from what it was: the model as it is now has none.
        test.ChangeSql("core/dim_users.sql", "city, name as contact, user_id * 0.1::float8 as score",
            "upper(city) as town, city || '' as contact, user_id * 0.2::float8 as score");
        test.ChangeSql("core/dim_users.sql", "user_id, name", "user_id::bigint, name");
        test.ChangeSql("core/core.yml", "meta: {pii: true}", "meta: {pii: true}\n      - {name: contact, meta: {pii: "
            + "false}}");
        test.ChangeSql("marketing/fact_user_orders.sql", "dim_users.city,", "dim_users.town as city,");
        test.ChangeSql("marketing/fact_user_orders.sql", "dim_users.city", "dim_users.town");
        Assert.Equal(RunState.Published, (await test.RunAsync()).State);

        var users = (await DiffAsync(test, "dim_users"))[0].Rows!;

        Assert.Equal(["town"], users.AddedColumns);
        Assert.Equal(["city"], users.RemovedColumns);
        Assert.Equal(["user_id: int4 -> int8"], users.RetypedColumns);
        Assert.Equal((0, 0, 3), (users.Added, users.Removed, users.Changed));
        Assert.Equal(["contact 3", "score 3"], Counts(users).Order());
        Assert.Equal("{user_id: 1} contact: *** -> ***, score: 0.1 -> 0.2", Changes(users)[0]);
    }

    [Fact]
    public async Task Ten_rows_of_each_kind_are_shown_in_the_order_of_the_key_also_when_the_key_is_not_unique()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        test.ChangeSql("core/core.yml", "data_tests: [unique, not_null]\n      - name: name",
            "data_tests: [unique: {config: {severity: warn}}]\n      - name: name");
        test.ChangeSql("core/dim_users.sql", "from users", "from users union all select null, 'x', 'y'");
        await test.RunAsync();
        test.ChangeSql("core/dim_users.sql", "union all select null, 'x', 'y'",
            "union all select null, 'x', 'z' union all select user_id, name, city || '2' from users "
            + "union all select n, 'x', null from generate_series(100, 120) as n");
        await test.RunAsync();

        var users = (await DiffAsync(test, "dim_users"))[0].Rows!;

        // A row without a key is another one when it differs.
        Assert.Equal((25, 1, 0), (users.Added, users.Removed, users.Changed));
        Assert.Equal(10, users.AddedRows.Count);
        Assert.Equal(["1", "2", "3", "100"], users.AddedRows.Take(4).Select(row => row["user_id"]));
        Assert.Null(users.AddedRows[3]["city"]);
    }

    private static async Task<TestWarehouse> ShopOfTwoDaysAsync()
    {
        var test = await TestWarehouse.OfTinyShopAsync();
        await test.RunAsync();
        test.Put("2021-02-13/users.csv", "user_id,name,city\n1,Anna,Lisbon\n2,Bo,Lund\n4,Ed,Oslo\n");
        test.Put("2021-02-13/orders.csv", "order_id,user_id,amount,placed_on\n12,2,10,2021-02-11\n"
            + "13,3,4,2021-02-13\n14,3,6,2021-02-13\n");
        Assert.Equal(RunState.Published, (await test.RunAsync()).State);
        return test;
    }

    private static async Task RefusedAsync(TestWarehouse test, long[] runs, string message) =>
        Assert.Equal(message, (await Assert.ThrowsAsync<ConfigurationException>(() => DiffAsync(test, runs))).Message);

    private static Task<IReadOnlyList<ModelDiff>> DiffAsync(TestWarehouse test, params string[] names) =>
        DiffAsync(test, [], names);

    private static Task<IReadOnlyList<ModelDiff>> DiffAsync(TestWarehouse test, long[] runs, params string[] names)
    {
        var catalogue = test.Project.Catalogue;
        return new VersionDiff(test.Database.Warehouse, catalogue).RunAsync(
            [.. catalogue.Models.Where(model => names.Length == 0 || names.Contains(model.Name))], runs, default);
    }

    private static IEnumerable<string> Counts(VersionDifference rows) =>
        rows.ChangedColumns.OrderBy(column => column.Key).Select(column => $"{column.Key} {column.Value}");

    private static List<string> Changes(VersionDifference rows) =>
        [.. rows.ChangedRows.Select(row => $"{RowIdentity.Describe(row.Key)} {string.Join(", ", row.Values
            .Select(value => $"{value.Column}: {value.Before} -> {value.After}"))}")];
}
