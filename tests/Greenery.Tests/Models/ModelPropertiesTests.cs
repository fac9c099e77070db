using Greenery.Tests.Support;

namespace Greenery.Tests.Models;

/// <summary>What a property file can have wrong, and the message: file, line, found, expected.</summary>
public sealed class ModelPropertiesTests
{
    [Theory]
    [InlineData("  - name: aa", "3: describes 'aa', but there is no sql/core/aa.sql. Did you mean 'a'?")]
    [InlineData("  - name: later", "3: describes 'later', but there is no sql/core/later.sql.")]
    [InlineData("  - description: x", "3: has no 'name'; expected one.")]
    [InlineData("  - name: a\n  - name: a", "4: model 'a' is already described at sql/core/core.yml:3.")]
    [InlineData(
        "  - name: a\n    colums: []",
        "4: unknown key 'colums'; expected columns, config, constraints, data_tests, description, docs, meta, name, "
        + "tags, tests. Did you mean 'columns'?")]
    [InlineData("  - name: a\n    columns: x", "4: 'columns' holds 'x'; expected a list.")]
    [InlineData("  - name: a\n    columns: [x]", "4: 'columns' holds 'x'; expected a list of mappings.")]
    [InlineData("  - name: a\n    config: [x]", "4: 'config' holds a list; expected a mapping.")]
    [InlineData("  - name: [a]", "3: 'name' holds a list; expected a text.")]
    [InlineData(
        "  - name: a\n    config: {materialised: view}",
        "4: unknown key 'materialised'; expected contract, distributed_by, docs, incremental_strategy, indexes, "
        + "inputs, materialized, may_be_empty, meta, needs, partition_by, rebuild_key, reference, tags, unique_key, "
        + "window. Did you mean 'materialized'?")]
    [InlineData(
        "  - name: a\n    config: {materialized: tabel}",
        "4: unknown materialized 'tabel'; expected table, view, incremental. Did you mean 'table'?")]
    [InlineData(
        "  - name: a\n    config:\n      materialized: view",
        "5: core.a is a view onto staging (orders): readers would see rows before they are checked. Use "
        + "'materialized: table', or read a model.")]
    [InlineData(
        "  - name: a\n    config: {indexes: [{columns: [order_id], type: btee}]}",
        "4: 'type: btee' is no type of index; expected btree, hash, gin, gist, brin, spgist. Did you mean 'btree'?")]
    [InlineData(
        "  - name: a\n    config: {indexes: [{unique: true}]}",
        "4: an index has no 'columns'; expected a list of columns ({columns: [order_date]}).")]
    [InlineData(
        "  - name: a\n    config: {partition_by: ordered_on month}",
        "4: core.a has partition_by, which source tables and models by key have; expected 'materialized: incremental' "
        + "and 'incremental_strategy: by_key', or no partition_by.")]
    [InlineData(
        "  - name: a\n    config:\n      materialized: view\n      partition_by: ordered_on weekly",
        "6: 'partition_by: ordered_on weekly' divides no table; expected a column and day, month or year (created_at "
        + "month).")]
    [InlineData(
        "  - name: a\n    columns:\n      - {name: id, typ: x}",
        "5: unknown key 'typ'; expected config, constraints, data_tests, data_type, description, meta, name, tags, "
        + "tests.")]
    [InlineData(
        "  - name: a\n    columns:\n      - {name: id, meta: {pii: yes}}",
        "5: 'pii' holds 'yes'; expected true or false.")]
    [InlineData(
        "  - name: a\n    columns:\n      - {name: id}\n      - {name: id}",
        "3: column 'id' of core.a is described 2 times; expected once.")]
    [InlineData(
        "  - name: a\n    data_tests: [{unique: {}, not_null: {}}]",
        "4: 'data_tests' holds a mapping; expected a list of names, each alone or with a mapping ('- unique' or "
        + "'- unique: {...}').")]
    public void A_fault_of_the_property_file_has_file_and_line(string models, string fault)
    {
        using var folder = new ProjectFolder(
            ("core/a.sql", "select order_id as id from orders"),
            ("marketing/later.sql", "select 1 as one"),
            ("core/core.yml", $"version: 2\nmodels:\n{models}\n"));

        Assert.Contains($"sql/core/core.yml:{fault}", folder.Diagnostics());
        Assert.True(folder.Diagnostics().Count <= 2, string.Join('\n', folder.Diagnostics()));
    }

    [Theory]
    [InlineData(
        "{materialized: incremental}",
        "select 1 as id where 1 > :since",
        "core.a merges new rows but has no unique_key; expected the columns that identify a row.")]
    [InlineData(
        "{materialized: incremental, unique_key: id}",
        "select 1 as id",
        "core.a is incremental but sql/core/a.sql does not use :since; expected a condition such as 'where "
        + "_load_seq > :since'.")]
    [InlineData(
        "{materialized: incremental, incremental_strategy: replace_window}",
        "select 1 as id where 1 > :since",
        "core.a replaces windows but has no window; expected the column whose values are replaced (say, "
        + "event_date).")]
    public void An_incremental_model_says_what_it_needs(string config, string sql, string fault)
    {
        using var folder =
            new ProjectFolder(("core/a.sql", sql), ("core/core.yml", $"models:\n  - name: a\n    config: {config}\n"));

        Assert.Equal([$"sql/core/core.yml:3: {fault}"], folder.Diagnostics());
    }
}
