using Greenery.Runs;
using Greenery.Sources;
using Greenery.Tests.Support;

namespace Greenery.Tests.Models;

/// <summary>Key figures, files that are not read, and names that PostgreSQL reserves.</summary>
public sealed class MetricTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private const string Buyers = "select user_id from orders";

    [Theory]
    [InlineData("select count(*) as value from core.buyers",
        "sql/metrics/m.sql:1: has no title; expected a first line such as '-- Repeat rate (share): buyers with two "
            + "or more orders among all buyers.' with share, count, money, the code of a "
            + "currency (EUR) or another word (days, kg).")]
    [InlineData("-- Buyers (): all.\nselect count(*) as value from core.buyers",
        "sql/metrics/m.sql:1: has no title;")]
    [InlineData("-- Buyers (count): all.\nselect count(*) as value\nfrom buyers",
        "sql/metrics/m.sql:3: reads 'buyers'; expected a model with its mart, as readers see it (core.dim_users).")]
    [InlineData("-- Buyers (count): all.\nselect count(*) as value\nfrom product.buyers",
        "sql/metrics/m.sql:3: reads 'product.buyers';")]
    [InlineData("-- Buyers (count): all.\nselect count(*) as value\nfrom core.buyer", "Did you mean 'buyers'?")]
    [InlineData("-- Buyers (count): all.\ndelete from core.buyers", "sql/metrics/m.sql:2: begins with 'delete'")]
    [InlineData("-- Buyers (count): all.\nselect 1 as value; select 2 as value",
        "sql/metrics/m.sql:2: holds more than one statement")]
    [InlineData("-- Buyers (count): all.\nselect user_id as day, count(*) as n\nfrom core.buyers group by 1",
        "sql/metrics/m.sql:2: returns day, n; expected day and value (of which a period has the sum), or day, "
            + "numerator and denominator (of which it has the quotient of the sums).")]
    [InlineData("-- Buyers (count): all.\nselect user_id as day, count(*) as value\nfrom core.buyers\n"
        + "where user_id > :from_date group by 1",
        "sql/metrics/m.sql:4: uses :from_date and returns a column day; leave the condition out: periods are cut by "
            + "day.")]
    public void A_metric_that_cannot_be_is_refused_with_file_and_line(string sql, string fault)
    {
        using var folder = new ProjectFolder(("core/buyers.sql", Buyers), ("metrics/m.sql", sql));
        Assert.Contains(folder.Diagnostics(), found => found.Contains(fault, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("select count(*) as n from core.buyers", "column \"value\" does not exist")]
    [InlineData("select 'many' as value from core.buyers", "invalid input syntax for type numeric")]
    [InlineData("select count(town) as value from core.buyers -- a comment at the end",
        "column \"town\" does not exist")]
    [InlineData("select count(core.buyers.town) as value from core.buyers", "column buyers.town does not exist")]
    [InlineData("select count(*) as value from core.buyers as core where core.user_id > 1 and 'core.x' <> $$core.y$$ "
        + "-- fine", null)]
    [InlineData("select count(*) as value from \"core\".\"buyers\" where 1=1-- fine", null)]
    public async Task PostgreSQL_looks_at_a_metric_before_anything_is_published(string sql, string? message)
    {
        using var folder =
            new ProjectFolder(("core/buyers.sql", Buyers), ("metrics/m.sql", $"-- Buyers (count): all.\n{sql}"));
        var refused = await Record.ExceptionAsync(() => folder.Read().ValidateAsync(database.Warehouse, default));
        if (message is null)
        {
            Assert.Null(refused);
            return;
        }
        Assert.StartsWith("sql/metrics/m.sql", Assert.IsType<ConfigurationException>(refused).Message,
            StringComparison.Ordinal);
        Assert.Contains(message, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_figure_is_compared_with_the_last_published_day_and_week_before()
    {
        foreach (var (day, value, state) in new[]
        {
            ("2026-11-10", 1, "published"), ("2026-11-14", 2, "published"), ("2026-11-15", 3, "published"),
            ("2026-11-20", 4, "published"),
            ("2026-11-21", 99, "rolled_back"), ("2026-11-22", 5, "published"), ("2026-11-22", 6, "published"),
        })
        {
            await database.RunAsync(
                $"with r as (insert into ops.run (business_date, started_by, host, state) values ('{day}', 'cli', 't', "
                    + $"'{state}') returning *) "
                + $"insert into ops.metric (run_id, business_date, metric, value) select run_id, business_date, "
                + $"'buyers', {value} from r");
        }
        var report = await new RunReports(database.Warehouse).LastAsync(default);
        Assert.Equal([new MetricLine("buyers", 6, 4, 3, null)], report!.Metrics);
        var first = await new RunReports(database.Warehouse).ReadAsync(report.RunId - 6, default);
        Assert.Equal([new MetricLine("buyers", 1, null, null, null)], first!.Metrics);
    }

    [Fact]
    public void The_file_gives_order_and_direction_and_any_unit_is_taken()
    {
        const string Sql = "select count(*) as value from core.buyers";
        using var folder = new ProjectFolder(
            ("core/buyers.sql", Buyers), ("metrics/a.sql", $"-- A (kg): all.\n{Sql}"),
            ("metrics/b.sql", $"-- B (EUR): all.\n{Sql}"), ("metrics/c.sql", $"-- C (litres a day): all.\n{Sql}"),
            ("metrics/metrics.yml", "metrics:\n  - {name: c, direction: down_is_good}\n  - {name: b}\n"));

        Assert.Equal(
            ["C (litres a day) DownIsGood", "B (EUR) None", "A (kg) None"],
            folder.Read().Metrics.Select(metric => $"{metric.Title} ({metric.Unit}) {metric.Direction}"));
    }

    [Fact]
    public void An_unknown_direction_is_refused()
    {
        using var folder = new ProjectFolder(
            ("core/buyers.sql", Buyers), ("metrics/a.sql", "-- A (count): all.\nselect 1 as value from core.buyers"),
            ("metrics/metrics.yml", "metrics:\n  - {name: a, direction: up_is_god}\n"));

        Assert.Equal(["sql/metrics/metrics.yml:2: 'direction: up_is_god' is unknown; expected up_is_good or "
            + "down_is_good. Did you mean 'up_is_good'?"], folder.Diagnostics());
    }

    [Theory]
    [InlineData("sources.yaml")]
    [InlineData("core.yml")]
    [InlineData("core/checks/deep/x.sql")]
    [InlineData("core/checks/checks.yml")]
    [InlineData("finance/revenue.sql")]
    [InlineData("stray.SQL")]
    [InlineData("core/buyers.SQL")]
    [InlineData("metrics/revenue.yml")]
    public void A_file_that_is_not_read_is_a_fault(string path)
    {
        using var folder = new ProjectFolder(("core/buyers.sql", Buyers),
            (path.Replace("core/buyers.SQL", "core/sellers.SQL", StringComparison.Ordinal), "models: []"));
        Assert.Contains(folder.Diagnostics(), fault => fault.Contains(
            "is not a file that is read; expected project.yml, sources.yml, "
            + "<mart>/<model>.sql", StringComparison.Ordinal));
    }

    [Fact]
    public void Files_in_their_places_are_no_faults()
    {
        using var folder = new ProjectFolder(
            ("core/buyers.sql", Buyers), ("core/core.yml", "models: []"),
            ("core/checks/none.sql", "select * from buyers where user_id < 0"),
            ("metrics/m.sql", "-- M (count): m.\nselect 1 as value from core.buyers"), ("ops/0001_a.sql", "select 1"),
            ("core/README.md", "Words."), ("core/more.yaml", "models: []"), ("core/old/old.yml", "models: []"),
            ("core/old/older/sellers.sql", "select user_id from users"));
        Assert.Empty(folder.Diagnostics());
    }

    [Fact]
    public async Task The_words_that_are_reserved_are_those_of_this_PostgreSQL()
    {
        var words = await database.ListAsync<string>("select word from pg_get_keywords() where catcode in ('R', 'T')");
        Assert.All(words, word => Assert.True(ReservedWords.Contains(word), word));
        Assert.All(
            await database.ListAsync<string>("select word from pg_get_keywords() where catcode not in ('R', 'T')"),
            word => Assert.False(ReservedWords.Contains(word), word));
    }
}
