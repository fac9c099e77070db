namespace Greenery.Tests.Support;

/// <summary>One model of the shop, evaluated over tables that a test fills itself.</summary>
internal static class ShopModel
{
    /// <summary>Makes the table of the model's name from the model's own SQL, as its readers would see it.</summary>
    public static Task EvaluateAsync(this TestWarehouse test, string model) => test.ExecuteAsync(
        $"drop table if exists {model}; create table {model} as\n{test.Project.Catalogue[model].SqlSince(0)}");

    /// <summary>An id that is its number.</summary>
    public static string Id(int number) => $"00000000-0000-0000-0000-{number:D12}";
}
