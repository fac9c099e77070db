using Greenery.Runs;
using Greenery.Tests.Support;
using static Greenery.Tests.Support.ShopModel;

namespace Greenery.Tests.Models.Shop;

/// <summary>
/// Who counts as having bought again, what counts as a signal, and when a difference is called clear.
/// </summary>
public sealed class RepeatSignalTests
{
    [Fact]
    public async Task A_buyer_counts_once_the_window_is_over_and_a_late_second_order_does_not()
    {
        await using var test = await TestWarehouse.OfRepositoryAsync();
        await OrdersAsync(test);
        await test.EvaluateAsync("int_last_day", "int_first_orders", "first_orders");
        // 1 comes back on day 90, 2 on day 91, 3 never; 4 came back, but others like 4 may still do so.
        Assert.Equal(["1 true", "2 false", "3 false", "4", "5"], await test.ListAsync(
            "select concat_ws(' ', right(user_id::text, 1), case bought_again when true then 'true' when false then "
                + "'false' end) from first_orders order by 1"));
    }

    [Fact]
    public async Task What_came_after_the_first_order_is_no_signal()
    {
        await using var test = await TestWarehouse.OfRepositoryAsync();
        await OrdersAsync(test);
        await test.EvaluateAsync("int_last_day", "int_first_orders");
        await test.ExecuteAsync(
            $"""
            create table dim_users as
            select '{Id(1)}'::uuid as user_id, timestamptz '2025-12-31 12:00Z' as created_at;
            delete from converted_users;
            insert into converted_users
                (user_id, started_at, page_views, add_to_cart_flag, conversion_flag, utm_campaign)
            values
                ('{Id(1)}', '2025-12-31 13:00Z', 5, 1, 0, 'fern-week'),
                ('{Id(1)}', '2026-01-01 11:50Z', 3, 1, 1, null),
                ('{Id(1)}', '2026-01-01 12:10Z', 40, 0, 0, null);
            create table campaign_recipients as select * from (values
                ('{Id(1)}'::uuid, timestamptz '2025-12-30 00:00Z', timestamptz '2025-12-31 00:00Z',
                    timestamptz '2026-02-01 00:00Z'),
                ('{Id(1)}', '2025-12-30 00:00Z', null, null),
                ('{Id(1)}', '2026-01-02 00:00Z', '2026-01-02 00:00Z', '2026-01-02 00:00Z'))
                as mails (user_id, delivered_at, first_opened_at, first_clicked_at);
            """);
        await test.EvaluateAsync("int_user_signals", "user_repeat_signals");
        Assert.Equal("1.00 days, 2 sessions, 4.0000 pages, 1.0000 abandoned, t, 2 mails, 0.5000 opened, 0.0000 clicked",
            await test.ValueAsync<string>(
                $"""
                select format('%s days, %s sessions, %s pages, %s abandoned, %s, %s mails, %s opened, %s clicked',
                    days_from_account, sessions, pages_per_session, abandoned_cart_share, came_by_campaign, mails,
                    email_open_rate, email_click_rate)
                from user_repeat_signals where user_id = '{Id(1)}'
                """));
    }

    // 56 of 70 and 48 of 80: Newcombe (1998), table II, method 10. The means: Welch's t by numerical integration of
    // Student's density, 40 and 25 buyers, t = 2.1213 with 58.7 degrees of freedom.
    [Fact]
    public async Task Tests_and_intervals_are_those_of_the_literature()
    {
        await using var test = await TestWarehouse.OfRepositoryAsync();
        await GroupsAsync(test,
            "('promo', 'share', 'share', 70, 80, 0.8, 0.6, 0.16231884, 0.24303797)",
            "('value', 'mean', 'dollars', 40, 25, 55, 52, 60, 12.5)");
        Assert.Equal("0.0524 to 0.3339", await test.ValueAsync<string>(
            "select interval_low || ' to ' || interval_high from repeat_signal_lift where signal = 'promo'"));
        Assert.Equal(0.0080m, await test.ValueAsync<decimal>(
            "select round(p_value, 4) from repeat_signal_lift where signal = 'promo'"));
        Assert.Equal("0.170 to 5.830", await test.ValueAsync<string>(
            "select round(interval_low, 3) || ' to ' || round(interval_high, 3) from repeat_signal_lift "
                + "where signal = 'value'"));
        Assert.Equal(0.0381m, await test.ValueAsync<decimal>(
            "select round(p_value, 4) from repeat_signal_lift where signal = 'value'"));
    }

    [Fact]
    public async Task One_weak_difference_among_many_signals_is_not_called_clear_and_few_buyers_say_nothing()
    {
        await using var test = await TestWarehouse.OfRepositoryAsync();
        const string weak = "('weak', 'mean', 'dollars', 40, 25, 55, 52, 60, 12.5)";
        await GroupsAsync(test, weak);
        Assert.Equal(["weak more"], await VerdictsAsync(test));
        await GroupsAsync(test, weak,
            "('flat', 'mean', 'days', 99, 25, 3, 3, 1, 1)",
            "('strong', 'mean', 'pages', 99, 25, 3, 4, 0.5, 0.5)",
            "('alike', 'mean', 'units', 99, 25, 3, 3, 0, 0)",
            "('few', 'mean', 'days', 99, 19, 3, 30, 1, 1)",
            "('rare', 'share', 'share', 99, 25, 0.05, 0.0, 0.05, 0.0)",
            "('alone', 'mean', 'days', 1, 25, 3, 4, null, 1)",
            "('none', 'share', 'share', 0, 0, null, null, null, null)");
        Assert.Equal(
            ["alike no clear difference", "alone too few to say", "few too few to say", "flat no clear difference",
                "none too few to say", "rare too few to say", "strong less", "weak no clear difference"],
            await VerdictsAsync(test));
    }

    [ShopDataFact]
    public async Task Nothing_of_the_real_shop_is_called_clear_even_if_all_its_buyers_are_compared()
    {
        await using var test = await TestWarehouse.OfRepositoryAsync();
        // The data is of three days: as if the 90 days were over.
        test.ChangeSql("marketing/repeat_signal_groups.sql", "case when window_end_date <= last_date then is_soon end",
            "int_signal_days.is_soon");
        foreach (var file in Directory.GetFiles(Path.Combine(Repository.ShopData!, "2021-02-12")))
        {
            test.Put($"2021-02-12/{Path.GetFileName(file)}", await File.ReadAllBytesAsync(file));
        }
        Assert.Equal(RunState.Published, (await test.RunAsync()).State);
        Assert.Equal("99 against 25", await test.ValueAsync<string>(
            "select repeat_buyers || ' against ' || one_time_buyers from marketing.repeat_signal_lift "
                + "where signal = 'first_order_value'"));
        Assert.Equal(["no clear difference 8", "too few to say 5"], await test.ListAsync(
            "select verdict || ' ' || count(*) from marketing.repeat_signal_lift group by verdict order by 1"));
    }

    // Day 0 is 1 January; the data ends on 15 April, day 104.
    private static Task OrdersAsync(TestWarehouse test) => test.ExecuteAsync(
        $"""
        create table fact_orders as
        select md5(row(user_id, created_at)::text)::uuid as order_id, user_id, created_at,
            (created_at at time zone 'utc')::date as order_date, 20.00 as order_total, 1 as units, 1 as items,
            null::text as promo_id, true as is_on_time, 2.0 as delivery_days
        from (values
            ('{Id(1)}'::uuid, timestamptz '2026-01-01 12:00Z'), ('{Id(1)}', '2026-04-01 23:00Z'),
            ('{Id(2)}', '2026-01-01 12:00Z'), ('{Id(2)}', '2026-04-02 01:00Z'),
            ('{Id(3)}', '2026-01-01 12:00Z'),
            ('{Id(4)}', '2026-02-01 12:00Z'), ('{Id(4)}', '2026-02-02 12:00Z'),
            ('{Id(5)}', '2026-04-15 12:00Z')) as orders (user_id, created_at);
        create table converted_users as
        select user_id, created_at as started_at, order_date as event_date, 3 as page_views, 1 as add_to_cart_flag,
            1 as conversion_flag, null::text as utm_campaign
        from fact_orders;
        create table conversion_cohorts as select event_date from converted_users;
        """);

    private static async Task GroupsAsync(TestWarehouse test, params string[] groups)
    {
        await test.ExecuteAsync(
            $"""
            drop table if exists repeat_signal_groups;
            create table repeat_signal_groups (signal text, kind text, unit text, repeat_buyers bigint,
                one_time_buyers bigint, repeat_average numeric, one_time_average numeric, repeat_variance numeric,
                one_time_variance numeric);
            insert into repeat_signal_groups values {string.Join(", ", groups)};
            """);
        await test.EvaluateAsync("repeat_signal_tests");
        await test.EvaluateAsync("repeat_signal_lift");
    }

    private static Task<List<string>> VerdictsAsync(TestWarehouse test) =>
        test.ListAsync("select signal || ' ' || verdict from repeat_signal_lift order by signal");
}
