using Greenery.Models;
using Greenery.Tests.Support;

namespace Greenery.Tests.Models;

public sealed class DefinitionTests
{
    private const string Parent = "select order_id, amount from orders where amount > 1";
    private const string Child = "select order_id from parent";
    private const string Config = "models: [{name: parent, config: {materialized: table}}]";

    [Theory]
    [InlineData("-- more words\nSELECT  order_id,amount\r\nFROM orders /* x */ WHERE amount>1 ;\n")]
    [InlineData(Parent)]
    public void Comments_white_space_and_case_of_keywords_change_nothing(string parent) =>
        Assert.Equal(Definitions(Parent, Child, Config), Definitions(parent, Child, Config));

    [Theory]
    [InlineData("select order_id, amount from orders where amount > 2", Config)]
    [InlineData("select order_id, amount from orders where amount >= 1", Config)]
    [InlineData("select order_id, amount as \"AMOUNT\" from orders where amount > 1", Config)]
    [InlineData("select order_id, 'a' as amount from orders where amount > 1", Config)]
    [InlineData("select order_id, 'A' as amount from orders where amount > 1", Config)]
    [InlineData(Parent, "models: [{name: parent, config: {materialized: incremental, unique_key: order_id}}]")]
    public void Other_SQL_or_config_is_another_definition_also_of_its_readers(string parent, string config)
    {
        var incremental = config.Contains("incremental", StringComparison.Ordinal) ? $"{parent} and 1 > :since"
            : parent;
        var (before, after) = (Definitions(Parent, Child, Config), Definitions(incremental, Child, config));

        Assert.NotEqual(before["parent"], after["parent"]);
        Assert.NotEqual(before["child"], after["child"]);
    }

    [Fact]
    public void A_literals_case_counts() => Assert.NotEqual(
        Definitions("select 'a' as order_id", Child, Config)["parent"],
        Definitions("select 'A' as order_id", Child, Config)["parent"]);

    [Theory]
    [InlineData("unique_key: order_id", "unique_key: amount")]
    [InlineData("unique_key: order_id", "unique_key: order_id, incremental_strategy: append")]
    [InlineData(
        "window: order_id, incremental_strategy: replace_window",
        "window: amount, incremental_strategy: replace_window")]
    public void How_rows_are_merged_counts(string before, string after)
    {
        const string Sql = $"{Parent} and _load_seq > :since";

        Assert.NotEqual(
            Definitions(Sql, Child, $"models: [{{name: parent, config: {{materialized: incremental, {before}}}}}]")[
                "parent"],
            Definitions(Sql, Child, $"models: [{{name: parent, config: {{materialized: incremental, {after}}}}}]")[
                "parent"]);
    }

    [Fact]
    public void A_contract_that_changes_a_type_counts_for_its_readers_only()
    {
        using var folder =
            new ProjectFolder(("core/parent.sql", Parent), ("core/other.sql", "select email from users"));
        var before = folder.Catalogue();
        folder.Write(
            "sources.yml", ProjectFolder.Sources.Replace("numeric(12,2)", "numeric(14,2)", StringComparison.Ordinal));
        var after = folder.Catalogue();

        Assert.NotEqual(before["parent"].Definition, after["parent"].Definition);
        Assert.Equal(before["other"].Definition, after["other"].Definition);
    }

    // Installations keep the definitions of their tables: another hash builds these anew after an upgrade.
    [Theory]
    [InlineData("a", "indexes: [{columns: [order_id], unique: true}]", Parent, "fd3fedca27e99fe14805e95b93fefb38")]
    [InlineData("c", "materialized: incremental, incremental_strategy: by_key, unique_key: order_id, "
        + "inputs: {orders: order_id}, partition_by: ordered_on month",
        "select order_id, user_id, ordered_on from orders",
        "ecd2f8711b2c1c7c6ac75acd4a8692bb")]
    public void A_model_that_is_not_configured_otherwise_keeps_its_definition(
        string name, string config, string sql, string hash)
    {
        using var folder = new ProjectFolder(
            ($"core/{name}.sql", sql), ("core/core.yml", $"models: [{{name: {name}, config: {{{config}}}}}]"));

        Assert.Equal(hash, folder.Catalogue()[name].Definition);
    }

    // So that nothing is built again on a single server, and what was moved to nodes is not built again there.
    [Theory]
    [InlineData("distributed_by: order_id", "distributed_by: amount")]
    [InlineData("distributed_by: order_id", "reference: true")]
    [InlineData("distributed_by: order_id", "reference: false")]
    [InlineData("reference: true", "reference: false")]
    public void Where_rows_are_on_a_cluster_changes_nothing(string before, string after) => Assert.Equal(
        Definitions(Parent, Child, $"models: [{{name: parent, config: {{{before}}}}}]")["parent"],
        Definitions(Parent, Child, $"models: [{{name: parent, config: {{{after}}}}}]")["parent"]);

    [Fact]
    public void Words_about_a_model_and_its_checks_change_nothing() => Assert.Equal(
        Definitions(Parent, Child, Config),
        Definitions(Parent, Child,
            "models: [{name: parent, description: x, columns: [{name: order_id, data_tests: [unique]}]}]"));

    [Fact]
    public void The_boundaries_of_what_is_hashed_count() => Assert.NotEqual(
        ModelFingerprint.Hash(["ab", "c"]), ModelFingerprint.Hash(["a", "bc"]));

    private static Dictionary<string, string> Definitions(string parent, string child, string config)
    {
        using var folder =
            new ProjectFolder(("core/parent.sql", parent), ("core/child.sql", child), ("core/core.yml", config));
        return folder.Catalogue().Models.ToDictionary(model => model.Name, model => model.Definition);
    }
}
