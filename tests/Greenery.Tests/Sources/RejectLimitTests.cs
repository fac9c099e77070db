using Greenery.Sources;

namespace Greenery.Tests.Sources;

public sealed class RejectLimitTests
{
    [Theory]
    [InlineData("0", "0 rows")]
    [InlineData("10", "10 rows")]
    [InlineData("2.5%", "2.5%")]
    [InlineData("100%", "100%")]
    [InlineData("99999999999999999999", "9223372036854775807 rows")]
    public void A_limit_is_a_number_of_rows_or_a_share(string text, string limit)
    {
        Assert.True(RejectLimit.TryParse(text, out var parsed));
        Assert.Equal(limit, parsed.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("%")]
    [InlineData("-1")]
    [InlineData("-1%")]
    [InlineData("1.5")]
    [InlineData("100.1%")]
    [InlineData("1,000")]
    [InlineData("1e3")]
    [InlineData("ten")]
    public void Anything_else_is_none(string text) => Assert.False(RejectLimit.TryParse(text, out _));

    [Theory]
    [InlineData("0", 0, 10, false)]
    [InlineData("0", 1, 10, true)]
    [InlineData("3", 3, 10, false)]
    [InlineData("3", 4, 10, true)]
    [InlineData("10%", 10, 100, false)]
    [InlineData("10%", 11, 100, true)]
    [InlineData("10%", 0, 0, false)]
    [InlineData("100%", 5, 5, false)]
    [InlineData("0%", 1, 1000000000000, true)]
    public void It_is_exceeded_by_more_not_by_as_many(string text, long bad, long all, bool isExceeded)
    {
        Assert.True(RejectLimit.TryParse(text, out var limit));
        Assert.Equal(isExceeded, limit.IsExceededBy(bad, all));
    }
}
