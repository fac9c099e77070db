using Greenery.Runs;
using Greenery.Tests.Support;

namespace Greenery.Tests.Models;

public sealed class ModelValidatorTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    [Theory]
    [InlineData(
        "select order_id\nfrom orders\nwhere order_idd = 1",
        "sql/core/a.sql:3: PostgreSQL refuses it: column \"order_idd\" does not exist (42703). Perhaps you "
        + "meant to reference the column \"orders.order_id\".")]
    [InlineData(
        "select\n    order_id,\nfrom orders",
        "sql/core/a.sql:3: PostgreSQL refuses it: syntax error at or near \"from\" (42601).")]
    [InlineData(
        "-- grün 🌱🌱🌱🌱🌱🌱🌱🌱🌱\n\nselect nothing from orders",
        "sql/core/a.sql:3: PostgreSQL refuses it: column \"nothing\" does not exist (42703).")]
    [InlineData(
        "select 1 as one,\n    nosuch.fn(1)",
        "sql/core/a.sql:2: PostgreSQL refuses it: schema \"nosuch\" does not exist (3F000).")]
    [InlineData(
        "select order_id, order_id from orders",
        "sql/core/a.sql:1: PostgreSQL refuses it: column \"order_id\" specified more than once (42701).")]
    [InlineData(
        "select (date 'yesterdayish') as day",
        "sql/core/a.sql:1: PostgreSQL refuses it: invalid input syntax for type date: \"yesterdayish\" (22007).")]
    [InlineData(
        "with gone as (delete from orders returning order_id)\nselect order_id from gone",
        "sql/core/a.sql:2: reads 'gone', which is no model, source table or with clause.")]
    public async Task SQL_that_PostgreSQL_refuses_is_reported_with_file_and_line(string sql, string fault)
    {
        using var folder = new ProjectFolder(("core/a.sql", sql));

        Assert.Equal([fault], await DiagnosticsAsync(folder));
    }

    [Theory]
    [InlineData("ordered_n", "returns no column 'ordered_n', which partition_by names; expected a date, timestamp or "
        + "timestamptz (ordered_on). Did you mean 'ordered_on'?")]
    [InlineData("user_id", "returns a column 'user_id' that is integer, which partition_by names; expected a date, "
        + "timestamp or timestamptz (ordered_on).")]
    [InlineData("ordered_on", null)]
    public async Task A_model_is_divided_by_a_time_that_it_returns(string column, string? fault)
    {
        using var folder = new ProjectFolder(
            ("core/a.sql", "select order_id, user_id, ordered_on from orders"),
            ("core/core.yml", "models:\n  - name: a\n    config: {materialized: incremental, incremental_strategy: "
                + $"by_key, unique_key: order_id, inputs: {{orders: order_id}}, partition_by: {column} month}}\n"));

        Assert.Equal(fault is null ? [] : [$"sql/core/a.sql: {fault}"], await DiagnosticsAsync(folder));
    }

    [Fact]
    public async Task A_history_is_read_by_its_name_and_a_complete_table_says_what_is_gone()
    {
        using var folder = new ProjectFolder(
            ("core/a.sql", "select order_id, amount, valid_from, valid_to from orders_history"),
            ("core/b.sql", "select order_id, _gone_since from orders"),
            ("core/c.sql", "select user_id, tags from orders_history"));
        folder.Write("sources.yml", ProjectFolder.Sources.Replace(
            "- name: orders\n", "- name: orders\n        config: {snapshot: true, history: [amount, tags]}\n",
            StringComparison.Ordinal));

        Assert.StartsWith(
            "sql/core/c.sql:1: PostgreSQL refuses it: column \"user_id\" does not exist (42703).",
            Assert.Single(await DiagnosticsAsync(folder)));
        Assert.All(folder.Catalogue().Models, model => Assert.Equal(["orders"], model.Sources));
    }

    [Fact]
    public void A_definition_covers_the_history_of_those_that_read_it()
    {
        using var folder = new ProjectFolder(
            ("core/a.sql", "select order_id from orders_history"), ("core/b.sql", "select order_id from orders"));
        var (amount, tags) = (Definitions(folder, "amount"), Definitions(folder, "tags"));

        Assert.NotEqual(amount[0], tags[0]);
        Assert.Equal(amount[1], tags[1]);
    }

    private static string[] Definitions(ProjectFolder folder, string history)
    {
        folder.Write("sources.yml", ProjectFolder.Sources.Replace(
            "- name: orders\n", $"- name: orders\n        config: {{history: {history}}}\n", StringComparison.Ordinal));
        return [.. folder.Catalogue().Models.Select(model => model.Definition)];
    }

    [Fact]
    public async Task What_reads_a_refused_model_is_not_refused_again()
    {
        using var folder = new ProjectFolder(
            ("core/a.sql", "select nothing from orders"),
            ("core/b.sql", "select * from a"),
            ("core/c.sql", "select * from b"),
            ("core/d.sql", "select nothing from users"));

        Assert.Equal(2, (await DiagnosticsAsync(folder)).Count);
    }

    [Fact]
    public async Task A_column_that_is_described_but_not_returned_is_reported()
    {
        using var folder = new ProjectFolder(
            ("core/a.sql", "select order_id, amount from orders where _load_seq > :since"),
            ("core/core.yml",
                """
                models:
                  - name: a
                    config: {materialized: incremental, unique_key: [order_id, user_id]}
                    columns:
                      - name: order_id
                      - name: amout
                """));

        Assert.Equal(
            [
                "sql/core/core.yml:6: describes column 'amout', which sql/core/a.sql does not return; it returns "
                    + "order_id, amount. Did you mean 'amount'?",
                "sql/core/a.sql: returns no column 'user_id', which its unique_key or window names.",
            ],
            await DiagnosticsAsync(folder));
    }

    [Theory]
    [InlineData("expression_is_true: {expression: amount > nothing}", "column \"nothing\" does not exist (42703).")]
    [InlineData("expression_is_true: {expression: amount >}", "syntax error at or near \")\" (42601).")]
    [InlineData(
        "unique_combination_of_columns: {combination_of_columns: [order_id, nothing]}",
        "column \"nothing\" does not exist (42703).")]
    public async Task A_check_that_PostgreSQL_refuses_is_reported_with_its_place(string check, string message)
    {
        using var folder = new ProjectFolder(
            ("core/a.sql", "select order_id, amount from orders"),
            ("core/core.yml", $"models:\n  - name: a\n    data_tests:\n      - {check}\n"));

        Assert.Equal([$"sql/core/core.yml:4: PostgreSQL refuses it: {message}"], await DiagnosticsAsync(folder));
    }

    [Theory]
    [InlineData("ordered_on", "[yesterdayish]", "invalid input syntax for type date: \"yesterdayish\" (22007).")]
    [InlineData("order_id", "[one]", "invalid input syntax for type integer: \"one\" (22P02).")]
    public async Task Accepted_values_must_be_of_the_columns_type(string column, string values, string message)
    {
        using var folder = new ProjectFolder(
            ("core/a.sql", "select * from orders"),
            ("core/core.yml",
                $"models:\n  - name: a\n    columns:\n      - name: {column}\n        data_tests: [accepted_values: "
                + $"{{values: {values}}}]\n"));

        Assert.Equal([$"sql/core/core.yml:5: PostgreSQL refuses it: {message}"], await DiagnosticsAsync(folder));
    }

    [Fact]
    public async Task Nothing_is_left_in_the_database()
    {
        using var folder =
            new ProjectFolder(("core/a.sql", "select * from orders"), ("core/core.yml", "models: [{name: a}]"));
        var before = await database.ValueAsync<long>("select count(*) from pg_class");

        Assert.Empty(await DiagnosticsAsync(folder));
        Assert.Equal(before, await database.ValueAsync<long>("select count(*) from pg_class"));
    }

    [Fact]
    public async Task The_projects_own_models_and_checks_are_accepted() =>
        await Project.Read(Repository.SqlFolder).ValidateAsync(database.Warehouse, default);

    private async Task<IReadOnlyList<string>> DiagnosticsAsync(ProjectFolder folder)
    {
        if (folder.Diagnostics() is { Count: > 0 } faults)
        {
            return faults;
        }
        try
        {
            await folder.Read().ValidateAsync(database.Warehouse, default);
            return [];
        }
        catch (ConfigurationException exception)
        {
            return [.. exception.Diagnostics.Select(diagnostic => $"{diagnostic}")];
        }
    }
}
