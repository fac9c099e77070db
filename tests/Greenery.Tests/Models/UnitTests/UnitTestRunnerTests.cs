using Greenery.Models.UnitTests;
using Greenery.Tests.Support;

namespace Greenery.Tests.Models.UnitTests;

/// <summary>What a unit test says of rows that are right, missing, too many or different.</summary>
public sealed class UnitTestRunnerTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private const string Buyers =
        "select user_id, max(email) as email, count(*) as orders, sum(amount) as total\n"
        + "from orders\nleft join users using (user_id)\ngroup by user_id\n";

    private const string Orders =
        """
                given:
                  - input: source('shop', 'orders')
                    rows:
                      - {order_id: 1, user_id: 7, amount: 5}
                      - {order_id: 2, user_id: 7, amount: 2.50}
                      - {order_id: 3, user_id: 8, amount: 1}
                  - input: users
                    format: csv
                    rows: |
                      user_id,email
                      7,ana@greenery.example
                      8,""

        """;

    [Theory]
    [InlineData("rows: [{user_id: 8, orders: 1, total: 1}, {total: 7.5, orders: 2, user_id: 7}]")]
    [InlineData("format: csv\n          rows: |\n            orders,user_id\n            1,8\n            2,7")]
    [InlineData("format: sql\n          rows: |\n            select 7 as user_id, '7.500' as total\n"
        + "            union all values (8, '1')")]
    [InlineData("rows: [{email: ana@greenery.example}, {email: \"\"}]")]
    public async Task Rows_in_any_order_and_format_and_numbers_of_any_digits_are_equal(string expected) =>
        Assert.True((await RunAsync(expected)).IsPassed);

    [Fact]
    public async Task What_differs_is_shown_by_column_with_its_key()
    {
        var changed = Assert.Single((await RunAsync(
            "rows: [{user_id: 8, orders: 1, total: 1}, {user_id: 7, orders: 3, total: 7.5}]")).Difference!.Changed);

        Assert.Equal("{user_id: 7}", changed.Row);
        Assert.Equal([new ChangedValue("orders", "3", "2")], changed.Values);
    }

    [Fact]
    public async Task Rows_of_other_keys_are_missing_and_unexpected_and_an_address_is_masked()
    {
        var difference = (await RunAsync("rows: [{user_id: 9, email: bo@greenery.example}, {user_id: 8, email: \"\"}]"))
            .Difference!;

        Assert.Equal(["{user_id: 9, email: ***}"], difference.Missing);
        Assert.Equal(["{user_id: 7, email: ***}"], difference.Unexpected);
        Assert.Empty(difference.Changed);
    }

    [Theory]
    [InlineData("select city from users_of_cities", "rows: [{city: Rome}, {city: Rome}]", 0, 0)]
    [InlineData("select city from users_of_cities", "rows: [{city: Rome}]", 0, 1)]
    [InlineData("select city from users_of_cities", "rows: [{city: Rome}, {city: Rome}, {city: Rome}]", 1, 0)]
    [InlineData("select city from users_of_cities", "rows: []", 0, 2)]
    [InlineData("select nullif(city, 'Rome') as city from users_of_cities", "rows: [{city: null}, {city: ~}]", 0, 0)]
    [InlineData("select nullif(city, 'Rome') as city from users_of_cities", "rows: [{city: \"null\"}, {}]", 1, 1)]
    public async Task Duplicates_count_and_null_is_equal_to_null(
        string sql, string expected, long missing, long unexpected)
    {
        var given = "        given:\n          - input: ref('users_of_cities')\n            rows: [{city: Rome}, "
            + "{city: Rome}]\n";
        using var folder = Folder(sql, given, expected,
            ("core/users_of_cities.sql", "select user_id, email as city from users"));

        var difference = (await RunAsync(folder)).Difference!;

        Assert.Equal((missing, unexpected), (difference.MissingRows, difference.UnexpectedRows));
    }

    [Fact]
    public async Task An_input_that_is_not_given_is_empty_also_where_its_select_returns_a_row_for_nothing()
    {
        using var folder = Folder(
            "select orders, (select count(*) from users) as users from order_count", "", "rows: []",
            ("core/order_count.sql", "select count(*) as orders from orders"));

        Assert.True((await RunAsync(folder)).IsPassed);
    }

    [Fact]
    public async Task A_model_by_key_is_tested_by_its_select_and_a_view_as_well()
    {
        using var folder = Folder(Buyers, Orders, "rows: [{user_id: 7, orders: 2}, {user_id: 8, orders: 1}]",
            ("core/core.yml",
                """
                models:
                  - name: buyers
                    config:
                      materialized: incremental
                      incremental_strategy: by_key
                      unique_key: user_id
                      inputs: {orders: user_id, users: user_id}
                  - name: best_buyers
                    config: {materialized: view}
                unit_tests:
                  - name: more_than_one_order
                    model: best_buyers
                    given: [{input: buyers, rows: [{user_id: 1, orders: 2}, {user_id: 2, orders: 1}]}]
                    expect: {rows: [{user_id: 1}]}
                """),
            ("core/best_buyers.sql", "select user_id from buyers where orders > 1"));
        var catalogue = folder.Catalogue();

        var results = await new UnitTestRunner(database.Warehouse, catalogue).RunAsync(catalogue.UnitTests, default);

        Assert.Equal(["core.buyers.a_test", "core.best_buyers.more_than_one_order"],
            results.Select(result => $"{result.Test}"));
        Assert.All(results, result => Assert.True(result.IsPassed));
    }

    [Fact]
    public async Task Lists_and_objects_are_arrays_and_JSON()
    {
        using var folder = Folder(
            "select tags ->> 'a' as a, string_to_array(tags ->> 'b', ' ') as b from orders",
            "        given: [{input: orders, rows: [{tags: {a: x, b: one two}}, {tags: '{\"a\": 1}'}]}]\n",
            "rows: [{a: x, b: [one, two]}, {a: 1, b: null}]");

        Assert.True((await RunAsync(folder)).IsPassed);
    }

    [Fact]
    public async Task An_expected_value_is_not_rounded_to_be_equal()
    {
        using var folder = Folder("select amount from orders",
            "        given: [{input: orders, rows: [{amount: 1.01}]}]\n", "rows: [{amount: 1.009}]");

        Assert.False((await RunAsync(folder)).IsPassed);
    }

    [Fact]
    public async Task A_select_that_fails_fails_its_test_only_and_shows_no_value()
    {
        using var folder = Folder(
            "select email::integer as number from users",
            "        given: [{input: users, rows: [{email: ana@greenery.example}]}]\n", "rows: [{number: 1}]",
            ("core/z.yml",
                "unit_tests: [{name: nothing, model: buyers, expect: {rows: []}}]"));
        var catalogue = folder.Catalogue();

        var results = await new UnitTestRunner(database.Warehouse, catalogue).RunAsync(catalogue.UnitTests, default);

        Assert.Equal("PostgreSQL: invalid input syntax for type integer: \"***\" (22P02).", results[0].Error);
        Assert.Equal([false, true], results.Select(result => result.IsPassed));
    }

    [Fact]
    public async Task Nothing_is_left_in_the_database_also_when_it_is_cancelled()
    {
        var before = await database.ValueAsync<long>("select count(*) from pg_class");
        await RunAsync("rows: [{user_id: 7}]");
        using var folder = Folder("select pg_sleep(600)::text as slept from users",
            "        given: [{input: users, rows: [{user_id: 1}]}]\n", "rows: []");
        using var stop = new CancellationTokenSource();
        var catalogue = folder.Catalogue();
        var running = new UnitTestRunner(database.Warehouse, catalogue).RunAsync(catalogue.UnitTests, stop.Token);
        await Wait.UntilAsync(async () => await database.ValueAsync<long>(
            "select count(*) from pg_stat_activity where datname = current_database() and wait_event = 'PgSleep'") > 0,
            () => running.IsCompleted);

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        Assert.Equal(before, await database.ValueAsync<long>("select count(*) from pg_class"));
    }

    private async Task<UnitTestResult> RunAsync(string expected)
    {
        using var folder = Folder(Buyers, Orders, expected, ("core/core.yml",
            "models: [{name: buyers, columns: [{name: user_id, data_tests: [unique]}, {name: email, meta: {pii: "
                + "true}}]}]"));
        return await RunAsync(folder);
    }

    private async Task<UnitTestResult> RunAsync(ProjectFolder folder)
    {
        var project = folder.Read();
        await project.ValidateAsync(database.Warehouse, default);
        return Assert.Single(await new UnitTestRunner(database.Warehouse, project.Catalogue)
            .RunAsync(project.Catalogue.UnitTests, default));
    }

    private static ProjectFolder Folder(
        string sql, string given, string expected, params ReadOnlySpan<(string Path, string Text)> more)
    {
        var folder = new ProjectFolder(("core/buyers.sql", sql), ("core/unit_tests.yml",
            $"unit_tests:\n      - name: a_test\n        model: buyers\n{given}        expect:\n          "
                + $"{expected}\n"));
        foreach (var (path, text) in more)
        {
            folder.Write(path, text);
        }
        return folder;
    }
}
