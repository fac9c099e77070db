using Greenery.Drops;

namespace Greenery.Tests.Drops;

public sealed class DropNameTests
{
    [Theory]
    [InlineData("2026-11-21/orders.csv", "2026-11-21 orders '' Csv False")]
    [InlineData("2026-11-21/order_items-2.csv.gz", "2026-11-21 order_items '2' Csv True")]
    [InlineData("2024-02-29/events-eu-west-1.ndjson.gz", "2024-02-29 events 'eu-west-1' NdJson True")]
    [InlineData("2026-11-21/events-part.01.json", "2026-11-21 events 'part.01' Json False")]
    [InlineData("2026-11-21/orders.CSV", "2026-11-21 orders '' Csv False")]
    [InlineData("2026-11-21/Orders-B.JsonL.GZ", "2026-11-21 Orders 'B' NdJson True")]
    [InlineData("2026-11-21/events-a.csv.csv", "2026-11-21 events 'a.csv' Csv False")]
    public void A_path_tells_date_table_part_and_format(string path, string expected)
    {
        Assert.True(DropName.TryParse(path, out var name));
        Assert.Equal(expected, $"{name.Date:yyyy-MM-dd} {name.Table} '{name.Part}' {name.Format} {name.IsCompressed}");
    }

    [Theory]
    [InlineData("orders.csv")]
    [InlineData("2026-11-21/orders")]
    [InlineData("2026-11-21/orders.xml")]
    [InlineData("2026-11-21/orders.csv.zip")]
    [InlineData("2026-11-21/orders-.csv")]
    [InlineData("2026-11-21/.csv")]
    [InlineData("2026-11-21/orders.csv/part-1.csv")]
    [InlineData("2026-02-30/orders.csv")]
    [InlineData("2025-02-29/orders.csv")]
    [InlineData("20261121/orders.csv")]
    [InlineData("archive/2026-11-21/orders.csv")]
    [InlineData("/2026-11-21/orders.csv")]
    [InlineData("2026-11-21\\orders.csv")]
    [InlineData("2026-11-21/orders.csv\n")]
    [InlineData("2026-11-21/orders.csv.tmp")]
    public void Other_paths_are_no_drops(string path) => Assert.False(DropName.TryParse(path, out _));
}
