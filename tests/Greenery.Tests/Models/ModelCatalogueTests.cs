using Greenery.Models;
using Greenery.Runs;
using Greenery.Tests.Support;

namespace Greenery.Tests.Models;

public sealed class ModelCatalogueTests
{
    [Fact]
    public void Models_come_in_the_order_they_are_built_in()
    {
        using var folder = new ProjectFolder(
            ("product/a_last.sql", "select * from buyers"),
            ("marketing/buyers.sql", "select * from z_first join users using (user_id)"),
            ("core/b_second.sql", "select user_id from z_first"),
            ("core/z_first.sql", "select user_id from orders"));

        var catalogue = folder.Catalogue();

        Assert.Equal(
            ["core.z_first", "core.b_second", "marketing.buyers", "product.a_last"],
            catalogue.Models.Select(model => $"{model}"));
        Assert.Equal(["z_first"], catalogue["buyers"].Models);
        Assert.Equal(["users"], catalogue["buyers"].Sources);
    }

    [Fact]
    public void What_the_property_file_says_of_a_model_is_read()
    {
        using var folder = new ProjectFolder(
            ("core/facts.sql",
                "select order_id, user_id as email, ordered_on from orders where _load_seq > :since;\n-- the end"),
            ("core/core.yml",
                """
                version: 2
                models:
                  - name: facts
                    description: One row per order.
                    meta: {owner: data@greenery.example}
                    config: {materialized: incremental, incremental_strategy: replace_window, unique_key: order_id, window: ordered_on, tags: [x]}
                    columns:
                      - {name: order_id, description: The order., data_type: integer, data_tests: [unique]}
                      - {name: email, meta: {pii: true}}
                    data_tests:
                      - expression_is_true: {expression: order_id > 0}
                """));

        var model = folder.Catalogue()["facts"];

        Assert.Equal("One row per order.", model.Description);
        Assert.Equal("data@greenery.example", model.Owner);
        Assert.Equal((Materialization.Incremental, IncrementalStrategy.ReplaceWindow, "ordered_on"),
            (model.Materialization, model.Strategy, model.Window));
        Assert.Equal(["order_id"], model.UniqueKey);
        Assert.Equal(
            ["order_id False", "email True"], model.Columns.Select(column => $"{column.Name} {column.IsPersonal}"));
        Assert.Equal(
            ["order_id unique", " expression_is_true"], model.Checks.Select(check => $"{check.Column} {check.Kind}"));
        Assert.EndsWith("_load_seq > 5::bigint", model.SqlSince(5), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "sql/core/a.sql:1: begins with nothing; expected one statement that begins with select or with.")]
    [InlineData(
        "-- empty\n",
        "sql/core/a.sql:1: begins with nothing; expected one statement that begins with select or with.")]
    [InlineData(
        "\n\nupdate orders set x = 1",
        "sql/core/a.sql:3: begins with 'update'; expected one statement that begins with select or with.")]
    [InlineData("select 1;\nselect 2;", "sql/core/a.sql:1: holds more than one statement; expected one select a file.")]
    [InlineData("select 1\nwhere 1 > :sinc", "sql/core/a.sql:2: unknown parameter ':sinc'; expected none but :since "
        + "and :time_zone.")]
    [InlineData("select 1,\n'2", "sql/core/a.sql:2: a string that begins here does not end.")]
    [InlineData(
        "select *\nfrom order_s",
        "sql/core/a.sql:2: reads 'order_s', which is no model, source table or with clause. Did you mean 'orders'?")]
    [InlineData(
        "select *\nfrom somewhere_else",
        "sql/core/a.sql:2: reads 'somewhere_else', which is no model, source table or with clause.")]
    [InlineData(
        "select *\nfrom\nstaging.orders",
        "sql/core/a.sql:3: reads 'staging.orders'; expected a bare name (orders), so that the run's own version "
        + "is read.")]
    [InlineData(
        "select *\nfrom later",
        "sql/core/a.sql:2: core reads 'later' of marketing, which is built later; a model may read its own mart "
        + "and those before it (core, marketing, product).")]
    [InlineData(
        "select 1\nfrom a",
        "sql/core/a.sql: reads itself in a circle: a -> a. Take one of these references out.")]
    public void A_model_that_cannot_be_is_refused_with_file_and_line(string sql, string fault)
    {
        using var folder = new ProjectFolder(("core/a.sql", sql), ("marketing/later.sql", "select 1 as one"));

        Assert.Equal([fault], folder.Diagnostics());
    }

    [Fact]
    public void A_circle_is_shown_and_is_all_there_is_to_say()
    {
        using var folder = new ProjectFolder(
            ("core/a.sql", "select id from c"),
            ("core/b.sql", "select id from a"),
            ("core/c.sql", "select id from b"),
            ("core/after.sql", "select id from c"),
            ("core/sound.sql", "select user_id as id from orders"),
            ("core/core.yml",
                "models: [{name: sound, columns: [{name: id, data_tests: [relationships: {to: after, field: "
                    + "id}]}]}]"));

        Assert.Equal(["sql/core/a.sql: reads itself in a circle: a -> c -> b -> a. Take one of these references out."],
            folder.Diagnostics());
    }

    [Fact]
    public void A_broken_file_is_not_also_called_missing()
    {
        using var folder = new ProjectFolder(
            ("core/a.sql", "select 'x as id"),
            ("core/b.sql", "select id from a"),
            ("core/core.yml", "models: [{name: a, config: {materialized: incremental, unique_key: id}}]"));

        Assert.Equal(["sql/core/a.sql:1: a string that begins here does not end."], folder.Diagnostics());
    }

    [Fact]
    public void Each_name_is_used_once()
    {
        using var folder = new ProjectFolder(
            ("core/buyers.sql", "select 1 as one"),
            ("core/orders.sql", "select 1 as one"),
            ("product/buyers.sql", "select 1 as one"),
            ("product/product.yml", "models: [{name: buyers}]"));

        Assert.Equal(
            [
                "sql/core/orders.sql: the name 'orders' is taken by sql/sources.yml:5; names are used bare, so each "
                    + "model and source table needs its own.",
                "sql/product/buyers.sql: the name 'buyers' is taken by sql/core/buyers.sql; names are used bare, so "
                    + "each model and source table needs its own.",
            ],
            folder.Diagnostics());
    }

    [Fact]
    public void A_with_clause_must_not_hide_a_table_that_is_read_as_well()
    {
        using var folder = new ProjectFolder(
            ("core/a.sql", "with first as (select 1 from orders, b),\norders as (select 1 as id),\nb as (select 2)\n"
                + "select id from orders"),
            ("core/b.sql", "select 1 as one"));

        Assert.Equal(
            [
                "sql/core/a.sql:2: a with clause is called 'orders' like a source table, which the select reads as "
                    + "well; give it another name.",
                "sql/core/a.sql:3: a with clause is called 'b' like a model, which the select reads as well; give it "
                    + "another name.",
            ],
            folder.Diagnostics());
    }

    [Fact]
    public void A_with_clause_may_import_a_table_under_its_name_or_have_that_of_one_that_is_not_read()
    {
        using var folder = new ProjectFolder(
            ("core/buyers.sql",
                """
                with orders as (select * from orders where amount > 0),
                users as (select 1 as user_id),
                buyers as (select user_id from orders)
                select buyers.user_id from buyers inner join users using (user_id)
                """));

        Assert.Equal(["orders"], Assert.Single(folder.Catalogue().Models).Sources);
    }

    [Theory]
    [InlineData("Users.sql")]
    [InlineData("_hidden.sql")]
    [InlineData("1st.sql")]
    [InlineData("a-b.sql")]
    [InlineData("a_name_that_leaves_no_room_for_a_fingerprint.sql")]
    public void A_name_that_would_need_quotes_or_is_too_long_is_refused(string file)
    {
        using var folder = new ProjectFolder(($"core/{file}", "select 1 as one"));

        Assert.Equal(
            [$"sql/core/{file}: is no model name; expected lower-case letters, digits and _, at most 40, not "
                + $"beginning with a digit or _, and no reserved word of SQL."],
            folder.Diagnostics());
    }

    [Fact]
    public void Faults_of_all_files_come_at_once()
    {
        using var folder = new ProjectFolder(
            ("core/a.sql", "select * from orderz"), ("marketing/b.sql", "drop table x"),
            ("core/core.yml", "modls: []"));

        Assert.Equal(3, folder.Diagnostics().Count);
    }

    [Fact]
    public void The_projects_own_folder_is_sound() => Assert.NotEmpty(Project.Read(Repository.SqlFolder).Checks);
}
