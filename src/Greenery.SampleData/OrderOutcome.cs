namespace Greenery.SampleData;

/// <summary>What will become of an order. Times are seconds since 1970.</summary>
internal readonly record struct OrderOutcome(long ShippedAt, long EstimatedAt, long DeliveredAt, Carrier Carrier)
{
    /// <summary>Sent after hours or, one in ten, days; one to six days on the way, some later than estimated.</summary>
    public static OrderOutcome Draw(long createdAt, SeededRandom dice)
    {
        var shippedAt = createdAt + dice.Next(10) switch
        {
            < 5 => dice.Between(2 * ShopClock.Hour, 10 * ShopClock.Hour),
            < 9 => dice.Between(10 * ShopClock.Hour, 30 * ShopClock.Hour),
            _ => dice.Between(30 * ShopClock.Hour, 80 * ShopClock.Hour),
        };
        return new OrderOutcome(
            shippedAt,
            shippedAt + (dice.Between(2, 5) * ShopClock.Day),
            shippedAt + dice.Between(22 * ShopClock.Hour, 6 * ShopClock.Day),
            (Carrier)dice.Next(4));
    }
}
