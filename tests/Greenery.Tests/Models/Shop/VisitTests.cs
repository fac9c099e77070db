using Greenery.Tests.Support;
using static Greenery.Tests.Support.ShopModel;

namespace Greenery.Tests.Models.Shop;

/// <summary>Sessions, bounces, campaigns to review, cohorts and retention, by small examples.</summary>
public sealed class VisitTests
{
    [Fact]
    public async Task A_bounce_is_one_page_without_a_cart_or_a_checkout()
    {
        await using var test = await TestWarehouse.OfRepositoryAsync();
        await test.ExecuteAsync(
            $"""
            create table dim_users as
            select '{Id(7)}'::uuid as user_id, 'Texas' as state, 'United States' as country;
            create table events as
            select session::uuid as session_id, account::uuid as user_id, page as page_url,
                at::timestamptz as created_at, kind as event_type, md5(row(session, at, kind)::text)::uuid as event_id
            from (values
                ('{Id(1)}', '{Id(7)}', 'https://g.example/fern?utm_source=news&utm_campaign=fern-week#top',
                    '2026-01-01 10:00Z', 'page_view'),
                ('{Id(2)}', '{Id(7)}', 'https://g.example/ivy?utm_campaign=ivy', '2026-01-02 10:00Z', 'page_view'),
                ('{Id(2)}', '{Id(7)}', 'https://g.example/checkout', '2026-01-02 10:01:30Z', 'checkout'),
                ('{Id(2)}', '{Id(7)}', 'https://g.example/shipping', '2026-01-03 10:00Z', 'package_shipped'),
                ('{Id(3)}', null, 'https://g.example/b?utm_campaign=late', '2026-01-02 10:05Z', 'page_view'),
                ('{Id(3)}', null, 'https://g.example/a', '2026-01-02 10:00Z', 'page_view'))
                as e (session, account, page, at, kind)
            """);
        await test.EvaluateAsync(
            "int_sessions", "int_visitors", "converted_users", "campaign_sessions", "conversion_cohorts");
        Assert.Equal(
            ["1 bounce 1, 0 s, https://g.example/fern, news fern-week, f",
                "2 bounce 0, 90 s, https://g.example/ivy,  ivy, t", "3 bounce 0, 300 s, https://g.example/a,  , "],
            await test.ListAsync("select format('%s bounce %s, %s s, %s, %s %s, %s', right(session_id::text, 1), "
                + "bounce_flag, duration_seconds, entry_page, utm_source, utm_campaign, is_returning_visitor) "
                + "from converted_users order by 1"));
        Assert.Equal(["1 1 1", "2 0 1"], await test.ListAsync("select concat_ws(' ', right(session_id::text, 1), "
            + "bounce_flag, single_page_flag) from campaign_sessions order by 1"));
        Assert.Equal(
            ["2026-01-01 Texas 1 0 0 0.0000", "2026-01-02 Texas 1 1 1 1.0000", "2026-01-02 1 0 0 0.0000"],
            await test.ListAsync("select concat_ws(' ', event_date, state, sessions, returning_visitor_sessions, "
                + "converted_sessions, conversion_rate) from conversion_cohorts order by event_date, state"));
    }

    [Fact]
    public async Task A_campaign_is_reviewed_by_fixed_limits_until_five_have_run_then_by_the_shops_median()
    {
        await using var test = await TestWarehouse.OfRepositoryAsync();
        // Opened by 50 of 100; of 40 sessions 30 bounce. A campaign of 10 sessions is not judged.
        string[] few = ["('bad', 50, 40, 30)", "('good', 50, 40, 10)", "('tiny', 90, 10, 10)", "('planned', 0, 0, 0)"];
        await CampaignsAsync(test, few);
        Assert.Equal(["bad 0.40 0.60"], await ToReviewAsync(test));
        // Usual is here that 50 open and 30 of 40 bounce: bad is as all others, odd is more of both.
        await CampaignsAsync(
            test,
            [.. few, "('c', 50, 40, 30)", "('d', 50, 40, 30)", "('e', 50, 40, 30)", "('odd', 70, 40, 37)"]);
        Assert.Equal(["odd 0.6000 0.8750"], await ToReviewAsync(test));
        // Where almost no visitor leaves at once, one visitor who does is no reason.
        await CampaignsAsync(test, "('a', 20, 40, 0)", "('b', 20, 40, 0)", "('c', 20, 40, 0)", "('d', 20, 40, 0)",
            "('e', 60, 40, 1)");
        Assert.Empty(await ToReviewAsync(test));
    }

    [Fact]
    public async Task Retention_has_every_month_since_the_first_order_and_says_whether_it_is_over()
    {
        await using var test = await TestWarehouse.OfRepositoryAsync();
        await test.ExecuteAsync(
            $"""
            create table fact_orders as select user_id, order_date, 10.00 as order_total from (values
                ('{Id(1)}'::uuid, date '2025-11-30'), ('{Id(1)}', '2026-01-05'), ('{Id(1)}', '2026-01-31'),
                ('{Id(2)}', '2025-11-01'), ('{Id(3)}', '2026-01-10'), ('{Id(3)}', '2026-02-10'))
                as o (user_id, order_date);
            create table conversion_cohorts as select date '2026-02-10' as event_date
            """);
        await test.EvaluateAsync("int_last_day", "int_user_months", "int_retention_months", "user_retention");
        Assert.Equal(
            ["2025-11-01 0 2 2 2 20.00 1.0000 t", "2025-11-01 1 2 0 0 0 0.0000 t", "2025-11-01 2 2 1 2 20.00 0.5000 t",
                "2025-11-01 3 2 0 0 0 0.0000 f", "2026-01-01 0 1 1 1 10.00 1.0000 t",
                "2026-01-01 1 1 1 1 10.00 1.0000 f"],
            await test.ListAsync("select concat_ws(' ', cohort_month, months_since, cohort_users, active_users, "
                + "orders, revenue, retention_rate, is_complete) from user_retention "
                + "order by cohort_month, months_since"));
    }

    private static async Task CampaignsAsync(TestWarehouse test, params string[] campaigns)
    {
        await test.ExecuteAsync(
            $"""
            drop table if exists campaign_counts;
            create table campaign_counts as
            select name as campaign_id, name as campaign_name, null::text as subject, null::text as promo_id,
                null::text as landing_page_url, name as utm_campaign, null::timestamptz as sent_at, 100 as recipients,
                case when opens > 0 then 100 else 0 end as impressions, opens, 0 as clicks, opens as total_opens,
                0 as total_clicks, sessions as landing_page_sessions, bounces as bounced_sessions, 0 as conversions,
                bounces as single_page_sessions
            from (values {string.Join(", ", campaigns)}) as c (name, opens, sessions, bounces)
            """);
        await test.EvaluateAsync("campaign_performance");
    }

    private static Task<List<string>> ToReviewAsync(TestWarehouse test) => test.ListAsync(
        "select concat_ws(' ', campaign_name, open_rate_limit, bounce_rate_limit) from campaign_performance "
            + "where needs_review order by 1");
}
