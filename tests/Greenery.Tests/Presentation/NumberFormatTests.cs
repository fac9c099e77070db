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
    [InlineData("EUR", "1234.5", "2234.75", "€1,234.50", "-€1,000.25")]
    [InlineData("CHF", "1234.5", "1", "CHF 1,234.50", "+CHF 1,233.50")]
    [InlineData("JPY", "1234.5", "1", "¥1,235", "+¥1,234")]
    [InlineData("kg", "12", "10.25", "12 kg", "+1.75 kg")]
    [InlineData("plants", "1200.5", "1200.5", "1,200.5 plants", "±0 plants")]
    [InlineData("count", "1", null, "1", "")]
    [InlineData("share", null, "1", "-", "")]
    public void A_figure_and_its_change_are_in_its_unit(
        string unit, string? now, string? before, string figure, string change)
    {
        var metric = new Metric("m", "M", unit, "", "select 1");
        var (present, past) = (Number(now), Number(before));
        Assert.Equal((figure, change), (NumberFormat.Of(present, metric), NumberFormat.Change(present, past, metric)));
    }

    [Theory]
    [InlineData("dollars", "112", "100", MetricDirection.UpIsGood, "12 % above usual, better")]
    [InlineData("dollars", "50", "100", MetricDirection.UpIsGood, "50 % below usual, worse")]
    [InlineData("days", "4", "2", MetricDirection.DownIsGood, "100 % above usual, worse")]
    [InlineData("count", "1003", "1000", MetricDirection.UpIsGood, "as usual")]
    [InlineData("share", "0.031", "0.03", MetricDirection.None, "0.1 points above usual")]
    [InlineData("share", "0.0301", "0.03", MetricDirection.UpIsGood, "as usual")]
    [InlineData("count", "7", "0", MetricDirection.UpIsGood, "7 above usual, better")]
    [InlineData("count", null, "3", MetricDirection.UpIsGood, "")]
    [InlineData("count", "3", null, MetricDirection.UpIsGood, "")]
    public void A_figure_is_compared_with_the_usual_one_and_judged_by_its_direction(
        string unit, string? now, string? usual, MetricDirection direction, string words) => Assert.Equal(
        words, NumberFormat.AgainstUsual(
            Number(now), Number(usual), new Metric("m", "M", unit, "", "select 1") { Direction = direction }));

    private static decimal? Number(string? text) =>
        text is null ? null : decimal.Parse(text, CultureInfo.InvariantCulture);
}
