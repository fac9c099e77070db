using Greenery.Runs;
using Greenery.Tests.Support;

namespace Greenery.Tests.Models;

/// <summary>What the configuration of a model by key can have wrong: file, line, found, expected.</summary>
public sealed class ModelInputsTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private const string Forms =
        "the columns that hold the key (events: session_id), or a mapping with 'key' or 'lookup' (dim_users: {lookup: "
        + "user_id})";

    [Theory]
    [InlineData(
        "inputs: {orders: user_id}",
        "3: core.a is built by key but has no unique_key; expected the columns that identify a row.")]
    [InlineData(
        "unique_key: user_id",
        "3: core.a is built by key but has no inputs; expected for each table that it reads " + Forms + ".")]
    [InlineData(
        "unique_key: user_id, inputs: {users: user_id}",
        "3: input 'users' of core.a is not read by sql/core/a.sql, which reads orders.")]
    [InlineData(
        "unique_key: user_id, inputs: {order: user_id}",
        "3: input 'order' of core.a is not read by sql/core/a.sql, which reads orders. Did you mean 'orders'?")]
    [InlineData(
        "unique_key: user_id, inputs: {orders: [user_id, order_id]}",
        "3: input 'orders' of core.a has 2 key columns (user_id, order_id); expected 1, for user_id in this order.")]
    [InlineData(
        "unique_key: user_id, inputs: {orders: {key: user_id, lookup: user_id}}",
        "3: input 'orders' has both 'key' and 'lookup'; expected one: " + Forms + ".")]
    [InlineData(
        "unique_key: user_id, inputs: {orders: {skip_nulls: true}}",
        "3: input 'orders' has no 'key' or 'lookup'; expected one: " + Forms + ".")]
    [InlineData(
        "unique_key: user_id, inputs: {orders: {key: user_id, columns: [amount]}}",
        "3: input 'orders' of core.a has 'columns', but it is a source table, of which earlier values are not kept; "
        + "read a model by key over it, whose unchanged rows touch nothing.")]
    [InlineData(
        "unique_key: user_id, inputs: {orders: {kee: user_id}}",
        "3: input 'orders' has no 'key' or 'lookup'; expected one: " + Forms + ".",
        "3: unknown key 'kee'; expected columns, key, lookup, skip_nulls. Did you mean 'key'?")]
    public void Faults_are_found_without_a_database(string config, params string[] faults)
    {
        using var folder = new ProjectFolder(
            ("core/a.sql", "select user_id, sum(amount) as total from orders group by user_id"),
            ("core/core.yml", ByKey(config)));

        Assert.Equal(faults.Select(fault => $"sql/core/core.yml:{fault}"), folder.Diagnostics());
    }

    [Fact]
    public void A_model_of_another_strategy_has_no_inputs_and_one_by_key_no_since()
    {
        using var folder = new ProjectFolder(
            ("core/a.sql", "select user_id from orders"),
            ("core/b.sql", "select user_id from orders\nwhere _load_seq > :since"),
            ("core/core.yml",
                """
                models:
                  - {name: a, config: {inputs: {orders: user_id}}}
                  - name: b
                    config:
                      {materialized: incremental, incremental_strategy: by_key, unique_key: user_id, inputs: {orders: user_id}}
                """));

        Assert.Equal(
            [
                "sql/core/core.yml:2: core.a has inputs, which only models by key have; expected 'materialized: "
                    + "incremental' and 'incremental_strategy: by_key'.",
                "sql/core/core.yml:5: core.b is built by key, by its full select, but sql/core/b.sql:2 uses :since; "
                    + "take the condition out.",
            ],
            folder.Diagnostics());
    }

    [Fact]
    public void A_source_table_has_no_name_of_a_table_that_is_kept_beside_another()
    {
        using var folder = new ProjectFolder();
        folder.Write("sources.yml", ProjectFolder.Sources.Replace(
            "- name: users", "- name: orders_replaced", StringComparison.Ordinal));

        Assert.Equal(
            ["sql/sources.yml:12: the name 'orders_replaced' is that of a table that Greenery keeps for orders; "
                + "expected another."],
            folder.Diagnostics());
    }

    [Theory]
    [InlineData(
        "unique_key: usr_id, inputs: {orders: user_id}", "",
        "sql/core/a.sql: returns no column 'usr_id', which its unique_key or window names. Did you mean 'user_id'?",
        "sql/core/a.sql: returns no column 'usr_id', which its rebuild_key names; expected one of user_id, total. Did "
            + "you mean 'user_id'?")]
    [InlineData(
        "unique_key: user_id, inputs: {orders: usr_id}", "",
        "sql/core/core.yml:3: of core.a: orders has no column 'usr_id', which its input names; expected one of "
            + "order_id, user_id, amount, ordered_on, tags. Did you mean 'user_id'?")]
    [InlineData(
        "unique_key: user_id, inputs: {orders: {lookup: {usr: user_id}}}", "",
        "sql/core/core.yml:3: of core.a: sql/core/a.sql returns no column 'usr', which the lookup of orders names; "
            + "expected one of user_id, total.")]
    [InlineData(
        "unique_key: user_id, inputs: {orders: ordered_on}", "",
        "sql/core/core.yml:3: of core.a: orders.ordered_on is date and the model's user_id is integer; expected "
            + "the same type, or rows are not found. Read a model by key that has the column in this type.")]
    [InlineData(
        "unique_key: user_id, inputs: {orders: user_id}", "\nhaving random() > 0.5",
        "sql/core/a.sql:3: asks for random(), which may answer differently each time; a model by key computes rows "
            + "again only when its inputs change. Take it out, put it into a view over this model, or use "
            + "'materialized: table'.")]
    [InlineData(
        "unique_key: user_id, inputs: {orders: user_id}", "\nhaving max(ordered_on) < current_date",
        "sql/core/a.sql:3: asks for current_date, which may answer differently each time; a model by key computes rows "
            + "again only when its inputs change. Take it out, put it into a view over this model, or use "
            + "'materialized: table'.")]
    public async Task Faults_that_need_a_database_are_found_before_anything_runs(
        string config, string having, params string[] faults)
    {
        using var folder = new ProjectFolder(
            ("core/a.sql", $"select user_id, sum(amount) as total from orders\ngroup by user_id{having}"),
            ("core/core.yml", ByKey(config)));

        var exception = await Assert.ThrowsAsync<ConfigurationException>(
            () => folder.Read().ValidateAsync(database.Warehouse, default));
        Assert.Equal(faults, exception.Diagnostics.Select(diagnostic => diagnostic.ToString()));
    }

    private static string ByKey(string config) =>
        $$"""
        models:
          - name: a
            config: {materialized: incremental, incremental_strategy: by_key, {{config}}}
        """;
}
