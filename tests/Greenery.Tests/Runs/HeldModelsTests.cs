using Greenery.Alerts;
using Greenery.Alerts.Incidents;
using Greenery.Checks;
using Greenery.Runs;
using Greenery.Tests.Support;

namespace Greenery.Tests.Runs;

/// <summary>A refused drop stops what depends on its table, and nothing else.</summary>
public sealed class HeldModelsTests
{
    private const string NewUser = "user_id,name,city\n4,Di,Oslo\n";
    private const string NewOrder = "order_id,user_id,amount,placed_on\n13,1,4,2021-02-13\n";

    [Fact]
    public async Task What_reads_the_table_keeps_its_version_and_the_rest_is_published()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        await test.RunAsync();
        var (users, buyers) = (await VersionAsync(test, "dim_users"), await VersionAsync(test, "fact_user_orders"));
        test.Put("2021-02-13/users.csv", "wrong\n1\n");
        test.Put("2021-02-13/orders.csv", NewOrder);

        var report = await test.RunAsync();

        Assert.Equal((RunState.Published, true), (report.State, report.IsPartial));
        Assert.Equal(["core.dim_users", "marketing.fact_user_orders"], report.HeldModels);
        Assert.EndsWith(
            "\nNot updated, because a drop of users was refused: core.dim_users, marketing.fact_user_orders.",
            report.Message, StringComparison.Ordinal);
        Assert.Equal(
            ["dim_users held: a drop of users was refused", "fact_orders new rows in orders",
                "fact_user_orders held: dim_users is held", "daily_sales changed fact_orders"],
            report.Models.OrderBy(model => model.Mart).ThenBy(model => model.Model)
                .Select(model => $"{model.Model} {model.Reason}"));
        Assert.Contains("core.fact_orders: 13,1,4.00,2021-02-13", await test.MartsAsync());
        Assert.Contains("product.daily_sales: 2021-02-13,1,4.00", await test.MartsAsync());
        Assert.Equal(users, await VersionAsync(test, "dim_users"));
        Assert.Equal(buyers, await VersionAsync(test, "fact_user_orders"));
        Assert.Equal(
            ["daily_sales", "fact_orders"], report.Checks.Select(check => check.Model).Distinct().Order());

        test.Put("2021-02-13/users.csv", NewUser);
        var mended = await test.RunAsync();
        Assert.Equal((RunState.Published, false), (mended.State, mended.IsPartial));
        Assert.Empty(mended.HeldModels);
        Assert.Contains("core.dim_users: 4,Di,Oslo", await test.MartsAsync());
        Assert.Contains("marketing.fact_user_orders: 1,Lisbon,3,16.00", await test.MartsAsync());
    }

    [Fact]
    public async Task An_incremental_model_takes_later_all_that_it_missed()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        await test.RunAsync();
        test.Put("2021-02-13/orders-1.csv", NewOrder);
        test.Put("2021-02-13/orders-2.csv", "wrong\n1\n");
        test.Put("2021-02-13/users.csv", NewUser);
        var partial = await test.RunAsync();
        Assert.Equal(
            ["core.fact_orders", "marketing.fact_user_orders", "product.daily_sales"], partial.HeldModels);
        Assert.DoesNotContain("core.fact_orders: 13,1,4.00,2021-02-13", await test.MartsAsync());
        test.Put("2021-02-14/users.csv", "user_id,name,city\n5,Ed,Rome\n");
        Assert.True((await test.RunAsync()).IsPartial);
        test.Put("2021-02-13/orders-2.csv", "order_id,user_id,amount,placed_on\n14,1,5,2021-02-13\n");

        Assert.False((await test.RunAsync()).IsPartial);

        Assert.Equal(
            ["core.fact_orders: 13,1,4.00,2021-02-13", "core.fact_orders: 14,1,5.00,2021-02-13"],
            (await test.MartsAsync()).Where(row => row.EndsWith("2021-02-13", StringComparison.Ordinal)));
        Assert.Contains("product.daily_sales: 2021-02-13,2,9.00", await test.MartsAsync());
    }

    [Fact]
    public async Task A_run_for_an_earlier_date_does_not_publish_what_is_held()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        await test.RunAsync();
        test.Put("2021-02-13/orders-1.csv", NewOrder);
        test.Put("2021-02-13/orders-2.csv", "wrong\n1\n");
        test.Put("2021-02-13/users.csv", NewUser);
        await test.RunAsync();
        test.Put($"{TinyShop.Day}/users-2.csv", "user_id,name,city\n5,Ed,Rome\n");

        var earlier = await test.RunAsync(new RunRequest { Date = DateOnly.Parse(TinyShop.Day) });

        Assert.True(earlier.IsPartial);
        var marts = await test.MartsAsync();
        Assert.Contains("core.dim_users: 5,Ed,Rome", marts);
        Assert.DoesNotContain("core.fact_orders: 13,1,4.00,2021-02-13", marts);
    }

    [Fact]
    public async Task A_refused_drop_is_still_waited_for_when_its_table_has_another_name()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        await test.RunAsync();
        test.Put("2021-02-13/users.csv", "wrong\n1\n");
        await test.RunAsync();
        test.ChangeSql("sources.yml", "- name: users\n", "- name: people\n        config: {drop: users}\n");
        test.ChangeSql("core/dim_users.sql", "from users", "from people");

        var report = await test.RunAsync();

        Assert.Contains("2021-02-13/users.csv", report.Message, StringComparison.Ordinal);
        Assert.Contains("core.dim_users", report.HeldModels);
        Assert.Contains("core.dim_users: 1,Ana,Lisbon", await test.MartsAsync());
    }

    [Fact]
    public async Task In_the_first_run_what_has_no_version_yet_is_left_out()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        test.Put($"{TinyShop.Day}/orders.csv", "wrong\n1\n");
        Assert.True((await test.RunAsync()).IsPartial);
        Assert.All(
            await test.MartsAsync(), row => Assert.StartsWith("core.dim_users: ", row, StringComparison.Ordinal));
        test.Put($"{TinyShop.Day}/orders.csv", TinyShop.Orders);
        Assert.False((await test.RunAsync()).IsPartial);
        Assert.Contains("product.daily_sales: 2021-02-11,2,16.00", await test.MartsAsync());
    }

    [Fact]
    public async Task Nothing_is_published_without_a_required_table()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        test.ChangeSql("sources.yml", "- name: users\n", "- name: users\n        config: {required: true}\n");
        await test.RunAsync();
        var yesterday = await test.MartsAsync();
        test.Put("2021-02-13/users.csv", "wrong\n1\n");
        test.Put("2021-02-13/orders.csv", NewOrder);

        var report = await test.RunAsync();

        Assert.Equal((RunState.Refused, false), (report.State, report.IsPartial));
        Assert.EndsWith(
            "\nNothing is published without the drops of users, which is required (config: required: true).",
            report.Message, StringComparison.Ordinal);
        Assert.Equal(yesterday, await test.MartsAsync());
    }

    [Fact]
    public async Task A_model_whose_check_reads_what_is_held_is_held_and_a_check_that_warns_is_left_out()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        test.ChangeSql(
            "core/core.yml", "      - name: amount\n",
            "      - name: user_id\n        data_tests:\n"
                + "          - relationships: {to: dim_users, field: user_id, config: {severity: warn}}\n"
                + "      - name: amount\n");
        await test.RunAsync();
        test.Put("2021-02-13/users.csv", "wrong\n1\n");
        test.Put("2021-02-13/orders.csv", "order_id,user_id,amount,placed_on\n13,4,4,2021-02-13\n");
        var warned = await test.RunAsync();
        Assert.DoesNotContain("core.fact_orders", warned.HeldModels);
        Assert.DoesNotContain(warned.Checks, check => check.Id.Contains("relationships", StringComparison.Ordinal));

        test.ChangeSql("core/core.yml", "config: {severity: warn}", "config: {severity: error}");
        test.Put("2021-02-14/orders.csv", "order_id,user_id,amount,placed_on\n14,5,4,2021-02-14\n");
        var strict = await test.RunAsync();
        Assert.Equal(RunState.Refused, strict.State);

        test.Put("2021-02-13/users.csv", "user_id,name,city\n4,Di,Oslo\n5,Ed,Rome\n");
        var mended = await test.RunAsync();
        Assert.Equal(RunState.Published, mended.State);
        Assert.Equal(
            CheckStatus.Pass,
            mended.Checks.Single(check => check.Id.Contains("relationships", StringComparison.Ordinal)).Status);
    }

    [Fact]
    public async Task What_a_held_view_reads_keeps_its_rows_too()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        test.WriteSql("product/city_sales.sql",
            "select city, amount\nfrom dim_users\ninner join fact_orders using (user_id)\n");
        test.ChangeSql("product/product.yml", "models:\n",
            "models:\n  - name: city_sales\n    config: {materialized: view}\n");
        await test.RunAsync();
        var yesterday = await test.MartsAsync();
        test.Put("2021-02-13/users.csv", "wrong\n1\n");
        test.Put("2021-02-13/orders.csv", NewOrder);

        var report = await test.RunAsync();

        Assert.Equal(RunState.Refused, report.State);
        Assert.Equal(yesterday, await test.MartsAsync());
    }

    [Fact]
    public async Task A_changed_model_that_is_held_is_shown_as_it_was_and_built_when_its_table_is_whole_again()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        await test.RunAsync();
        test.ChangeSql("core/dim_users.sql", "select user_id, name, city", "select user_id, name, upper(city) as city");
        test.Put("2021-02-13/users.csv", "wrong\n1\n");
        test.Put("2021-02-13/orders.csv", NewOrder);
        Assert.True((await test.RunAsync()).IsPartial);
        Assert.Contains("core.dim_users: 1,Ana,Lisbon", await test.MartsAsync());
        File.Delete(Path.Combine(test.Drops, "2021-02-13", "users.csv"));
        var whole = await test.RunAsync();
        Assert.Equal((RunState.Published, false), (whole.State, whole.IsPartial));
        Assert.Contains("core.dim_users: 1,Ana,LISBON", await test.MartsAsync());
    }

    [Fact]
    public async Task After_a_partial_run_a_changed_check_of_a_held_model_is_evaluated()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        await test.RunAsync();
        test.ChangeSql("core/core.yml", "data_tests: [unique, not_null]\n      - name: name",
            "data_tests: [unique, not_null, {accepted_range: {max_value: 2}}]\n      - name: name");
        test.Put("2021-02-13/users.csv", "wrong\n1\n");
        test.Put("2021-02-13/orders.csv", NewOrder);
        Assert.True((await test.RunAsync()).IsPartial);
        File.Delete(Path.Combine(test.Drops, "2021-02-13", "users.csv"));
        Assert.Equal(RunState.ChecksFailed, (await test.RunAsync()).State);
    }

    [Fact]
    public async Task A_table_that_no_model_reads_is_said_too()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        test.ChangeSql("sources.yml", "      - name: orders\n",
            "      - name: spare\n        columns:\n          - {name: id, data_type: integer, "
                + "constraints: [{type: primary_key}]}\n      - name: orders\n");
        test.Put("2021-02-12/spare.csv", "wrong\n1\n");
        var report = await test.RunAsync();
        Assert.Equal((RunState.Published, 2), (report.State, RunStates.ExitCode(report.State, report.IsPartial)));
        Assert.Empty(report.HeldModels);
        Assert.StartsWith("2021-02-12/spare.csv: lacks column id", report.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_old_table_with_a_refused_drop_does_not_stop_the_rest()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        test.ChangeSql("sources.yml", "- name: users\n",
            "- name: users\n        config: {freshness: {error_after: {count: 1, period: day}}}\n");
        var today = DateTime.UtcNow.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);
        test.Put($"{today}/users.csv", "wrong\n1\n");
        test.Put($"{today}/orders.csv", NewOrder);

        var report = await test.RunAsync();

        Assert.True(report.IsPartial);
        Assert.Equal(
            CheckStatus.Fail, report.Checks.Single(check => check.Id == SourceFreshness.IdOf("users")).Status);
    }

    [Fact]
    public async Task A_partial_run_is_an_incident_until_all_is_published()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        await test.RunAsync();
        test.Put("2021-02-13/users.csv", "wrong\n1\n");
        test.Put("2021-02-13/orders.csv", NewOrder);
        Assert.Contains(RunObservations.Of(await test.RunAsync()), found =>
            found is { Kind: IncidentKind.Run, Level: IncidentSeverity.Error }
            && found.Message.Contains("core.dim_users", StringComparison.Ordinal));
        test.Put("2021-02-13/users.csv", NewUser);
        Assert.Contains(RunObservations.Of(await test.RunAsync()), found =>
            found is { Kind: IncidentKind.Run, Level: IncidentSeverity.Ok });
    }

    [Fact]
    public async Task Readers_can_be_sent_back_to_a_partial_run()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        await test.RunAsync();
        test.Put("2021-02-13/users.csv", "wrong\n1\n");
        test.Put("2021-02-13/orders.csv", NewOrder);
        await test.RunAsync();
        var partial = await test.MartsAsync();
        test.Put("2021-02-13/users.csv", NewUser);
        await test.RunAsync();
        Assert.NotEqual(partial, await test.MartsAsync());

        await test.Pipeline().RollbackAsync(null, CancellationToken.None);

        Assert.Equal(partial, await test.MartsAsync());
    }

    // Not by its run: the table and the rows that readers see.
    private static Task<string?> VersionAsync(TestWarehouse test, string model) => test.ValueAsync<string>(
        $"select concat_ws(' ', table_name, version, fingerprint, until_seq) from ops.live where model = '{model}'");
}
