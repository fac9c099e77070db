namespace Greenery.Tests;

public sealed class SuggestionTests
{
    [Theory]
    [InlineData("order", " Did you mean 'orders'?")]
    [InlineData("odrers", " Did you mean 'orders'?")]
    [InlineData("Orders", " Did you mean 'orders'?")]
    [InlineData("order_itms", " Did you mean 'order_items'?")]
    [InlineData("customers", "")]
    [InlineData("x", "")]
    [InlineData("", "")]
    public void The_nearest_name_is_suggested_when_one_is_near(string name, string sentence) =>
        Assert.Equal(sentence, Suggestion.Sentence(name, ["users", "orders", "order_items", "id"]));

    [Fact]
    public void Of_names_equally_near_the_first_by_alphabet_is_suggested() =>
        Assert.Equal("bat", Suggestion.For("aat", ["cat", "bat"]));
}
