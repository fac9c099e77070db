namespace Greenery.SampleData;

/// <summary>Orders on their way, kept until they are delivered: some days' worth at any time.</summary>
internal sealed class OpenOrders(SampleIds ids, ShopClock clock, EventTable events)
{
    private readonly List<Order> _open = [];

    /// <summary>A new order; the drop shows it as it will be when the drop is made.</summary>
    public void Place(Drop drop, in Order order)
    {
        _open.Add(order);
        OrderTable.Write(drop.Orders, ids, order, clock.EndOf(drop.Day));
    }

    /// <summary>What becomes of the orders on a day: parcels leave, and states that changed go into the drop.</summary>
    public void Advance(int day, Drop drop)
    {
        var start = clock.StartOf(day);
        var end = clock.EndOf(day);
        var kept = 0;
        for (var i = 0; i < _open.Count; i++)
        {
            var order = _open[i];
            if (order.Outcome.ShippedAt >= start && order.Outcome.ShippedAt < end)
            {
                var moment = new VisitMoment(order.Session, order.User, order.Outcome.ShippedAt);
                events.WriteOrdering(drop.EventsOf(day), moment, EventKind.PackageShipped, order.Number);
            }
            var isNewInDrop = day <= 0 || order.CreatedAt >= start;
            if (!isNewInDrop && order.StateBefore(start) != order.StateBefore(end))
            {
                OrderTable.Write(drop.Orders, ids, order, end);
            }
            if (order.Outcome.DeliveredAt >= end)
            {
                _open[kept++] = order;
            }
        }
        _open.RemoveRange(kept, _open.Count - kept);
    }
}
