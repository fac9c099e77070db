using Greenery.Models;

namespace Greenery.Publishing;

/// <summary>
/// What the page and the digest show of the models that say so (<see cref="ReportSection"/>): a run asks it once of
/// what it has published (<see cref="ReportRows"/>). Each returns as much as is shown, however long the history is.
/// Cast, because a record takes one type only, and a user may give a model's column another one.
/// </summary>
/// <param name="Name">Unique among them.</param>
/// <param name="Section">Says which model is asked.</param>
/// <param name="Sql">The select of a model, of columns that are named as the record's members are.</param>
public sealed record ReportQuery(string Name, ReportSection Section, Func<Model, string> Sql)
{
    /// <summary>Campaigns, those that need a review first, the most visited first among them.</summary>
    public static ReportQuery Campaigns { get; } = new("campaigns", ReportSection.Campaigns, CampaignSql);

    /// <summary>How many campaigns there are, and how many need a review.</summary>
    public static ReportQuery CampaignCounts { get; } = new("campaign_counts", ReportSection.Campaigns, CountSql);

    /// <summary>What separates repeat buyers from others, the clear differences first.</summary>
    public static ReportQuery Signals { get; } = new("signals", ReportSection.Signals, SignalSql);

    /// <summary>Sessions and purchases by period and region, the oldest period first.</summary>
    public static ReportQuery Cohorts { get; } = new("cohorts", ReportSection.Conversion, CohortSql);

    /// <summary>Who ordered again, by month of the first order and month since.</summary>
    public static ReportQuery Retention { get; } = new("retention", ReportSection.Retention, RetentionSql);

    /// <summary>Products, regions and promotions of the newest day.</summary>
    public static ReportQuery Movers { get; } = new("movers", ReportSection.Movers, MoverSql);

    /// <summary>All of them.</summary>
    public static IReadOnlyList<ReportQuery> All { get; } =
        [Campaigns, CampaignCounts, Signals, Cohorts, Retention, Movers];

    private static string CampaignSql(Model model) =>
        $"""
        select campaign_name::text as name, subject::text as subject,
            to_char(sent_at::timestamptz at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as sent_at,
            impressions::bigint as impressions, open_rate::numeric as open_rate,
            click_through_rate::numeric as click_through_rate, landing_page_sessions::bigint as sessions,
            bounce_rate::numeric as bounce_rate, conversion_rate::numeric as conversion_rate,
            coalesce(needs_review::boolean, false) as needs_review
        from {model.QualifiedName}
        order by needs_review desc, sessions desc, name
        limit 200
        """;

    private static string MoverSql(Model model) =>
        $"""
        select kind::text as kind, name::text as name, order_date::date as order_date, revenue::numeric as revenue,
            usual_revenue::numeric as usual_revenue, revenue_change::numeric as revenue_change
        from {model.QualifiedName}
        where revenue <> 0 or usual_revenue <> 0
        order by kind, name
        limit 1000
        """;

    private static string CountSql(Model model) =>
        $"""
        select count(*) as campaigns, count(*) filter (where needs_review::boolean) as to_review
        from {model.QualifiedName}
        """;

    private static string SignalSql(Model model) =>
        $"""
        select signal::text as signal, unit::text as unit, repeat_average::numeric as repeat_average,
            one_time_average::numeric as one_time_average, difference::numeric as difference,
            interval_low::numeric as interval_low, interval_high::numeric as interval_high, verdict::text as verdict,
            repeat_buyers::bigint as repeat_buyers, one_time_buyers::bigint as one_time_buyers
        from {model.QualifiedName}
        order by verdict not in ('more', 'less'), adjusted_p_value, p_value, signal
        limit 100
        """;

    // The last two weeks by day while there are no more, else the last eight weeks, each up to the weekday of the
    // newest day. Regions with few sessions are put together.
    private static string CohortSql(Model model) =>
        $"""
        with newest as (
            select max(event_date)::date as day,
                case when max(event_date)::date - min(event_date)::date < 14 then 1 else 7 end as step
            from {model.QualifiedName}
        ),

        placed as (
            select (day - event_date::date) / step as place, day, step,
                coalesce(nullif(concat_ws(', ', state::text, country::text), ''), 'unknown') as region,
                sessions::bigint as sessions, converted_sessions::bigint as converted
            from {model.QualifiedName}
            cross join newest
            where event_date::date > day - case when step = 1 then 14 else 56 end
        ),

        ranked as (
            select region, row_number() over (order by sum(sessions) desc, region) as rank
            from placed
            group by region
        )

        select day - step * (place + 1) + 1 as from, day - step * place as to,
            case when rank <= 12 then region end as region,
            sum(sessions)::bigint as sessions, sum(converted)::bigint as converted
        from placed
        inner join ranked using (region)
        group by 1, 2, 3
        order by 1, min(rank)
        """;

    // The last twelve months of first orders, a year of each.
    private static string RetentionSql(Model model) =>
        $"""
        select cohort_month::date as month, months_since::integer as months_since, cohort_users::bigint as users,
            active_users::bigint as active, is_complete::boolean as is_complete
        from {model.QualifiedName}
        where cohort_month > (select max(cohort_month) from {model.QualifiedName}) - interval '12 months'
            and months_since <= 12
        order by cohort_month, months_since
        """;
}
