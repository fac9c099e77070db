using Greenery.Reports;
using Greenery.Reports.Data;
using Greenery.Reports.Shop;

namespace Greenery.Tests.Reports;

/// <summary>Shares by row and column: what they are of, and how deep their colour is.</summary>
public sealed class HeatMapTests
{
    private static readonly Clock Clock =
        new(TimeZoneInfo.Utc, new DateTimeOffset(2026, 11, 24, 6, 0, 0, TimeSpan.Zero));

    private static readonly DateOnly Day = new(2026, 11, 23);

    [Fact]
    public void Regions_come_by_sessions_with_all_of_them_first_and_the_rest_last()
    {
        var map = HeatMap.OfConversion(
        [
            new CohortConversion(Day, Day, null, 900, 9), new CohortConversion(Day, Day, "Oslo, Norway", 40, 4),
            new CohortConversion(Day, Day, "Texas, United States", 60, 3),
        ], Clock)!;

        Assert.Equal(["all regions", "Texas, United States", "Oslo, Norway", "other regions"],
            map.Rows.Select(row => row.Name));
        Assert.Equal(
            ["1.6 % of 1,000 sessions", "5.0 % of 60 sessions", "10.0 % of 40 sessions", "1.0 % of 900 sessions"],
            map.Rows.Select(row => $"{row.Cells[0].Text} {row.Cells[0].Basis}"));
        Assert.Equal([1, 3, HeatMap.Levels, 1], map.Rows.Select(row => row.Cells[0].Level));
    }

    [Fact]
    public void A_share_of_few_has_no_colour_and_takes_none_from_others()
    {
        var map = HeatMap.OfConversion(
        [
            new CohortConversion(Day, Day, "Oslo, Norway", 29, 29), new CohortConversion(Day, Day, "Texas", 100, 5),
            new CohortConversion(Day.AddDays(-1), Day.AddDays(-1), "Texas", 100, 10),
        ], Clock)!;

        Assert.Equal(["22 Nov", "23 Nov"], map.Columns);
        Assert.Equal(("-", "no sessions", 0), Cell(map.Rows[2].Cells[0]));
        Assert.Equal(("100.0 %", "of 29 sessions", 0), Cell(map.Rows[2].Cells[1]));
        Assert.Equal(0, map.Rows[0].Cells.Count(cell => cell.Level == 0));
    }

    [Fact]
    public void Weeks_name_their_days() => Assert.Equal("17 Nov to 23 Nov", Assert.Single(
        HeatMap.OfConversion([new CohortConversion(Day.AddDays(-6), Day, "Texas", 100, 5)], Clock)!.Columns));

    [Fact]
    public void A_month_that_is_not_over_is_provisional_and_one_to_come_is_empty()
    {
        var (july, august) = (new DateOnly(2026, 7, 1), new DateOnly(2026, 8, 1));

        var map = HeatMap.OfRetention(
        [
            new CohortMonth(july, 0, 120, 120, true), new CohortMonth(july, 1, 120, 30, true),
            new CohortMonth(july, 2, 120, 12, false), new CohortMonth(august, 0, 1, 1, true),
            new CohortMonth(august, 1, 1, 0, false),
        ])!;

        Assert.Equal(["1 month later", "2 months later"], map.Columns);
        Assert.Equal(["Aug 2026 1 buyer", "Jul 2026 120 buyers"], map.Rows.Select(row => $"{row.Name} {row.Basis}"));
        Assert.Equal([("25.0 %", "of 120 buyers", HeatMap.Levels), ("10.0 %", "of 120 buyers", 1)],
            map.Rows[1].Cells.Select(Cell));
        Assert.Equal([false, true], map.Rows[1].Cells.Select(cell => cell.IsProvisional));
        Assert.Equal(("", "", 0), Cell(map.Rows[0].Cells[1]));
    }

    [Fact]
    public void Without_sessions_or_a_second_month_there_is_none()
    {
        Assert.Null(HeatMap.OfConversion([], Clock));
        Assert.Null(HeatMap.OfRetention([new CohortMonth(Day, 0, 5, 5, false)]));
    }

    private static (string, string, int) Cell(HeatCell cell) => (cell.Text, cell.Basis, cell.Level);
}
