namespace Greenery.SampleData;

/// <summary>Orders: a drop has those that are new and those whose state changed since the drop before.</summary>
internal static class OrderTable
{
    private static readonly string[] Carriers = ["ups", "usps", "fedex", "dhl"];

    public static IReadOnlyList<string> Columns { get; } =
    [
        "order_id", "user_id", "promo_id", "address_id", "created_at", "order_cost", "shipping_cost", "order_total",
        "tracking_id", "shipping_service", "estimated_delivery_at", "delivered_at", "status",
    ];

    /// <summary>Writes an order as it is just before a time.</summary>
    public static void Write(RowFile file, SampleIds ids, in Order order, long time)
    {
        var state = order.StateBefore(time);
        file.Uuid(ids.Uuid(IdKind.Order, order.Number));
        file.Uuid(ids.Uuid(IdKind.User, order.User));
        if (order.Promo == PromoList.None)
        {
            file.Null();
        }
        else
        {
            file.Text(PromoList.Promos[order.Promo].Code);
        }
        file.Uuid(ids.Uuid(IdKind.Address, order.Address));
        file.Time(order.CreatedAt);
        file.Money(order.Cost);
        file.Money(order.Shipping);
        file.Money(order.Total);
        WriteParcel(file, ids, order, state);
        file.Text(state switch
        {
            OrderState.Preparing => "preparing",
            OrderState.Shipped => "shipped",
            _ => "delivered",
        });
        file.EndRow();
    }

    private static void WriteParcel(RowFile file, SampleIds ids, in Order order, OrderState state)
    {
        if (state == OrderState.Preparing)
        {
            file.Null();
            file.Null();
            file.Null();
            file.Null();
            return;
        }
        file.Uuid(ids.Uuid(IdKind.Parcel, order.Number));
        file.Text(Carriers[(int)order.Outcome.Carrier]);
        file.Time(order.Outcome.EstimatedAt);
        if (state == OrderState.Delivered)
        {
            file.Time(order.Outcome.DeliveredAt);
        }
        else
        {
            file.Null();
        }
    }
}
