namespace Greenery.SampleData;

/// <summary>What is in the orders; a drop has the items of its new orders.</summary>
internal static class OrderItemTable
{
    public static IReadOnlyList<string> Columns { get; } = ["order_id", "product_id", "quantity"];

    public static void Write(RowFile file, SampleIds ids, long order, int product, int quantity)
    {
        file.Uuid(ids.Uuid(IdKind.Order, order));
        file.Uuid(ids.Uuid(IdKind.Product, product));
        file.Integer(quantity);
        file.EndRow();
    }
}
