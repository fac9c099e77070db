select
    product_id,
    name as product_name,
    price,
    inventory,
    inventory > 0 as is_in_stock
from products
