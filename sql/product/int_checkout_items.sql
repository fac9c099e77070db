-- A checkout event names the order only; the order's items name the products.
select
    order_id,
    order_items.product_id,
    int_checkouts.session_id,
    int_checkouts.created_at,
    order_items.quantity
from int_checkouts
inner join order_items using (order_id)
