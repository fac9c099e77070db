using Greenery.Presentation;

namespace Greenery.Tests.Presentation;

public sealed class TerminalTextTests
{
    [Theory]
    [InlineData("plain, with ümlauts and 日本", "plain, with ümlauts and 日本")]
    [InlineData("two\nlines\tand\r\na third", "two\nlines\tand\r\na third")]
    [InlineData("\u001b[31mred\u001b[0m", "␛[31mred␛[0m")]
    [InlineData("\u001b]0;title\a", "␛]0;title␇")]
    [InlineData("over\rwritten\b", "over␍written␈")]
    [InlineData("nul\0del\u007f", "nul␀del␡")]
    [InlineData("\u009b2J", "\ufffd2J")]
    [InlineData("gpj.\u202evsc", "gpj.\ufffdvsc")]
    public void Control_characters_are_shown_and_not_sent(string text, string shown) =>
        Assert.Equal(shown, TerminalText.Escape(text));

    [Fact]
    public void No_character_that_is_left_controls_a_terminal()
    {
        var all = new string([.. Enumerable.Range(0, 0x10000).Select(code => (char)code)]);

        Assert.Equal("\t\n", string.Concat(TerminalText.Escape(all).Where(char.IsControl)));
    }
}
