using Greenery.Models;

namespace Greenery.Reports.Data;

/// <summary>
/// What is read of models that say so (<see cref="ReportSection"/>). Cast, because a record takes one type only, and a
/// user may give a model's column another one. Each returns as much as the page shows, however long the history is.
/// </summary>
internal static class ShopSql
{
    public static string CampaignCounts(Model model) =>
        $"""
        select count(*) as campaigns, count(*) filter (where needs_review::boolean) as to_review
        from {model.QualifiedName}
        """;

    public static string Signals(Model model) =>
        $"""
        select signal::text as signal, unit::text as unit, repeat_average::numeric as repeat_average,
            one_time_average::numeric as one_time_average, difference::numeric as difference,
            interval_low::numeric as interval_low, interval_high::numeric as interval_high, verdict::text as verdict,
            repeat_buyers::bigint as repeat_buyers, one_time_buyers::bigint as one_time_buyers
        from {model.QualifiedName}
        order by verdict not in ('more', 'less'), adjusted_p_value, p_value, signal
        limit 100
        """;

    /// <summary>
    /// The last two weeks by day while there are no more, else the last eight weeks, each up to the weekday of the
    /// newest day. Regions with few sessions are put together.
    /// </summary>
    public static string Cohorts(Model model) =>
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

    /// <summary>The last twelve months of first orders, a year of each.</summary>
    public static string Retention(Model model) =>
        $"""
        select cohort_month::date as month, months_since::integer as months_since, cohort_users::bigint as users,
            active_users::bigint as active, is_complete::boolean as is_complete
        from {model.QualifiedName}
        where cohort_month > (select max(cohort_month) from {model.QualifiedName}) - interval '12 months'
            and months_since <= 12
        order by cohort_month, months_since
        """;
}
