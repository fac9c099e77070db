using Greenery.Runs;
using Greenery.Tests.Support;

namespace Greenery.Tests.Publishing;

/// <summary>The comments on the views of the marts say what the properties describe, as soon as they do.</summary>
public sealed class ViewCommentsTests
{
    private const string Comments =
        """
        select concat_ws(': ', pg_class.relname, attname, description) from pg_description
        inner join pg_class on pg_class.oid = objoid
        left join pg_attribute on attrelid = objoid and attnum = objsubid and objsubid > 0
        where classoid = 'pg_class'::regclass and relnamespace = 'core'::regnamespace
        order by 1
        """;

    [Fact]
    public async Task Edited_descriptions_are_written_by_the_next_run_which_builds_nothing()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        test.ChangeSql("core/core.yml", "  - name: dim_users\n", "  - name: dim_users\n    description: Who buys.\n");
        test.ChangeSql("core/core.yml", "      - name: user_id\n",
            "      - name: city\n        description: \"Ana's town.\"\n      - name: user_id\n");
        await test.RunAsync();
        await test.ExecuteAsync(
            "comment on column core.dim_users.user_id is 'of Ana'; comment on view core.fact_orders is 'of Bo'");
        Assert.Equal(
            [
                "dim_users: Who buys.", "dim_users: city: Ana's town.", "dim_users: user_id: of Ana",
                "fact_orders: of Bo",
            ],
            await test.ListAsync(Comments));

        test.ChangeSql("core/core.yml", "Who buys.", "People with an account.");
        test.ChangeSql("core/core.yml", "Ana's town.", "Where they live.");
        var report = await test.RunAsync();

        Assert.Equal((RunState.Unchanged, 0), (report.State, report.Notes.Count));
        Assert.Equal(
            [
                "dim_users: People with an account.", "dim_users: city: Where they live.", "dim_users: user_id: of Ana",
                "fact_orders: of Bo",
            ],
            await test.ListAsync(Comments));
    }

    // The description is of the version that readers do not see yet.
    [Fact]
    public async Task Those_of_a_model_that_was_not_published_wait_for_it()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        test.ChangeSql("core/core.yml", "  - name: dim_users\n", "  - name: dim_users\n    description: Users.\n");
        test.ChangeSql("core/core.yml", "  - name: fact_orders\n", "  - name: fact_orders\n    description: Orders.\n");
        await test.RunAsync();
        test.ChangeSql("core/core.yml", "description: Users.", "description: Users, twice.");
        test.ChangeSql("core/core.yml", "description: Orders.", "description: All orders.");
        test.ChangeSql("core/dim_users.sql", "from users",
            "from users union all select user_id, name, city from users where user_id = 2");

        Assert.Equal(RunState.ChecksFailed, (await test.RunAsync()).State);

        Assert.Equal(["dim_users: Users.", "fact_orders: All orders."], await test.ListAsync(Comments));
    }

    [Fact]
    public async Task A_view_that_others_have_locked_is_noted_and_described_by_the_next_run()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        test.ChangeSql("core/core.yml", "  - name: dim_users\n", "  - name: dim_users\n    description: Users.\n");
        await test.RunAsync();
        await using var hold = await test.Database.Warehouse.ConnectAsync(default);
        await using var transaction = await hold.BeginTransactionAsync();
        await new Npgsql.NpgsqlCommand("lock table core.dim_users in share update exclusive mode", hold)
            .ExecuteNonQueryAsync();
        test.ChangeSql("core/core.yml", "description: Users.", "description: People.");

        var report = await test.RunAsync();

        Assert.Equal(RunState.Unchanged, report.State);
        Assert.Equal(
            "Changed descriptions were not written to the views of the marts: others hold locks on them. The next run "
            + "writes them.", Assert.Single(report.Notes));
        await transaction.RollbackAsync();
        Assert.Empty((await test.RunAsync()).Notes);
        Assert.Equal(["dim_users: People."], await test.ListAsync(Comments));
    }
}
