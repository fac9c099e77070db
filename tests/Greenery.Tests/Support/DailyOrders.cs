using System.Globalization;
using System.Text;

namespace Greenery.Tests.Support;

/// <summary>Daily drops of the tiny shop's orders, all of a kind: what checks that compare days need.</summary>
internal static class DailyOrders
{
    public static readonly DateOnly First = new(2021, 3, 1);

    /// <summary>The file of a day, counted from the first.</summary>
    public static string PathOf(int day) => string.Create(
        CultureInfo.InvariantCulture, $"{First.AddDays(day):yyyy-MM-dd}/orders.csv");

    /// <summary>Writes a day's drop of new orders.</summary>
    /// <param name="test">Where.</param>
    /// <param name="day">Counted from the first.</param>
    /// <param name="rows">How many.</param>
    /// <param name="write">User, amount and date of the n-th; the first user and 5 by default.</param>
    public static void PutOrders(this TestWarehouse test, int day, int rows, Func<int, string>? write = null)
    {
        var text = new StringBuilder("order_id,user_id,amount,placed_on\n");
        var date = First.AddDays(day).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        for (var i = 0; i < rows; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $"{(day * 10_000) + i},{write?.Invoke(i) ?? "1,5"},{date}\n");
        }
        test.Put(PathOf(day), text.ToString());
    }

    /// <summary>Days of forty rows each.</summary>
    public static void PutUsualOrders(this TestWarehouse test, int days)
    {
        for (var day = 0; day < days; day++)
        {
            test.PutOrders(day, 40 + (day % 3));
        }
    }
}
