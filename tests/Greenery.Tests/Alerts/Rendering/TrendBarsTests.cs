using Greenery.Alerts.Rendering;

namespace Greenery.Tests.Alerts.Rendering;

public sealed class TrendBarsTests
{
    [Fact]
    public void Bars_stand_on_zero() => Assert.Equal([0.25, 0, null, 1], TrendBars.Heights([25, 0, null, 100]));

    [Fact]
    public void Rates_that_hardly_move_show_how_they_move() =>
        Assert.Equal("▂▅█", TrendBars.Line([0.78m, 0.785m, 0.79m]));

    [Fact]
    public void Losses_are_low_not_missing() => Assert.Equal([0.2, 1], TrendBars.Heights([-10, 10]));

    [Fact]
    public void A_figure_that_does_not_move_is_a_flat_line() => Assert.Equal("▅▅·▅", TrendBars.Line([7, 7, null, 7]));

    [Fact]
    public void Nothing_is_nothing()
    {
        Assert.Equal("", TrendBars.Line([]));
        Assert.Equal("··", TrendBars.Line([null, null]));
        Assert.Equal("▁▁", TrendBars.Line([0, 0]));
    }

    [Fact]
    public void The_last_four_weeks_are_shown() =>
        Assert.Equal(28, TrendBars.Heights([.. Enumerable.Range(0, 100).Select(i => (decimal?)i)]).Count);

    [Fact]
    public void The_largest_numbers_have_a_height() =>
        Assert.Equal([0.2, 1], TrendBars.Heights([decimal.MinValue, decimal.MaxValue]));
}
