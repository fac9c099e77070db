namespace Greenery.SampleData;

/// <summary>A promotion.</summary>
/// <param name="Code">Its key, in mixed case as real ones are.</param>
/// <param name="Discount">Whole dollars taken off an order.</param>
/// <param name="Kind">When customers may use it.</param>
internal sealed record Promo(string Code, int Discount, PromoKind Kind);
