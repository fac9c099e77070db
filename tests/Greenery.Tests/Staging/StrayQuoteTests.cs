using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Greenery.Drops;
using Greenery.Sources;

namespace Greenery.Tests.Staging;

/// <summary>A quote too many costs the row it is in and no other.</summary>
public sealed class StrayQuoteTests
{
    private static readonly SourceTable Things = LoadHarness.Plants with
    {
        Columns =
        [
            LoadHarness.Column("id", "bigint"),
            LoadHarness.Column("label", "text"),
            LoadHarness.Column("n", "integer"),
            LoadHarness.Column("note", "text"),
        ],
    };

    // No line in a text begins with a number: one that looks like a row counts as a row.
    private static readonly Gen<string> Text = Gen.Elements(
            "a", "Fern", " ", "\"", "\"\"", ",", "\n", "\r\n", ",\n", "\n,", "é", "x24\"", "x 7")
        .ListOf()
        .Select(parts => string.Concat(parts.Take(6)));

    private static readonly Gen<(string Label, string Note)[]> Tables = Gen.Zip(Text, Text).ArrayOf();

    [Fact]
    public void A_stray_quote_anywhere_costs_no_other_good_row() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(3000),
        Prop.ForAll(Tables.ToArbitrary(), Gen.Choose(0, int.MaxValue).ToArbitrary(), (texts, seed) =>
        {
            var random = new Random(seed);
            var lineEnd = random.Next(2) == 0 ? "\n" : "\r\n";
            var rows = texts.Select((text, i) => Row(i, text, random) + lineEnd).ToArray();
            var content = "id,label,n,note" + lineEnd + string.Concat(rows);
            var at = random.Next(content.Length - string.Concat(rows).Length, content.Length + 1);
            var others = Others(rows, at - (content.Length - string.Concat(rows).Length));
            var parsed = Parse(content.Insert(at, "\""), random);
            var lost = others.Where(i => !parsed.Good.Any(row => row[1] == $"L{i}{texts[i].Label}")).ToArray();
            return (lost.Length == 0).Label($"lost {string.Join(", ", lost)} of:\n{content.Insert(at, "\"")}");
        }));

    [Theory]
    [InlineData("1,\"a,1,x\n2,b,2,y\n3,c 24\",3,z\n4,d,4,\n", 4, 3)]
    [InlineData("1,\"a\n2,b,2,y\n\",1,\n", 3, 1)]
    [InlineData("1,\"a\nb,c\",2,y\n2,\"d\n\n,,,\n\",3,\n", 2, 2)]
    [InlineData("1,a,1,\"x\n2,b,2,\"y\"\n", 2, 1)]
    [InlineData("1,a,1,\"x\n2,b,2,y\"\n", 2, 1)]
    public void What_a_quoted_field_holds_shows_whether_its_quote_is_stray(string content, int rows, int good)
    {
        var parsed = Parse("id,label,n,note\n" + content, new Random(1));
        Assert.Equal((rows, good), (parsed.Rows, parsed.Good.Count));
    }

    // In a table of texts no value shows that a line is a row: it may be one of a text.
    [Theory]
    [InlineData("1,a,x,y\n2,\"b,x,y\n3,c,x,y\n4,d,x,y\n5,\"e,x,y\n", null)]
    [InlineData("1,a,x,y\n2,\"b,x,y\n3,c,x,y\n4,d,x,y\n5,e\",x,y\n6,f,x,y\n",
        "1 row with lines in quotes that look like rows, the first at line 3")]
    [InlineData("1,\"a\n2,b,x,y\n\",x,y\n3,\"c\r\n4,d,x,y\r\n\",x,y\n",
        "2 rows with lines in quotes that look like rows, the first at line 2")]
    [InlineData("1,\"a\nb, c\nd\",x,y\n2,\"e, f,\ng, h\",x,\"i\nj\"\n", null)]
    [InlineData("1,\"a\n2,b,x,y\nand more\nc\",x,y\n", null)]
    [InlineData("1,\"a\n,b,x,y\nc\",x,y\n", null)]
    public async Task Lines_in_quotes_that_look_like_rows_of_texts_are_noted(string content, string? note)
    {
        foreach (var chunk in new[] { int.MaxValue, 7 })
        {
            var parsed = await ParserHarness.ParseAsync(
                ParserHarness.Texts(4), DropFormat.Csv, Encoding.UTF8.GetBytes("c0,c1,c2,c3\n" + content), chunk);
            Assert.Equal(
                note is null ? [] : new[] { $"has {note}: a quote may be too many there, and rows be part of a text. "
                    + "Compare its rows with those of its sender" },
                parsed.Notes);
        }
    }

    // All rows but the one the byte is in.
    private static IEnumerable<int> Others(string[] rows, int at)
    {
        for (var i = 0; i < rows.Length; i++)
        {
            if (at < 0 || at >= rows[i].Length)
            {
                yield return i;
            }
            at -= rows[i].Length;
        }
    }

    private static string Row(int i, (string Label, string Note) text, Random random) =>
        $"{i},{Field($"L{i}{text.Label}", random)},{random.Next(100)},{Field(text.Note, random)}";

    private static string Field(string value, Random random) =>
        value.AsSpan().IndexOfAny(",\r\n") >= 0 || value.StartsWith('"') || random.Next(3) == 0
            ? $"\"{value.Replace("\"", "\"\"", StringComparison.Ordinal)}\""
            : value;

    private static Parsed Parse(string content, Random random) => ParserHarness.ParseAsync(
        Things, DropFormat.Csv, Encoding.UTF8.GetBytes(content), random.Next(1, 60)).GetAwaiter().GetResult();
}
