using Greenery.Checks;

namespace Greenery.Tests.Checks;

public sealed class ThresholdTests
{
    [Theory]
    [InlineData("> 10", "> 10")]
    [InlineData(">=2.5%", ">= 2.5%")]
    [InlineData(" = 0 ", "= 0")]
    [InlineData("!= 0", "!= 0")]
    [InlineData("<= 100 %", "<= 100%")]
    public void A_threshold_compares_rows_or_a_share(string text, string expected)
    {
        Assert.True(Threshold.TryParse(text, out var threshold));
        Assert.Equal(expected, threshold.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("10")]
    [InlineData("> -1")]
    [InlineData("> ten")]
    [InlineData("=> 1")]
    [InlineData("> 100.1%")]
    [InlineData("> 1,000")]
    [InlineData("> 99999999999999999999999999999999999999")]
    public void Anything_else_is_none(string text) => Assert.False(Threshold.TryParse(text, out _));

    [Theory]
    [InlineData("> 2", 2, 10, false)]
    [InlineData("> 2", 3, 10, true)]
    [InlineData(">= 2", 2, 10, true)]
    [InlineData("< 2", 1, 10, true)]
    [InlineData("<= 2", 3, 10, false)]
    [InlineData("= 2", 2, 10, true)]
    [InlineData("!= 2", 2, 10, false)]
    [InlineData("> 10%", 1, 10, false)]
    [InlineData("> 10%", 2, 10, true)]
    [InlineData(">= 10%", 1, 10, true)]
    [InlineData("> 0%", 0, 0, false)]
    [InlineData("> 0%", 1, 9000000000000000000, true)]
    public void It_is_met_by_failing_rows_of_those_looked_at(string text, long failing, long lookedAt, bool isMet)
    {
        Assert.True(Threshold.TryParse(text, out var threshold));
        Assert.Equal(isMet, threshold.IsMetBy(failing, lookedAt));
    }
}
