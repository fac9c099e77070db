using Greenery.Runs;
using Greenery.Tests.Support;

namespace Greenery.Tests.Publishing;

/// <summary>Marts, the readers' role and the currency are the project's (project.yml).</summary>
public sealed class ProjectMartsTests
{
    [Fact]
    public async Task Other_marts_and_another_role_are_made_at_the_first_publication()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        await using var readers = await TestRole.CreateAsync(test);
        Write(test, $"marts: [base, sales]\nreader_role: {readers}\ncurrency: EUR\n");
        // As with a pipeline's role on a database of version 0.1.
        await test.ExecuteAsync("drop schema core, marketing, product");

        var report = await test.RunAsync();

        Assert.Equal(RunState.Published, report.State);
        Assert.Equal(
            ["base.dim_users true", "base.fact_orders true", "sales.metric_history true", "sales.revenue true"],
            await test.ListAsync(
                $"""
                select format('%s.%s %s', nspname, relname, has_table_privilege('{readers}', pg_class.oid, 'select')::text)
                from pg_class inner join pg_namespace on pg_namespace.oid = relnamespace
                where relkind = 'v' and nspname in ('base', 'sales', 'core', 'marketing', 'product')
                order by 1
                """));
        Assert.True(await test.ValueAsync<bool>(
            $"select bool_and(has_schema_privilege('{readers}', mart, 'usage')) from unnest(array['base', 'sales']) "
            + "as mart"));
        Assert.Equal("EUR", Assert.Single(test.Project.Metrics).Unit);

        test.Put("2021-02-13/orders.csv", "order_id,user_id,amount,placed_on\n13,3,4,2021-02-13\n");
        Assert.Equal(RunState.Published, (await test.RunAsync()).State);
        Assert.Equal(25, await test.ValueAsync<decimal>("select revenue from sales.revenue"));
        Assert.StartsWith("Readers see run 1 again",
            (await test.Pipeline().RollbackAsync(null, CancellationToken.None)).Message, StringComparison.Ordinal);
        Assert.Equal(21, await test.ValueAsync<decimal>("select revenue from sales.revenue"));
    }

    [Fact]
    public void A_model_of_a_mart_that_is_not_named_and_one_that_reads_a_later_mart_are_refused()
    {
        using var folder = new ProjectFolder(
            ("project.yml", "marts: [base, sales]\n"),
            ("core/buyers.sql", "select user_id from users\n"),
            ("base/early.sql", "select user_id from late\n"),
            ("sales/late.sql", "select user_id from users\n"));

        Assert.Equal(
            [
                "sql/core/buyers.sql: is not a file that is read; expected project.yml, sources.yml, "
                    + "<mart>/<model>.sql, <mart>/<mart>.yml, <mart>/checks/<check>.sql or metrics/<metric>.sql with "
                    + "metrics.yml, exposures.yml, and marts base, sales. Move or rename it.",
                "sql/base/early.sql:1: base reads 'late' of sales, which is built later; a model may read its own mart "
                    + "and those before it (base, sales).",
            ],
            folder.Diagnostics());
    }

    [Theory]
    [InlineData("marts: [core, staging]", "'staging' cannot be a mart, which is a folder and a schema; ")]
    [InlineData("marts: [core, run_7]", "'run_7' cannot be a mart, which is a folder and a schema; ")]
    [InlineData("marts: [Core]", "'Core' cannot be a mart, which is a folder and a schema; ")]
    [InlineData("marts: [core, core]", "the mart 'core' is named twice; expected once.")]
    [InlineData("currency: euro", "'euro' cannot be the code of a currency; expected three capital letters of ISO ")]
    [InlineData("time_zone: Mars/Base", "'Mars/Base' cannot be a time zone of this machine; expected an IANA name ")]
    [InlineData("reader_role: pg_read_all_data", "'pg_read_all_data' cannot be a role's name; expected lower-case ")]
    [InlineData("title: [a, b]", "'title' holds a list; expected a text.")]
    [InlineData("marts: {a: b}", "'marts' holds a mapping; expected a text or a list of texts.")]
    public void A_mistake_has_its_line(string line, string message)
    {
        using var folder = new ProjectFolder(("project.yml", $"# ours\nversion: 2\n{line}\n"));

        var refusal = Assert.Single(folder.Diagnostics());

        Assert.StartsWith($"sql/project.yml:3: {message}", refusal, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_no_yaml_has_its_line()
    {
        using var folder = new ProjectFolder(("project.yml", "name: shop\n  title: x\n"));

        Assert.StartsWith(
            "sql/project.yml:2: is no valid YAML: ", Assert.Single(folder.Diagnostics()), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("report: campaign", "sql/core/core.yml:2: unknown report 'campaign' in meta; expected campaigns, "
        + "signals, conversion, retention, movers. Did you mean 'campaigns'?")]
    [InlineData("reports: campaigns", "sql/core/core.yml:2: unknown key 'reports' in meta. Did you mean 'report'?")]
    public void A_part_of_the_report_that_there_is_not_is_refused(string meta, string message)
    {
        using var folder = new ProjectFolder(
            ("core/buyers.sql", "select user_id from users\n"),
            ("core/core.yml", $"models:\n  - {{name: buyers, meta: {{{meta}}}}}\n"));

        Assert.Equal([message], folder.Diagnostics());
    }

    [Fact]
    public void Two_models_of_one_part_of_the_report_are_refused()
    {
        using var folder = new ProjectFolder(
            ("core/buyers.sql", "select user_id from users\n"),
            ("core/mails.sql", "select user_id from users\n"),
            ("core/core.yml", "models:\n  - {name: buyers, meta: {report: campaigns}}\n"
                + "  - {name: mails, meta: {report: campaigns}}\n"));

        Assert.Equal(
            [
                "sql/core/mails.sql: is to be shown as report 'campaigns' like sql/core/buyers.sql; expected one "
                + "model with "
                    + "'meta: {report: campaigns}'.",
            ],
            folder.Diagnostics());
    }

    private static void Write(TestWarehouse test, string project)
    {
        foreach (var mart in new[] { "core", "marketing", "product" })
        {
            Directory.Delete(Path.Combine(test.Sql, mart), recursive: true);
        }
        test.DeleteSql("metrics/orders.sql");
        test.WriteSql("project.yml", project);
        test.WriteSql("base/dim_users.sql", "select user_id, name, city from users\n");
        test.WriteSql("base/fact_orders.sql",
            "select order_id, user_id, amount, placed_on\nfrom orders\nwhere _load_seq > :since\n");
        test.WriteSql("base/base.yml", "models:\n  - {name: dim_users}\n"
            + "  - {name: fact_orders, config: {materialized: incremental, unique_key: order_id}}\n");
        test.WriteSql("sales/revenue.sql", "select sum(amount) as revenue from fact_orders\n");
        test.WriteSql("sales/sales.yml", "models:\n  - name: revenue\n    config: {materialized: view}\n"
            + "    columns: [{name: revenue, data_tests: [not_null]}]\n");
        test.WriteSql("sales/checks/no_debt.sql",
            "-- No order is negative.\nselect * from fact_orders where amount < 0\n");
        test.WriteSql("metrics/revenue.sql",
            "-- Revenue (money): all orders.\nselect revenue as value from sales.revenue\n");
    }
}
