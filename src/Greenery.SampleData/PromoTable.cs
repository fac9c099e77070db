namespace Greenery.SampleData;

/// <summary>The promotions, all of them every day; which are active depends on the campaign that runs.</summary>
internal static class PromoTable
{
    public static IReadOnlyList<string> Columns { get; } = ["promo_id", "discount", "status"];

    public static void Write(RowFile file, Campaign running)
    {
        for (var number = 0; number < PromoList.Promos.Count; number++)
        {
            var promo = PromoList.Promos[number];
            file.Text(promo.Code);
            file.Integer(promo.Discount);
            file.Text(promo.Kind == PromoKind.Permanent || running.Promo == number ? "active" : "inactive");
            file.EndRow();
        }
    }
}
