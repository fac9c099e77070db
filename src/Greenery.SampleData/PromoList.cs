namespace Greenery.SampleData;

/// <summary>The promotions of the sample shop. Orders name them by their position here.</summary>
internal static class PromoList
{
    public const int None = -1;

    public static IReadOnlyList<Promo> Promos { get; } =
    [
        new("Fresh Start", 5, PromoKind.Permanent),
        new("leafy-Loyalty", 10, PromoKind.Permanent),
        new("fern week", 6, PromoKind.Campaign),
        new("Cosy Corners", 8, PromoKind.Campaign),
        new("Big-Leaf", 15, PromoKind.Campaign),
        new("In Flower", 7, PromoKind.Campaign),
        new("SUMMER shade", 12, PromoKind.Retired),
        new("Mother's Day", 20, PromoKind.Retired),
    ];

    /// <summary>The positions of those that are always active.</summary>
    public static IReadOnlyList<int> Permanent { get; } =
        [.. Enumerable.Range(0, Promos.Count).Where(number => Promos[number].Kind == PromoKind.Permanent)];

    /// <summary>The discount in cents; 0 for <see cref="None"/>.</summary>
    public static int DiscountOf(int promo) => promo == None ? 0 : Promos[promo].Discount * 100;

    /// <summary>The position of a promotion that must exist.</summary>
    public static int NumberOf(string code)
    {
        for (var number = 0; number < Promos.Count; number++)
        {
            if (Promos[number].Code == code)
            {
                return number;
            }
        }
        throw new ArgumentException($"There is no promotion '{code}'.", nameof(code));
    }
}
