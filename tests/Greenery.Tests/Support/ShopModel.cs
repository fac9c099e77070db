namespace Greenery.Tests.Support;

/// <summary>Models of the shop, evaluated over tables that a test fills itself.</summary>
internal static class ShopModel
{
    /// <summary>
    /// Makes tables of the models' names, one after the other, from their own SQL, as their readers would see them.
    /// </summary>
    public static async Task EvaluateAsync(this TestWarehouse test, params string[] models)
    {
        foreach (var model in models)
        {
            await test.ExecuteAsync(
                $"drop table if exists {model}; create table {model} as\n{test.Project.Catalogue[model].SqlSince(0)}");
        }
    }

    /// <summary>An id that is its number.</summary>
    public static string Id(int number) => $"00000000-0000-0000-0000-{number:D12}";
}
