using Greenery.Alerts.Routing;
using Greenery.Checks;
using Greenery.Runs;
using Greenery.Tests.Support;
using Greenery.Warehouse;

namespace Greenery.Tests.Checks;

/// <summary>Checks that the contract declares on source tables and their columns.</summary>
public sealed class SourceChecksTests
{
    private const string Warn = "{config: {severity: warn}}";

    [Fact]
    public async Task Rows_per_drop_learns_a_week_and_then_warns_of_a_day_with_too_few_rows()
    {
        await using var test = await WithAsync($"        data_tests: [rows_per_drop: {Warn}]\n");
        test.PutUsualOrders(7);
        Assert.Equal(
            "not_evaluated rows_per_drop on staging.orders: it is learning what is usual: 6 of 7 days are known",
            Found(await test.RunAsync()));

        test.PutOrders(7, 41);
        Assert.Equal(
            "pass rows_per_drop on staging.orders: 2021-03-08 has 41 rows, expected 12 to 88 (median of 7 days: "
            + "41)", Found(await test.RunAsync()));
        test.PutOrders(8, 4);
        var cut = await test.RunAsync();

        Assert.Equal(RunState.Published, cut.State);
        Assert.StartsWith(
            "warn rows_per_drop on staging.orders: 2021-03-09 has 4 rows, expected 12 to 88", Found(cut),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_day_that_stopped_a_run_stops_the_next_one_too_until_it_is_corrected()
    {
        await using var test = await WithAsync("        data_tests: [rows_per_drop]\n");
        test.PutUsualOrders(10);
        Assert.Equal(RunState.Published, (await test.RunAsync()).State);
        test.PutOrders(10, 2);
        Assert.Equal(RunState.ChecksFailed, (await test.RunAsync()).State);
        test.PutOrders(11, 40);

        var next = await test.RunAsync();

        Assert.Equal(RunState.ChecksFailed, next.State);
        Assert.StartsWith("fail rows_per_drop on staging.orders: 2021-03-11 has 2 rows", Found(next),
            StringComparison.Ordinal);
        test.PutOrders(10, 39);
        Assert.Equal(RunState.Published, (await test.RunAsync()).State);
    }

    [Fact]
    public async Task A_day_that_would_stop_a_run_is_not_forgotten_because_another_drop_was_refused()
    {
        await using var test = await WithAsync("        data_tests: [rows_per_drop]\n");
        test.PutUsualOrders(10);
        await test.RunAsync();
        test.PutOrders(10, 2);
        test.Put("2021-03-09/orders-2.csv", "wrong\n1\n");
        test.Put("2021-03-11/users.csv", "user_id,name,city\n9,Flo,Oslo\n");
        Assert.True((await test.RunAsync()).IsPartial);
        File.Delete(Path.Combine(test.Drops, "2021-03-09", "orders-2.csv"));
        test.PutOrders(11, 40);

        var next = await test.RunAsync();

        Assert.Equal(RunState.ChecksFailed, next.State);
        Assert.StartsWith("fail rows_per_drop on staging.orders: 2021-03-11 has 2 rows", Found(next),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_sum_of_no_rows_is_not_judged()
    {
        await using var test = await WithColumnAsync("amount", "[sum_change]");
        test.PutUsualOrders(10);
        await test.RunAsync();
        test.PutOrders(10, 0);

        var report = await test.RunAsync();

        Assert.Equal(
            "not_evaluated sum_change on staging.orders.amount: 2021-03-11 has no row to look at", Found(report));
        Assert.Equal(RunState.Unchanged, report.State);
    }

    [Fact]
    public async Task A_rule_that_was_changed_is_asked_of_the_rows_that_are_there()
    {
        await using var test = await WithColumnAsync("city", "[accepted_values: {values: [Lisbon]}]");
        Assert.Equal(RunState.ChecksFailed, (await test.RunAsync()).State);
        test.ChangeSql("sources.yml", "{values: [Lisbon]}", "{values: [Lisbon, Malmo]}");

        var report = await test.RunAsync();

        Assert.Equal(RunState.ChecksFailed, report.State);
        Assert.StartsWith("fail accepted_values on staging.users.city: 1 of 3 rows", Found(report),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_header_alone_is_one_finding_and_not_two()
    {
        await using var test = await WithAsync($"        data_tests: [rows_per_drop: {Warn}]\n");
        test.PutUsualOrders(10);
        await test.RunAsync();
        test.PutOrders(10, 0);

        var report = await test.RunAsync();

        Assert.StartsWith("warn rows_per_drop on staging.orders: 2021-03-11 has 0 rows", Found(report),
            StringComparison.Ordinal);
        Assert.DoesNotContain(report.Checks, check => check.Id == EmptyDrops.IdOf("orders"));
    }

    [Fact]
    public async Task Several_parts_of_a_day_count_together_and_a_corrected_one_once()
    {
        await using var test = await WithAsync($"        data_tests: [rows_per_drop: {Warn}]\n");
        test.PutUsualOrders(10);
        test.PutOrders(10, 22);
        test.Put("2021-03-11/orders-b.csv",
            "order_id,user_id,amount,placed_on\n" + string.Concat(Enumerable.Range(0, 19).Select(i =>
                $"{900_000 + i},1,5,2021-03-11\n")));
        Assert.StartsWith("pass rows_per_drop on staging.orders: 2021-03-11 has 41 rows", Found(await test.RunAsync()),
            StringComparison.Ordinal);

        test.PutOrders(10, 20);

        Assert.StartsWith("pass rows_per_drop on staging.orders: 2021-03-11 has 39 rows", Found(await test.RunAsync()),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_drop_is_noticed_once_other_tables_have_theirs()
    {
        await using var test = await WithAsync($"        data_tests: [missing_drop: {Warn}]\n");
        Assert.Equal("not_evaluated missing_drop on staging.orders: it never had a drop", Found(await test.RunAsync()));
        test.PutOrders(0, 5);
        Assert.Equal("not_evaluated missing_drop on staging.orders: its first drop is that of 2021-03-01",
            Found(await test.RunAsync()));
        test.Put("2021-03-02/users.csv", "user_id,name,city\n4,Di,Oslo\n");

        var missing = await test.RunAsync();

        Assert.Equal(
            "warn missing_drop on staging.orders: there is no drop of 2021-03-02, though that of users of that day is "
            + "there; expected 2021-03-02/orders.csv or the like. Ask its sender.", Found(missing));
        Assert.StartsWith("warn", Found(await test.RunAsync()), StringComparison.Ordinal);
        test.PutOrders(1, 5);
        Assert.Equal("pass missing_drop on staging.orders: the drop of 2021-03-02 is there",
            Found(await test.RunAsync()));
    }

    [Fact]
    public async Task A_misnamed_file_is_named_where_its_table_is_missed()
    {
        await using var test = await WithAsync($"        data_tests: [missing_drop: {Warn}]\n");
        test.PutOrders(0, 5);
        await test.RunAsync();
        test.Put("2021-03-02/users.csv", "user_id,name,city\n4,Di,Oslo\n");
        test.Put("2021-03-02/order.csv", "order_id,user_id,amount,placed_on\n99,1,5,2021-03-02\n");

        var report = await test.RunAsync();

        Assert.EndsWith(
            "Ask its sender. Files of that day have names of no table; see staging.files.not_loaded.", Found(report),
            StringComparison.Ordinal);
        Assert.Contains(report.Checks, check => check.Id == UnloadedFiles.Id && check.Status == CheckStatus.Warn
            && check.Message.Contains("2021-03-02/order.csv", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_drop_is_missed_on_its_weekdays_only_and_never_before_the_first_one()
    {
        await using var test =
            await WithAsync("        data_tests: [missing_drop: {weekdays: [monday], config: {severity: warn}}]\n");
        test.PutOrders(0, 5);
        await test.RunAsync();
        Assert.Equal(
            "not_evaluated missing_drop on staging.orders: no drop is expected on a Tuesday",
            await OnAsync("2021-03-02"));
        Assert.StartsWith("warn missing_drop on staging.orders: there is no drop of 2021-03-08",
            await OnAsync("2021-03-08"), StringComparison.Ordinal);

        async Task<string> OnAsync(string day)
        {
            test.Put($"{day}/users.csv", $"user_id,name,city\n4,Di,{day}\n");
            return Found(await test.RunAsync());
        }
    }

    [Theory]
    [InlineData("null_share", "city", "has 100%, expected 0% to ")]
    [InlineData("distinct_share", "name", "has 2.5%, expected ")]
    [InlineData("value_share: {values: [a, b], config: {severity: warn}}", "kind",
        "has 100% 'a', expected ")]
    public async Task A_share_that_moved_is_noticed(string kind, string column, string text)
    {
        var declared = kind.Contains(':', StringComparison.Ordinal) ? kind : $"{kind}: {Warn}";
        await using var test = await TestWarehouse.OfTinyShopAsync();
        test.ChangeSql("sources.yml", "          - {name: city, data_type: text}",
            "          - {name: city, data_type: text}\n          - {name: kind, data_type: text, config: {optional: "
            + "true}}");
        test.ChangeSql("sources.yml", $"{{name: {column}, data_type: text",
            $"{{name: {column}, data_tests: [{declared}], data_type: text");
        for (var day = 1; day < 10; day++)
        {
            test.Put($"2021-03-{day:00}/users.csv", Users(day, i => $"n{i},Oslo,{(i % 2 == 0 ? "a" : "b")}"));
        }
        await test.RunAsync();
        test.Put("2021-03-10/users.csv", Users(10, _ => "same,,a"));

        var report = await test.RunAsync();

        var check = Assert.Single(report.Checks, check => check.Status == CheckStatus.Warn);
        Assert.StartsWith($"{kind.Split(':')[0]} on staging.users.{column}: 2021-03-10 {text}", check.Message,
            StringComparison.Ordinal);

        static string Users(int day, Func<int, string> rest) => "user_id,name,city,kind\n"
            + string.Concat(Enumerable.Range(0, 40).Select(i => $"{(day * 100) + i},{rest(i)}\n"));
    }

    [Fact]
    public async Task A_sum_a_hundred_times_the_usual_is_noticed()
    {
        await using var test = await WithColumnAsync("amount", $"[sum_change: {Warn}]");
        test.PutUsualOrders(9);
        await test.RunAsync();
        test.PutOrders(9, 40, _ => "1,500");

        var report = await test.RunAsync();

        Assert.StartsWith(
            "warn sum_change on staging.orders.amount: 2021-03-10 has 20,000, expected ", Found(report),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Row_checks_judge_the_rows_of_the_drop_and_name_what_they_found()
    {
        await using var test = await WithColumnAsync(
            "user_id", "[accepted_values: {values: [1, 2], config: {severity: warn}}]");
        test.PutOrders(0, 4);
        Assert.StartsWith("pass", Found(await test.RunAsync()), StringComparison.Ordinal);
        test.PutOrders(1, 5, i => i < 2 ? "3,5" : "1,5");

        var report = await test.RunAsync();

        Assert.Equal(
            "warn accepted_values on staging.orders.user_id: 2 of 5 rows of 2021-03-02 fail; found '3' (2); expected 1 "
            + "or 2", Found(report));
        Assert.Equal(2, report.Checks.Single(check => check.Status == CheckStatus.Warn).FailingRows.Count);
        test.PutOrders(2, 5);
        Assert.StartsWith("pass", Found(await test.RunAsync()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_personal_column_is_masked_in_what_is_found()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        test.ChangeSql("sources.yml", "{name: name, data_type: text,",
            "{name: name, data_type: text, data_tests: [accepted_values: {values: [Ana], config: {severity: warn}}],");

        var check = (await test.RunAsync()).Checks.Single(check => check.Status == CheckStatus.Warn);

        Assert.Equal("accepted_values on staging.users.name: 2 of 3 rows of 2021-02-12 fail; the values are "
            + "personal data and not shown; expected Ana",
            check.Message);
        Assert.All(check.FailingRows, row => Assert.Contains("\"name\": \"***\"", row, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Checks_that_other_rows_decide_read_the_table()
    {
        await using var test = await WithColumnAsync(
            "user_id", "[relationships: {to: users, field: user_id}, unique: {config: {severity: warn}}]");
        test.PutOrders(0, 1, _ => "3,5");
        Assert.Equal(RunState.Published, (await test.RunAsync()).State);
        test.PutOrders(1, 1, _ => "9,5");

        var report = await test.RunAsync();

        Assert.Equal(
            (RunState.ChecksFailed, "relationships on staging.orders.user_id: 1 of 5 rows fail; found '9' (1); "
            + "expected a user_id of users"),
            (report.State, report.Message));
        Assert.Equal(
            "unique on staging.orders.user_id: 2 of 5 rows fail; found '1' (2); expected each value once",
            report.Checks.Single(check => check.Status == CheckStatus.Warn).Message);
    }

    [Fact]
    public async Task A_check_that_the_database_cannot_evaluate_stops_the_run_but_not_the_load()
    {
        await using var test = await WithAsync(
            "        data_tests: [expression_is_true: {expression: 1 / amount > 0}, rows_per_drop]\n");
        test.PutOrders(0, 2, i => $"1,{i}");

        var report = await test.RunAsync();

        Assert.Equal(RunState.ChecksFailed, report.State);
        Assert.StartsWith(
            "expression_is_true on staging.orders: it could not be evaluated for 2021-03-01 (sql/sources.yml:11): "
            + "division by zero", report.Message, StringComparison.Ordinal);
        Assert.Equal(2, await test.ValueAsync<long>("select count(*) from staging.orders"));
    }

    [Fact]
    public async Task Their_incidents_belong_to_the_owner_of_the_table()
    {
        await using var test = await WithAsync($"        meta: {{owner: ana@greenery.example}}\n"
            + $"        data_tests: [rows_per_drop: {Warn}]\n");

        var topic = Assert.Single(
            Topic.AllOf(test.Project), topic => topic.Subject == "staging.orders.rows_per_drop");

        Assert.Equal(("ana@greenery.example", "orders"), (topic.Ownership.Owner!.Name, topic.Names[1]));
    }

    [Theory]
    [InlineData("row_count_change: {max_decrease: 5%}",
        "check 'row_count_change' is set on source table 'orders'; expected it on a model.")]
    [InlineData("null_share", "check 'null_share' is set on source table 'orders'; expected it under a column.")]
    [InlineData("rows_per_drop: {min_change: 100%}",
        "'min_change: 100%' is no change; expected a percentage above 0% and below 100%.")]
    [InlineData("rows_per_drop: {days: 5}", "'days: 5' is not possible; expected a whole number of days from 14 to "
        + "366.")]
    [InlineData("rows_per_drop: {sensitivity: 0}", "'sensitivity: 0' is not possible; expected a number of standard "
        + "deviations from 1 to 100.")]
    [InlineData("missing_drop: {weekdays: [munday]}", "'weekdays: munday' is no weekday; expected sunday, monday, "
        + "tuesday, wednesday, thursday, friday, saturday. Did you mean 'monday'?")]
    public void What_cannot_be_declared_is_refused_with_file_and_line(string declared, string refusal)
    {
        using var folder = new ProjectFolder();
        folder.Write("sources.yml", ProjectFolder.Sources.Replace(
            "      - name: orders\n", $"      - name: orders\n        data_tests: [{declared}]\n",
            StringComparison.Ordinal));

        Assert.Equal([$"sql/sources.yml:6: {refusal}"], folder.Diagnostics());
    }

    private static async Task<TestWarehouse> WithAsync(string declaration)
    {
        var test = await TestWarehouse.OfTinyShopAsync();
        test.ChangeSql("sources.yml", "      - name: orders\n", $"      - name: orders\n{declaration}");
        File.Delete(Path.Combine(test.Drops, TinyShop.Day, "orders.csv"));
        return test;
    }

    private static async Task<TestWarehouse> WithColumnAsync(string column, string checks)
    {
        var test = await TestWarehouse.OfTinyShopAsync();
        var text = await File.ReadAllTextAsync(Path.Combine(test.Sql, "sources.yml"));
        var at = text.LastIndexOf($"{{name: {column},", StringComparison.Ordinal) + $"{{name: {column},".Length;
        test.WriteSql("sources.yml", text.Insert(at, $" data_tests: {checks},"));
        return test;
    }

    // The one result of a declared check of a source table.
    private static string Found(RunReport report)
    {
        var check = report.Checks.Single(check => check.Mart == "staging" && check.Id.Split('.')[^1] is not
            ("empty_drop" or "not_loaded" or "freshness"));
        return $"{EnumText.Name(check.Status)} {check.Message}";
    }
}
