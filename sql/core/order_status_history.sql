-- The dates are those of the drops, so a status that came and went between two
-- of them is not here.
select
    order_id,
    status,
    valid_from,
    valid_to,
    row_number() over (
        partition by order_id order by valid_from
    ) as status_number,
    valid_to - valid_from as days_in_status
from orders_history
