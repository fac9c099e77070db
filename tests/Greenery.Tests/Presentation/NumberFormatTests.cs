using System.Globalization;
using Greenery.Models;
using Greenery.Presentation;

namespace Greenery.Tests.Presentation;

public sealed class NumberFormatTests
{
    [Theory]
    [InlineData("share", "0.7983", "0.8", "79.8 %", "-0.2 points")]
    [InlineData("share", "0.5", "0.5", "50.0 %", "±0.0 points")]
    [InlineData("count", "12345", "345", "12,345", "+12,000")]
    [InlineData("dollars", "1234.5", "2234.75", "$1,234.50", "-$1,000.25")]
    [InlineData("days", "3.96", "2", "4.0 days", "+2.0 days")]
    [InlineData("count", "1", null, "1", "")]
    [InlineData("share", null, "1", "-", "")]
    public void A_figure_and_its_change_are_in_its_unit(
        string unit, string? now, string? before, string figure, string change)
    {
        var metric = new Metric("m", "M", unit, "", "select 1");
        var (present, past) = (Number(now), Number(before));
        Assert.Equal((figure, change), (NumberFormat.Of(present, metric), NumberFormat.Change(present, past, metric)));
    }

    private static decimal? Number(string? text) =>
        text is null ? null : decimal.Parse(text, CultureInfo.InvariantCulture);
}
