-- products_history has a version for each change of the stock as well; here
-- are the periods of one price, so that orders are not priced anew each day.
with compared_versions as (
    select
        *,
        coalesce(
            lag(price) over per_product = price
            and lag(valid_to) over per_product = valid_from,
            false
        ) as is_continued
    from products_history
    window per_product as (partition by product_id order by valid_from)
),

numbered_periods as (
    select
        *,
        count(*) filter (where not is_continued) over (
            partition by product_id order by valid_from
        ) as period
    from compared_versions
)

select
    product_id,
    price,
    min(valid_from) as valid_from,
    case
        when bool_and(valid_to is not null) then max(valid_to)
    end as valid_to,
    min(valid_from_or_start) as valid_from_or_start
from numbered_periods
group by
    product_id,
    period,
    price
