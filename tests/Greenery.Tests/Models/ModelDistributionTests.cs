using Greenery.Tests.Support;

namespace Greenery.Tests.Models;

/// <summary>Where rows of a model are on a cluster, and what of it a cluster could not do.</summary>
public sealed class ModelDistributionTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private const string Types =
        "the node of a row is found by a hash of the value, so that equal values must be exactly the same. Expected "
        + "uuid, text, varchar(n), integer, bigint, numeric, boolean, date, time, timestamp or timestamptz.";

    private const string Merge = "materialized: incremental, unique_key: order_id, ";

    private const string ByKey =
        "materialized: incremental, incremental_strategy: by_key, inputs: {orders: order_id}, ";

    [Theory]
    [InlineData("distributed_by: user_id", "distributed by user_id")]
    [InlineData("distributed_by: order_id, indexes: [{columns: [user_id, order_id], unique: true}]",
        "distributed by order_id")]
    [InlineData("distributed_by: user_id, indexes: [{columns: [order_id]}]", "distributed by user_id")]
    [InlineData("distributed_by: user_id, unique_key: order_id", "distributed by user_id")]
    [InlineData(ByKey + "unique_key: [order_id, user_id], rebuild_key: order_id, distributed_by: user_id",
        "distributed by user_id")]
    [InlineData(ByKey + "unique_key: order_id, partition_by: ordered_on month, distributed_by: order_id",
        "distributed by order_id")]
    [InlineData("reference: true", "reference")]
    [InlineData("reference: false", "")]
    [InlineData("may_be_empty: true", "")]
    public async Task It_is_read(string config, string distribution)
    {
        using var folder = Folder(config);

        var project = folder.Read();

        await project.ValidateAsync(database.Warehouse, default);
        Assert.Equal(distribution, $"{project.Catalogue["a"].Distribution}");
    }

    [Theory]
    [InlineData("materialized: incremental, incremental_strategy: append, distributed_by: user_id")]
    [InlineData("materialized: incremental, incremental_strategy: replace_window, window: ordered_on, "
        + "unique_key: order_id, distributed_by: user_id")]
    [InlineData(Merge + "distributed_by: order_id")]
    [InlineData(Merge + "reference: true")]
    public void Rows_that_are_added_or_replaced_on_their_node_are_fine(string config)
    {
        using var folder = Folder(config, " where _load_seq > :since");

        Assert.Empty(folder.Diagnostics());
    }

    [Theory]
    [InlineData("distributed_by: user_id, reference: true", "",
        "has 'distributed_by: user_id' and 'reference: true'; expected one of them: rows are spread over the nodes "
        + "by a column, or all of them are on every node.")]
    [InlineData("distributed_by: [user_id, order_id]", "",
        "'distributed_by' holds a list; expected one column (user_id).")]
    [InlineData(Merge + "distributed_by: user_id", " where _load_seq > :since",
        "core.a is distributed by 'user_id', which is not in its unique_key (order_id): a row is replaced on its own "
        + "node, and rows with the same key could be on two. Expected 'user_id' in the unique_key, a column of the "
        + "unique_key, or 'reference: true'.")]
    [InlineData(ByKey + "unique_key: [order_id, ordered_on], rebuild_key: order_id, distributed_by: user_id", "",
        "core.a is distributed by 'user_id', which is not in its unique_key (order_id, ordered_on): a row is replaced "
        + "on its own node, and rows with the same key could be on two. Expected 'user_id' in the unique_key, a "
        + "column of the unique_key, or 'reference: true'.")]
    [InlineData("distributed_by: user_id, indexes: [{columns: [order_id], unique: true}]", "",
        "core.a is distributed by 'user_id', which is not in its unique index (order_id): each node keeps an index "
        + "unique among its own rows only. Expected 'user_id' in the index, or a check 'unique' instead of it.")]
    [InlineData(ByKey + "unique_key: order_id, partition_by: ordered_on month, reference: true", "",
        "core.a has 'reference: true' and partition_by; a cluster partitions only tables that are distributed by a "
        + "column. Expected distributed_by, or no partition_by.")]
    public void Faults_are_found_without_a_database(string config, string where, string fault)
    {
        using var folder = Folder(config, where);

        Assert.Equal([$"sql/core/core.yml:4: {fault}"], folder.Diagnostics());
    }

    [Theory]
    [InlineData("distributed_by: user_id", "distributed_by")]
    [InlineData("reference: true", "reference")]
    public void A_view_has_no_rows_of_its_own(string config, string key)
    {
        using var folder = Folder("reference: true");
        folder.Write("core/v.sql", "select user_id from a");
        folder.Write("core/v.yml",
            $"models:\n  - name: v\n    config:\n      materialized: view\n      {config}\n");

        Assert.Equal(
            [$"sql/core/v.yml:5: core.v is a view and has {key}, but no rows of its own; expected it on the models "
                + "that it reads."],
            folder.Diagnostics());
    }

    [Theory]
    [InlineData("usr_id", "which sql/core/a.sql does not return; it returns order_id, user_id, amount, ordered_on, "
        + "tags, weight, short. Did you mean 'user_id'?")]
    [InlineData("tags", "which is jsonb: " + Types)]
    [InlineData("weight", "which is double precision: " + Types)]
    [InlineData("short", null)]
    [InlineData("ordered_on", null)]
    public async Task The_select_returns_the_column_with_a_type_that_can_be_hashed(string column, string? fault)
    {
        using var folder = Folder($"distributed_by: {column}");
        folder.Write("core/a.sql", "select order_id, user_id, amount, ordered_on, tags, 0.5::float8 as weight, "
            + "'x'::varchar(3) as short from orders");

        var validate = () => folder.Read().ValidateAsync(database.Warehouse, default);

        if (fault is null)
        {
            await validate();
            return;
        }
        var exception = await Assert.ThrowsAsync<ConfigurationException>(validate);
        Assert.Equal(
            $"sql/core/core.yml:4: distributed_by of core.a names '{column}', {fault}",
            Assert.Single(exception.Diagnostics).ToString());
    }

    private static ProjectFolder Folder(string config, string where = "") => new(
        ("core/a.sql", $"select order_id, user_id, ordered_on from orders{where}"),
        ("core/core.yml", $"models:\n  - name: a\n    config:\n      {{{config}}}\n"));
}
