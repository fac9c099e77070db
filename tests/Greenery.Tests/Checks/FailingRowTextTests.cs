using System.Text.Json.Nodes;
using Greenery.Checks;

namespace Greenery.Tests.Checks;

/// <summary>Failing rows as they are kept and shown.</summary>
public sealed class FailingRowTextTests
{
    [Theory]
    [InlineData("""{"a": 1, "doc": {"email": "x", "b": [{"E-Mail": "y", "Email": 7}]}}""",
        """{"a":1,"doc":{"email":"***","b":[{"E-Mail":"y","Email":"***"}]}}""")]
    [InlineData("""{"doc": [{"email": {"home": "x"}}, {"email": null}]}""",
        """{"doc":[{"email":"***"},{"email":null}]}""")]
    [InlineData("""{"email": "shown by the mask of the row", "doc": {"a": "email"}}""",
        """{"email": "shown by the mask of the row", "doc": {"a": "email"}}""")]
    [InlineData("""{"n": 1e400, "s": "ü"}""", """{"n": 1e400, "s": "ü"}""")]
    public void Keys_of_personal_columns_are_masked_in_nested_values(string row, string expected) =>
        Assert.Equal(expected, FailingRowText.Of(row, ["email"]));

    [Theory]
    [InlineData(300, false)]
    [InlineData(301, true)]
    [InlineData(1_400_000, true)]
    public void A_long_value_is_cut_and_says_its_length(int length, bool isCut)
    {
        var row = new JsonObject { ["id"] = 1, ["note"] = new string('x', length) }.ToJsonString();

        var shown = JsonNode.Parse(FailingRowText.Cut(row))!;

        Assert.Equal(1, (int?)shown["id"]);
        Assert.Equal(
            isCut ? $"{new string('x', 300)}… ({length} characters)" : new string('x', length),
            (string?)shown["note"]);
    }

    [Fact]
    public void A_nested_value_is_cut_too_and_no_character_is_split()
    {
        var pots = new JsonArray([.. Enumerable.Range(0, 500).Select(n => JsonValue.Create(n))]);
        var row = new JsonObject { ["list"] = pots, ["plants"] = new string('x', 299) + "🌱🌱" }.ToJsonString();

        var shown = JsonNode.Parse(FailingRowText.Cut(row))!;

        Assert.EndsWith("characters)", (string?)shown["list"], StringComparison.Ordinal);
        Assert.Equal(new string('x', 299) + "… (303 characters)", (string?)shown["plants"]);
    }

    [Fact]
    public void A_row_of_many_columns_is_cut_and_says_how_many_are_left()
    {
        var row = new JsonObject(Enumerable.Range(0, 1_000)
            .Select(n => KeyValuePair.Create($"c{n}", (JsonNode?)new string('x', 250)))).ToJsonString();

        var shown = FailingRowText.Cut(row);

        Assert.InRange(shown.Length, 5_000, 15_000);
        Assert.EndsWith(" more columns", (string?)JsonNode.Parse(shown)!["…"], StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_nested_too_deeply_is_left_out()
    {
        var row = $$"""{"doc": {{new string('[', 5_000)}}{{new string(']', 5_000)}}}""";

        Assert.Equal("""{"…":"nested too deeply to be shown"}""", FailingRowText.Cut(row));
    }
}
