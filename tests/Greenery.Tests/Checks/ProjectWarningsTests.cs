using Greenery.Runs;
using Greenery.Tests.Support;

namespace Greenery.Tests.Checks;

/// <summary><c>greenery validate</c> warns of what works and is likely to be a slip.</summary>
public sealed class ProjectWarningsTests
{
    private const string Several = "sql/metrics/m.sql: may return several rows, of which none would be taken: expected "
        + "one row, such as of sum() or count() without 'group by', or a column 'day' beside 'value'.";

    [Theory]
    [InlineData("select amount as value from core.sales")]
    [InlineData("select sum(amount) as value from core.sales group by user_id")]
    [InlineData("select sum(amount) over () as value from core.sales")]
    [InlineData("select (select max(user_id) from core.sales) as value from core.sales")]
    [InlineData("select 1 as value union all select count(*) from core.sales")]
    [InlineData("with per_user as (select sum(amount) as value from core.sales group by user_id)\n"
        + "select value from per_user")]
    [InlineData("select total as value from core.totals, core.sales")]
    [InlineData("select amount as value from core.sales where user_id = 1")]
    [InlineData("select amount as value from core.sales where user_id = 1 and day = date '2026-01-01' or amount = 2")]
    public void A_metric_that_may_return_several_rows_is_found(string sql) => Assert.Equal([Several], Warnings(sql));

    [Theory]
    [InlineData("select count(*) as value from core.sales")]
    [InlineData("select round(avg(amount), 2) as value from core.sales where amount > 0")]
    [InlineData("select 1.0 * sum(amount) filter (where amount > 0) / nullif(count(*), 0) as value from core.sales")]
    [InlineData("select amount as value from core.sales order by amount limit 1")]
    [InlineData("with all_sales as (select count(*) as n from core.sales) select n as value from all_sales")]
    [InlineData("select value from (select max(amount) as value from core.sales) as largest")]
    [InlineData("select total as value from core.totals")]
    [InlineData("select a.total - b.total as value from core.totals as a cross join core.totals as b")]
    [InlineData("select amount as value from core.sales where user_id = 1 and day = date '2026-01-01'")]
    [InlineData("select day, sum(amount) as value from core.sales group by day")]
    public void One_that_returns_one_row_or_days_is_none(string sql) => Assert.Empty(Warnings(sql));

    [Theory]
    [InlineData("meta: {owner: ana}, columns: [{name: one, data_tests: [unique]}]", null)]
    [InlineData("meta: {owner: ana}, data_tests: [unique_combination_of_columns: {combination_of_columns: "
        + "[one]}]", null)]
    [InlineData("columns: [{name: one, data_tests: [unique]}]",
        "has no owner, who would be notified of it (meta: {owner: ...}).")]
    [InlineData("meta: {owner: ana}, columns: [{name: one, data_tests: [not_null]}]",
        "has no check of a unique key, such as unique or unique_combination_of_columns.")]
    [InlineData("description: x", "has no owner, who would be notified of it (meta: {owner: ...}); no check of a "
        + "unique key, such as unique or unique_combination_of_columns.")]
    public void A_model_without_an_owner_or_a_key_is_found(string properties, string? warning)
    {
        using var folder = new ProjectFolder(("core/a.sql", "select user_id as one from users"),
            ("core/core.yml", $"models: [{{name: a, {properties}}}]"));

        string[] expected = warning is null ? [] : [$"sql/core/a.sql: {warning}"];
        Assert.Equal(expected, Texts(folder.Read()));
    }

    private static IEnumerable<string> Texts(Project project) => project.Warnings.Select(warning => $"{warning}");

    private static IEnumerable<string> Warnings(string sql)
    {
        using var folder = new ProjectFolder(
            ("core/sales.sql", "select user_id, ordered_on as day, amount from orders"),
            ("core/totals.sql", "select sum(amount) as total from sales"),
            ("core/core.yml",
                """
                models:
                  - name: sales
                    meta: {owner: ana}
                    config: {unique_key: [user_id, day]}
                    data_tests: [unique_combination_of_columns: {combination_of_columns: [user_id, day]}]
                  - {name: totals, meta: {owner: ana}}
                """),
            ("metrics/m.sql", $"-- M (count): m.\n{sql}"));
        return Texts(folder.Read());
    }
}
