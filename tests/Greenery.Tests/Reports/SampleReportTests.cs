using System.Globalization;
using Greenery.Alerts.Digests;
using Greenery.Models;
using Greenery.Presentation;
using Greenery.Reports;
using Greenery.Tests.Support;
using Greenery.Warehouse;
using Npgsql;

namespace Greenery.Tests.Reports;

/// <summary>The page of the sample shop: figures, campaigns and buyers are the tables'.</summary>
public sealed class SampleReportTests(SampleReport sample) : IClassFixture<SampleReport>
{
    private TestWarehouse Test => sample.Test;

    [Fact]
    public async Task Every_key_figure_is_the_tables()
    {
        var page = await ReportedPage.OpenAsync(Test);
        foreach (var metric in Test.Project.Metrics)
        {
            var value = await Test.ValueAsync<decimal?>(
                $"select round(value::numeric, 6) from ({metric.Sql}) as metric");
            Assert.Equal(NumberFormat.Of(value, metric), page.TextOf($"[data-metric={metric.Name}] .value"));
            // Of parcels that arrived, say, the newest day may have none yet.
            var points = metric.IsDaily ? await Test.ValueAsync<int>(
                "select count(distinct to_date)::integer from ops.metric_period where period = 'day' and value is not "
                + $"null and metric = '{metric.Name}'") : 3;
            var drawn = page.QuerySelectorAll($"[data-metric={metric.Name}] .hit").Length;
            Assert.Equal((metric.Name, points), (metric.Name, drawn));
        }
    }

    [Fact]
    public async Task Campaigns_to_review_are_those_of_the_model()
    {
        var page = await ReportedPage.OpenAsync(Test);
        var names = await Test.ListAsync("select campaign_name from marketing.campaign_performance where "
            + "needs_review order by landing_page_sessions desc, campaign_name");
        Assert.NotEmpty(names);
        var rows = page.QuerySelectorAll("#campaigns tbody tr").ToList();
        Assert.Equal(await Test.ValueAsync<long>("select count(*) from marketing.campaign_performance"), rows.Count);
        var toReview = rows.Where(row => row.QuerySelector(".mark") is not null).ToList();
        Assert.Equal(rows.Take(names.Count), toReview);
        Assert.Equal(names, toReview.Select(row => row.QuerySelector("th")!)
            .Select(cell =>
            cell.ChildNodes.Last(node => node.NodeType == AngleSharp.Dom.NodeType.Text).TextContent.Trim()));
        Assert.Contains(
            $"{names.Count} of {await Test.ValueAsync<long>("select count(*) from marketing.campaign_performance")} "
            + $"campaigns", page.TextOf("#campaigns .lead"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Conversion_by_region_is_the_tables()
    {
        var page = await ReportedPage.OpenAsync(Test);
        var rows = page.QuerySelectorAll("#conversion tbody tr").ToDictionary(
            row => row.QuerySelector("th")!.FirstChild!.TextContent, row => row.AllText("td").ToList());
        const string Recent = "(select *, "
            + "((select max(event_date) from marketing.conversion_cohorts) - event_date) / 7 as week "
            + "from marketing.conversion_cohorts) as cohort where week < 8";
        Assert.Equal(
            await Test.ListAsync("select to_char(100.0 * sum(converted_sessions) / sum(sessions), 'FM990.0') || "
                + "' %of ' || to_char(sum(sessions), 'FM9,990') || ' session' || "
                + $"case when sum(sessions) > 1 then 's' else '' end from {Recent} group by week order by week desc"),
            rows["all regions"]);
        Assert.Equal(
            await Test.ListAsync("select concat_ws(', ', state, country) as region "
                + $"from {Recent} group by 1 order by sum(sessions) desc, 1 limit 12"),
            rows.Keys.Skip(1).SkipLast(1));
        Assert.Equal("other regions", rows.Keys.Last());
        Assert.Equal(await Test.ValueAsync<long>($"select sum(sessions)::bigint from {Recent}"),
            page.AllText("#conversion tbody th .about").Skip(1).Sum(text => long.Parse(
                text.Split(' ')[0], NumberStyles.AllowThousands, CultureInfo.InvariantCulture)));
    }

    [Fact]
    public async Task Retention_is_the_tables()
    {
        var page = await ReportedPage.OpenAsync(Test);
        Assert.Equal(
            await Test.ListAsync(
                """
                select to_char(100 * retention_rate, 'FM990.0') || ' %of ' || to_char(cohort_users, 'FM9,990') || ' buyer'
                    || case when cohort_users > 1 then 's' else '' end || case when is_complete then '' else ' so far' end
                from marketing.user_retention
                where months_since between 1 and 12 and cohort_month
                    > (select max(cohort_month) from marketing.user_retention) - interval '12 months'
                order by cohort_month desc, months_since
                """),
            page.AllText("#retention tbody td").Where(cell => cell.Length > 0));
    }

    [Fact]
    public async Task Signals_without_a_clear_difference_are_not_on_top()
    {
        await Test.ExecuteAsync(
            """
            create schema if not exists kept;
            create table kept.report_rows as select * from ops.report_rows where query = 'signals';
            update ops.report_rows set rows = (
                select jsonb_agg(
                    case row ->> 'signal'
                        when 'first_order_had_promo' then row || '{"verdict": "more", "repeat_average": 0.5,
                            "one_time_average": 0.25, "difference": 0.25, "interval_low": 0.1, "interval_high": 0.4,
                            "repeat_buyers": 30, "one_time_buyers": 30}'
                        when 'first_order_value' then row || '{"verdict": "no clear difference", "interval_low": -1.5,
                            "interval_high": 2, "repeat_buyers": 30, "one_time_buyers": 30}'
                        else row
                    end)
                from jsonb_array_elements(rows) as row
            )
            where query = 'signals'
            """);
        try
        {
            var page = await ReportedPage.OpenAsync(Test);
            Assert.Equal("first order had promo", Assert.Single(page.QuerySelectorAll("#buyers > .signals tbody th"))
                .FirstChild!.TextContent);
            Assert.Equal("25.0 points more (95% confidence: +10.0 points to +40.0 points)",
                page.QuerySelectorAll("#buyers > .signals td")[2].TextContent);
            var others = page.QuerySelectorAll("#buyers details tbody tr");
            Assert.Equal(
                await Test.ValueAsync<int>("select count(*) - 1 from marketing.repeat_signal_lift"), others.Length);
            Assert.Contains("no clear difference (95% confidence: -$1.50 to +$2.00)",
                page.QuerySelector("#buyers details")!.TextContent, StringComparison.Ordinal);
            Assert.Contains("too few to say: ", page.QuerySelector("#buyers details")!.TextContent,
                StringComparison.Ordinal);
        }
        finally
        {
            await Test.ExecuteAsync(
                """
                update ops.report_rows as shown set rows = known.rows from kept.report_rows as known
                where shown.query = known.query and shown.fingerprint = known.fingerprint;
                drop schema kept cascade;
                """);
        }
    }

    [Fact]
    public async Task The_page_and_the_digest_read_schema_ops_and_nothing_else()
    {
        await using var role = await TestRole.CreateAsync(Test);
        await Test.ExecuteAsync(
            $"grant usage on schema ops to {role}; grant select on all tables in schema ops to {role}");
        var connection = new NpgsqlConnectionStringBuilder(Test.Database.ConnectionString)
        {
            Options = $"-c role={role}",
        };
        await using var ops = await PostgresWarehouse.OpenAsync(connection.ConnectionString, default);
        await using var session = await ops.ConnectAsync(default);
        await Assert.ThrowsAsync<PostgresException>(() => session.ExecuteScalarAsync<long>(
            "select count(*) from marketing.campaign_performance", null, default));
        var time = new SetTime("2026-11-24 08:00");

        Assert.Equal(
            await ReportedPage.MakeAsync(Test, time: time),
            await new StateReport(ops, Test.Project, time).MakeAsync(null, default));
        var digest = await DigestData.ReadAsync(
            session, await Test.LastAsync(), await DigestShop.ReadAsync(ops, Test.Project, default),
            time.GetUtcNow().UtcDateTime, default);
        Assert.NotEmpty(digest.Shop.Movers);
        Assert.NotEmpty(digest.Shop.Campaigns);
    }

    [Fact]
    public async Task Models_that_readers_cannot_be_asked_for_are_said_to_be_so()
    {
        await using var test = await TestWarehouse.OfRepositoryAsync();
        var page = await ReportedPage.OpenAsync(test);
        Assert.Equal("marketing.campaign_performance is not published yet.", page.TextOf("#campaigns .plain"));
        Assert.Equal("marketing.conversion_cohorts is not published yet.", page.TextOf("#conversion .plain"));
        Assert.Equal("marketing.user_retention is not published yet.", page.TextOf("#retention .plain"));
        Assert.Equal("marketing.repeat_signal_lift is not published yet.", page.TextOf("#buyers .plain"));
    }

    [Fact]
    public async Task Quarantine_adds_up()
    {
        var page = await ReportedPage.OpenAsync(Test);
        Assert.StartsWith($"{await Test.ValueAsync<long>("select count(*) from ops.quarantine")} rows ",
            page.TextOf("#quarantine .lead"), StringComparison.Ordinal);
    }
}
