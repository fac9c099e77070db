using Greenery.Sources;
using Greenery.Staging.Loading;
using Greenery.Tests.Support;

namespace Greenery.Tests.Staging;

public sealed class StagingTablesTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    [Fact]
    public async Task A_table_is_made_from_its_contract_and_made_again_without_harm()
    {
        await using var harness = await LoadHarness.CreateAsync(database);
        await EnsureAsync(harness.Table);
        Assert.Equal(
            [
                "id integer true", "name text false", "price numeric(8,2) false", "_extra jsonb false",
                "_drop_id bigint true", "_load_seq bigint true",
            ],
            await harness.QueryAsync(
                "select concat_ws(' ', attname, format_type(atttypid, atttypmod), attnotnull::text) from pg_attribute "
                + $"where attrelid = '{harness.Name}'::regclass and attnum > 0 order by attnum"));
    }

    [Fact]
    public async Task A_new_column_is_added_and_one_that_left_may_be_null()
    {
        await using var harness = await LoadHarness.CreateAsync(
            database, Change(x => x.Name == "price" ? x with { IsRequired = true } : x));
        await harness.LoadAsync("id,name,price\n1,a,1\n");
        harness.Table = harness.Table with
        {
            Columns = [.. harness.Table.Columns.Where(x => x.Name != "price"), LoadHarness.Column("size", "integer")],
        };
        await EnsureAsync(harness.Table);
        await harness.LoadAsync("id,name,size\n2,b,5\n", "2026-11-22");
        Assert.Equal(["(1,1.00,)", "(2,,5)"], await harness.RowsAsync("id, price, size"));
    }

    [Fact]
    public async Task A_retyped_column_and_another_key_are_refused_together()
    {
        await using var harness = await LoadHarness.CreateAsync(database);
        var retyped = harness.Table with
        {
            PrimaryKey = ["id", "name"],
            Columns = [.. harness.Table.Columns.Select(x =>
                x.Name == "price" ? LoadHarness.Column("price", "text") : x)],
        };
        var fault = await Assert.ThrowsAsync<ConfigurationException>(() => EnsureAsync(retyped));
        Assert.Equal(2, fault.Diagnostics.Count);
        Assert.StartsWith(
            "column 'price' is text here and numeric(8,2) in \"staging\"", fault.Diagnostics[0].Message);
        Assert.StartsWith("the key is (id, name) here and (id) in", fault.Diagnostics[1].Message);
    }

    [Fact]
    public async Task Names_that_staging_uses_itself_are_refused()
    {
        var table = LoadHarness.Plants with
            { Columns = [.. LoadHarness.Plants.Columns, LoadHarness.Column("_extra", "text")] };
        var fault = await Assert.ThrowsAsync<ConfigurationException>(() => EnsureAsync(table));
        Assert.Contains("'_extra' has a name that staging keeps for itself", fault.Message);
    }

    private Task EnsureAsync(SourceTable table) =>
        new StagingTables(database.Warehouse).EnsureAsync([table], null, CancellationToken.None);

    private static SourceTable Change(Func<SourceColumn, SourceColumn> change) =>
        LoadHarness.Plants with { Columns = [.. LoadHarness.Plants.Columns.Select(change)] };
}
