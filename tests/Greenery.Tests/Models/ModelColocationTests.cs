using System.Text.Json;
using Greenery.Models;
using Greenery.Tests.Support;

namespace Greenery.Tests.Models;

/// <summary>What the configuration says of the joins of a model on a cluster.</summary>
public sealed class ModelColocationTests
{
    private const string Orders = "select order_id, user_id, amount from orders";

    private const string Users = "select user_id, email from users";

    [Fact]
    public void A_project_without_a_distribution_has_nothing_to_say()
    {
        using var folder = new ProjectFolder(("core/a.sql", Orders));

        Assert.Empty(ModelColocation.FindAll(folder.Catalogue()));
    }

    [Theory]
    [InlineData("distributed_by: user_id", "distributed_by: user_id", "distributed_by: user_id",
        "marketing.buyers is distributed by user_id. On the same node, where joined by user_id: dim_users, "
        + "fact_orders.")]
    [InlineData("distributed_by: user_id", "distributed_by: order_id", "reference: true",
        "marketing.buyers is distributed by user_id. On every node: dim_users. Rows move between nodes: fact_orders "
        + "(by order_id).")]
    [InlineData("distributed_by: user_id", "distributed_by: user_id", "may_be_empty: true",
        "marketing.buyers is distributed by user_id. On the same node, where joined by user_id: fact_orders. On every "
        + "node: dim_users.")]
    [InlineData("reference: true", "distributed_by: user_id", "reference: true",
        "marketing.buyers is a reference table. On every node: dim_users. Rows move between nodes: fact_orders (by "
        + "user_id).")]
    public void Each_input_is_where_its_distribution_has_it(string buyers, string orders, string users, string line)
    {
        using var folder = Shop(buyers, orders, users);

        var colocations = ModelColocation.FindAll(folder.Catalogue());

        Assert.Equal(line, Assert.Single(colocations, found => found.Model == "marketing.buyers").Describe());
    }

    [Fact]
    public void A_source_table_is_an_input_too()
    {
        using var folder = Shop("reference: true", "distributed_by: order_id", "may_be_empty: true");
        folder.Write("sources.yml", ProjectFolder.Sources.Replace(
            "- name: orders\n", "- name: orders\n        config: {distributed_by: order_id}\n",
            StringComparison.Ordinal));

        Assert.Equal(
            "core.fact_orders is distributed by order_id. On the same node, where joined by order_id: orders.",
            Assert.Single(ModelColocation.FindAll(folder.Catalogue()), found => found.Model == "core.fact_orders")
                .Describe());
    }

    [Fact]
    public void A_view_is_its_inputs()
    {
        using var folder = Shop("distributed_by: user_id", "distributed_by: order_id", "reference: true");
        folder.Write("core/all_orders.sql", "select * from fact_orders inner join dim_users using (user_id)");
        folder.Write("core/v.yml", "models: [{name: all_orders, config: {materialized: view}}]");
        folder.Write("marketing/buyers.sql", "select user_id from all_orders inner join dim_users using (user_id)");

        Assert.Equal(
            "marketing.buyers is distributed by user_id. On every node: dim_users. Rows move between nodes: "
            + "fact_orders (by order_id, through all_orders).",
            ModelColocation.FindAll(folder.Catalogue())[^1].Describe());
    }

    [Theory]
    [InlineData("integer", "text", InputPlace.OtherNodes)]
    [InlineData("varchar(20)", "text", InputPlace.OtherNodes)]
    [InlineData("varchar(20)", "varchar(30)", InputPlace.SameNode)]
    [InlineData("integer", "int", InputPlace.SameNode)]
    public void Columns_of_two_types_are_not_on_one_node(string own, string other, InputPlace place)
    {
        using var folder = Shop("distributed_by: user_id", "distributed_by: user_id", "reference: true");
        folder.Write("core/core.yml", $"models: [{Model("fact_orders", "distributed_by: user_id", other)}]");
        folder.Write("marketing/marketing.yml", $"models: [{Model("buyers", "distributed_by: user_id", own)}]");

        var buyers = ModelColocation.FindAll(folder.Catalogue())[^1];

        Assert.Equal(place, Assert.Single(buyers.Inputs, input => input.Name == "fact_orders").Place);
    }

    [Fact]
    public async Task Validate_says_it_to_people_and_machines()
    {
        using var folder = Shop("distributed_by: user_id", "distributed_by: order_id", "reference: true");
        var cli = new CliProcess().With("Greenery__Sql", folder.SqlFolder)
            .With("Greenery__Warehouse", "Host=localhost").With("Greenery__Drops", folder.SqlFolder);

        var people = await cli.RunAsync("validate", "--offline");
        var machines = (await cli.RunAsync("validate", "--offline", "--json")).Json;

        Assert.True(people.ExitCode == 0, people.Error);
        Assert.Contains(
            "\nOn a Citus cluster, marketing.buyers is distributed by user_id. On every node: dim_users. Rows move "
            + "between nodes: fact_orders (by order_id).\n", people.Output, StringComparison.Ordinal);
        Assert.Equal(
            """
            {"model":"marketing.buyers","distributed_by":"user_id","inputs":[
            {"name":"dim_users","distributed_by":null,"place":"every_node","through":null},
            {"name":"fact_orders","distributed_by":"order_id","place":"other_nodes","through":null}]}
            """.ReplaceLineEndings(""),
            JsonSerializer.Serialize(machines.GetProperty("colocation").EnumerateArray().Last()));
    }

    [Fact]
    public async Task Plan_says_it_of_the_models_that_a_run_would_build()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        test.WriteSql("marketing/marketing.yml",
            "models: [{name: fact_user_orders, config: {distributed_by: user_id}}]\n");
        const string Line =
            "cluster marketing.fact_user_orders is distributed by user_id. On every node: dim_users, "
            + "fact_orders.\n";

        var before = await CliProcess.On(test).RunAsync("plan");
        var machines = (await CliProcess.On(test).RunAsync("plan", "--json")).Json;
        await test.RunAsync();
        var after = await CliProcess.On(test).RunAsync("plan");

        Assert.Contains(Line, before.Output, StringComparison.Ordinal);
        Assert.Equal("marketing.fact_user_orders",
            Assert.Single(machines.GetProperty("colocation").EnumerateArray()).GetProperty("model").GetString());
        Assert.DoesNotContain("cluster", after.Output, StringComparison.Ordinal);
    }

    private static ProjectFolder Shop(string buyers, string orders, string users) => new(
        ("core/fact_orders.sql", Orders),
        ("core/dim_users.sql", Users),
        ("core/core.yml", $"models: [{Model("fact_orders", orders)}, {Model("dim_users", users)}]"),
        ("marketing/buyers.sql", "select user_id from fact_orders inner join dim_users using (user_id)"),
        ("marketing/marketing.yml", $"models: [{Model("buyers", buyers)}]"));

    private static string Model(string name, string config, string? type = null) => $"{{name: {name}, config: "
        + $"{{{config}}}{(type is null ? "" : $", columns: [{{name: user_id, data_type: {type}}}]")}}}";
}
