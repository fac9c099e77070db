namespace Greenery.SampleData;

/// <summary>
/// An order with its whole fate, fixed when it is placed; what a drop shows of it depends on the drop's time alone.
/// Money is in cents, times are seconds since 1970. A value type: a large shop has hundreds of thousands of them open.
/// </summary>
internal readonly record struct Order
{
    public required long Number { get; init; }

    public required long Session { get; init; }

    public required int User { get; init; }

    public required int Address { get; init; }

    /// <summary>A position in <see cref="PromoList"/>, or <see cref="PromoList.None"/>.</summary>
    public required int Promo { get; init; }

    public required int Cost { get; init; }

    public required int Shipping { get; init; }

    public required long CreatedAt { get; init; }

    public required OrderOutcome Outcome { get; init; }

    public int Total => Cost + Shipping - PromoList.DiscountOf(Promo);

    /// <summary>The state as an export at that time sees it.</summary>
    public OrderState StateBefore(long time) =>
        Outcome.DeliveredAt < time ? OrderState.Delivered
        : Outcome.ShippedAt < time ? OrderState.Shipped
        : OrderState.Preparing;
}
