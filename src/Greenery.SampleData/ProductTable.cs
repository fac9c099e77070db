namespace Greenery.SampleData;

/// <summary>The plants on sale with the day's prices and what is left of them, all of them every day.</summary>
internal static class ProductTable
{
    public static IReadOnlyList<string> Columns { get; } = ["product_id", "name", "price", "inventory"];

    public static void Write(RowFile file, SampleIds ids, Inventory shelf)
    {
        for (var product = 0; product < PlantCatalogue.Plants.Count; product++)
        {
            file.Uuid(ids.Uuid(IdKind.Product, product));
            file.Text(PlantCatalogue.Plants[product].Name);
            file.Money(shelf.PriceOf(product));
            file.Integer(shelf.StockOf(product));
            file.EndRow();
        }
    }
}
