using Greenery.Models;
using Greenery.Tests.Support;
using Greenery.Warehouse;
using Greenery.Workshop;

namespace Greenery.Tests.Workshop;

/// <summary>What <c>greenery preview</c> shows of a model, and what it refuses.</summary>
public sealed class ModelPreviewTests
{
    [Fact]
    public async Task Rows_come_from_staging_and_from_what_readers_see_and_personal_values_are_masked()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        await test.RunAsync();
        test.ChangeSql("core/dim_users.sql", "city from users", "city, name as who, user_id > 1 as is_new from users "
            + "order by user_id");

        var users = await PreviewAsync(test, "dim_users", 2);
        Assert.Equal(["user_id integer", "name text", "city text", "who text", "is_new boolean"],
            users.Columns.Select(column => $"{column.Name} {column.Type}"));
        Assert.Equal(["1, ***, Lisbon, ***, false", "2, ***, Malmo, ***, true"], Lines(users));
        Assert.Empty(users.Notes);

        // What a full build would give, also of an incremental model; a model that it reads is as readers see it.
        Assert.Equal(3, (await PreviewAsync(test, "fact_orders")).Rows.Count);
        var spend = await PreviewAsync(test, "marketing.fact_user_orders");
        Assert.Equal(["1, Lisbon, 2, 12.00", "2, Malmo, 1, 9.00"], Lines(spend).Order());
        Assert.Equal(
            ["core.dim_users is not what its file says now; the rows come from what readers see of it."], spend.Notes);
    }

    [Fact]
    public async Task Rows_that_a_model_takes_away_are_not_shown()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        await test.RunAsync();
        test.ChangeSql("core/fact_orders.sql", "placed_on\n", "placed_on, amount > 6 as _deleted\n");

        var orders = await PreviewAsync(test, "fact_orders");

        Assert.Equal(["10, 1, 5.00, 2021-02-10"], Lines(orders));
    }

    [Fact]
    public async Task What_is_not_there_yet_is_named_and_what_to_do()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        test.WriteSql(
            "product/user_list.sql", "select user_id from dim_users inner join orders as o using (user_id)\n");
        await test.ExecuteAsync("drop schema ops cascade");

        var refused = await Assert.ThrowsAsync<ConfigurationException>(() => PreviewAsync(test, "user_list"));

        Assert.Equal(
            ["sql/product/user_list.sql: reads core.dim_users, which is not published yet; a preview reads what "
                + "readers see. Run 'greenery run' first, or try 'greenery preview dim_users'.",
                "sql/product/user_list.sql: reads staging.orders, which is not there yet: no run has loaded a drop of "
                + "it. Run 'greenery run' first."],
            refused.Diagnostics.Select(diagnostic => $"{diagnostic}"));
    }

    [Theory]
    [InlineData("select user_id, nmae\nfrom users", "sql/core/dim_users.sql:1: PostgreSQL refuses it: column \"nmae\"")]
    [InlineData("select user_id,\n  1 / (user_id - user_id) as x from users",
        "sql/core/dim_users.sql: PostgreSQL refuses it: division by zero (22012).")]
    [InlineData("select user_id, setval('staging.taken', 7) as x from users",
        "sql/core/dim_users.sql: cannot execute setval() in a read-only transaction; expected a select that only "
        + "reads.")]
    [InlineData("select user_id, pg_sleep(60) from users",
        "sql/core/dim_users.sql: takes longer than 1.0 s and was stopped. Nothing was changed.")]
    public async Task A_select_that_is_refused_writes_or_takes_too_long_says_so(string sql, string message)
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        await test.RunAsync();
        await test.ExecuteAsync("create sequence staging.taken");
        test.WriteSql("core/dim_users.sql", sql);

        var refused = await Assert.ThrowsAsync<ConfigurationException>(
            () => PreviewAsync(test, "dim_users", timeLimit: TimeSpan.FromSeconds(1)));

        Assert.StartsWith(message, refused.Message, StringComparison.Ordinal);
        Assert.Equal(1, await test.ValueAsync<long>("select nextval('staging.taken')"));
    }

    [Fact]
    public async Task A_role_that_may_not_read_staging_gets_what_it_needs()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        await test.RunAsync();
        await using var reader = await TestRole.CreateAsync(test);
        await test.ExecuteAsync(
            $"grant usage on schema ops to {reader}; grant select on all tables in schema ops to {reader}");
        await using var warehouse = await PostgresWarehouse.OpenAsync(
            $"{test.Database.ConnectionString};Options=-c role={reader}", default);
        var catalogue = test.Project.Catalogue;

        var refused = await Assert.ThrowsAsync<ConfigurationException>(
            () => new ModelPreview(warehouse, catalogue).RunAsync(catalogue["fact_user_orders"], 1, default));

        Assert.Equal(
            $"Greenery:Warehouse: role {reader} may not read schema core, which marketing.fact_user_orders reads. Let "
            + $"it: grant usage on schema core to {reader}; grant select on all tables in schema core to {reader}.",
            refused.Message);
        await test.ExecuteAsync($"grant usage on schema core to {reader}");
        refused = await Assert.ThrowsAsync<ConfigurationException>(
            () => new ModelPreview(warehouse, catalogue).RunAsync(catalogue["fact_user_orders"], 1, default));
        Assert.Contains("Expected a role that may read what runs read and build", refused.Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_name_of_no_model_is_refused_with_the_nearest()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        ModelCatalogue catalogue = test.Project.Catalogue;
        Assert.Equal(catalogue["dim_users"], catalogue.Named("preview", "core.dim_users"));

        foreach (var (name, near) in new[] { ("dim_user", "dim_users"), ("core.dim_user", "core.dim_users") })
        {
            var refused = Assert.Throws<ConfigurationException>(() => catalogue.Named("preview", name));
            Assert.Equal(
                $"preview: '{name}' is no model; expected one of core.dim_users, core.fact_orders, "
                + $"marketing.fact_user_orders, product.daily_sales. Did you mean '{near}'?", refused.Message);
        }
    }

    private static Task<PreviewedRows> PreviewAsync(
        TestWarehouse test, string name, int limit = ModelPreview.UsualLimit, TimeSpan? timeLimit = null)
    {
        var catalogue = test.Project.Catalogue;
        return new ModelPreview(test.Database.Warehouse, catalogue, timeLimit)
            .RunAsync(catalogue.Named("preview", name), limit, default);
    }

    private static IEnumerable<string> Lines(PreviewedRows rows) => rows.Rows.Select(row => string.Join(", ", row));
}
