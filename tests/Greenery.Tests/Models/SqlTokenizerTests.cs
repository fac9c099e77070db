using Greenery.Models.Sql;

namespace Greenery.Tests.Models;

public sealed class SqlTokenizerTests
{
    [Theory]
    [InlineData("a -- b\nc", "a c")]
    [InlineData("a -- b\rc", "a c")]
    [InlineData("a -- b\r\nc", "a c")]
    [InlineData("a -- to the end", "a")]
    [InlineData("a/* b */c", "a c")]
    [InlineData("a /* b /* c */ d */ e", "a e")]
    [InlineData("a /* -- */ b", "a b")]
    [InlineData("a -- /*\nb", "a b")]
    public void Comments_fall_away(string sql, string tokens) => Assert.Equal(tokens, Texts(sql));

    [Theory]
    [InlineData("'from a'", "'from a'")]
    [InlineData("'it''s' b", "'it''s' b")]
    [InlineData("'' b", "'' b")]
    [InlineData(@"'\' b", @"'\' b")]
    [InlineData(@"E'\'' b", @"E'\'' b")]
    [InlineData(@"e'\\' b", @"e'\\' b")]
    [InlineData(@"E'it''s\'' b", @"E'it''s\'' b")]
    [InlineData("N'x' b", "N'x' b")]
    [InlineData("x'1F' b", "x'1F' b")]
    [InlineData("date'2026-11-21' b", "date '2026-11-21' b")]
    [InlineData(@"like'\' b", @"like '\' b")]
    [InlineData("u&'d\\0061t' b", "u & 'd\\0061t' b")]
    [InlineData("$$ it's; from b $$ c", "$$ it's; from b $$ c")]
    [InlineData("$q$ $$ $other$ $q$ c", "$q$ $$ $other$ $q$ c")]
    [InlineData("'-- no comment' b", "'-- no comment' b")]
    [InlineData("'/* no comment' b", "'/* no comment' b")]
    public void A_string_is_one_token(string sql, string tokens) => Assert.Equal(tokens, Texts(sql));

    [Fact]
    public void A_name_in_quotes_is_without_them_and_never_a_keyword()
    {
        var tokens = SqlTokenizer.Tokenize("\"From\" \"say \"\"from\"\"\" \"select\"");

        Assert.Equal(["From", "say \"from\"", "select"], tokens.Select(token => token.Text));
        Assert.All(tokens, token => Assert.Equal(SqlTokenKind.QuotedName, token.Kind));
        Assert.False(tokens[2].Is("select"));
    }

    [Theory]
    [InlineData("Select A_1 FROM tabelle$x", "select a_1 from tabelle$x")]
    [InlineData("select größe from straße", "select größe from straße")]
    [InlineData("\ufeffselect 1", "select 1")]
    public void Words_are_folded_as_PostgreSQL_folds_them(string sql, string tokens) =>
        Assert.Equal(tokens, Texts(sql));

    [Theory]
    [InlineData("x > :since")]
    [InlineData("x>:since")]
    [InlineData("x > :since::numeric")]
    [InlineData("x::bigint > :since and true")]
    [InlineData("(:since)")]
    [InlineData("x[1] > :SINCE")]
    public void Since_is_a_parameter(string sql) =>
        Assert.Equal(
            "since", Assert.Single(SqlTokenizer.Tokenize(sql), token => token.Kind == SqlTokenKind.Parameter).Text);

    [Theory]
    [InlineData("x::since")]
    [InlineData("':since'")]
    [InlineData("-- :since")]
    [InlineData("\":since\"")]
    [InlineData("a[1:2]")]
    [InlineData("a[low:high]")]
    [InlineData("a[:n]")]
    [InlineData("a[b[1]:n]")]
    [InlineData("f(days := 1)")]
    public void A_colon_otherwise_is_none(string sql) =>
        Assert.DoesNotContain(SqlTokenizer.Tokenize(sql), token => token.Kind == SqlTokenKind.Parameter);

    [Theory]
    [InlineData("select 1", "select 7::bigint", 0)]
    [InlineData("_load_seq > :since", "_load_seq > 7::bigint", 1)]
    [InlineData("':since' || :since -- :since", "':since' || 7::bigint -- :since", 1)]
    [InlineData(":since::numeric + :since", "7::bigint::numeric + 7::bigint", 2)]
    public void Since_is_filled_in(string sql, string filled, int parameters) => Assert.Equal(
        parameters == 0 ? sql : filled, SqlParameters.Fill(sql, SqlTokenizer.Tokenize(sql), 7));

    [Fact]
    public void Tokens_know_their_lines_also_after_strings_and_comments_of_many_lines_and_with_CRLF()
    {
        var tokens = SqlTokenizer.Tokenize(
            "a\r\n/* x\r\n /* y */ \r\n*/ b 'c\r\nd' e\r\n$$\r\n$$ -- x\r\nf \"g\nh\" i");

        Assert.Equal(
            ["a 1", "b 4", "e 5", "f 8", "i 9"],
            tokens.Where(token => token.Kind == SqlTokenKind.Word).Select(token => $"{token.Text} {token.Line}"));
    }

    [Theory]
    [InlineData("a\n'b\nc", 2, "a string that begins here does not end")]
    [InlineData("a\nE'b\\'\nc", 2, "a string that begins here does not end")]
    [InlineData("E'\\", 1, "a string that begins here does not end")]
    [InlineData("a\n\n\"b\nc", 3, "a quoted name that begins here does not end")]
    [InlineData("a\n/* b /* c */\n", 2, "a comment that begins here does not end")]
    [InlineData("a\n$x$ b $y$\n", 2, "a string that begins here with $x$ does not end")]
    public void What_does_not_end_is_reported_with_the_line_it_begins_on(string sql, int line, string message)
    {
        var exception = Assert.Throws<SqlTokenException>(() => SqlTokenizer.Tokenize(sql));

        Assert.Equal((line, message), (exception.Line, exception.Message));
    }

    private static string Texts(string sql) => string.Join(' ', SqlTokenizer.Tokenize(sql).Select(token => token.Text));
}
