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

    // Values that show a row are often missing.
    private static readonly SourceTable Sparse = Things with
    {
        Columns =
        [
            LoadHarness.Column("id", "text"),
            LoadHarness.Column("label", "text"),
            LoadHarness.Column("n", "numeric(8,2)"),
            LoadHarness.Column("note", "text"),
            LoadHarness.Column("day", "date"),
        ],
    };

    private static readonly SourceTable Texts = Things with
    {
        Columns = [.. Things.Columns.Select(column => LoadHarness.Column(column.Name, "text"))],
    };

    // A line of a text with more commas may be a whole row, which counts as one.
    private static readonly Gen<string> Text = Gen.Elements(
            "a", "Fern", " ", "\"", "\"\"", ",", "\n", "\r\n", ",\n", "\n,", "é", "x24\"", "x 7", "7", "\n12",
            "12, Berlin")
        .ListOf()
        .Select(parts => string.Concat(parts.Take(6)))
        .Where(text => text.Split('\n').All(line => line.Count(letter => letter == ',') < 2));

    private static readonly Gen<(string Label, string Note)[]> Tables = Gen.Zip(Text, Text).ArrayOf();

    // No line in a text begins with a number: where a quote is stray, one that looks like a row counts as a row.
    private static readonly Gen<string> PlainText = Gen.Elements(
            "a", "Fern", " ", "\"", "\"\"", ",", "\n", "\r\n", ",\n", "\n,", "é", "x24\"", "x 7")
        .ListOf()
        .Select(parts => string.Concat(parts.Take(6)));

    private static readonly Gen<(string Label, string Note)[]> Plain = Gen.Zip(PlainText, PlainText).ArrayOf();

    [Fact]
    public void A_stray_quote_anywhere_costs_no_other_good_row() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(3000),
        Prop.ForAll(Plain.ToArbitrary(), Gen.Choose(0, int.MaxValue).ToArbitrary(), (texts, seed) =>
        {
            var random = new Random(seed);
            var lineEnd = random.Next(2) == 0 ? "\n" : "\r\n";
            var rows = texts.Select((text, i) => Row(Things, i, text, random) + lineEnd).ToArray();
            var header = "id,label,n,note" + lineEnd;
            var content = header + string.Concat(rows);
            var at = random.Next(header.Length, content.Length + 1);
            var parsed = Parse(Things, content.Insert(at, "\""), random);
            var stray = IndexOf(rows, at - header.Length);
            var lost = Enumerable.Range(0, rows.Length)
                .Where(i => i != stray && !parsed.Good.Any(row => row[1] == $"L{i}{texts[i].Label}")).ToArray();
            return (lost.Length == 0).Label($"lost {string.Join(", ", lost)} of:\n{content.Insert(at, "\"")}");
        }));

    [Fact]
    public void A_field_with_line_breaks_that_is_quoted_as_it_should_be_is_one_value() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(1000),
        Prop.ForAll(Tables.ToArbitrary(), Gen.Choose(0, int.MaxValue).ToArbitrary(), (texts, seed) =>
        {
            var random = new Random(seed);
            var table = random.Next(3) switch { 0 => Sparse, 1 => Texts, _ => Things };
            var rows = texts.Select((text, i) => Row(table, i, text, random) + "\n").ToArray();
            var header = string.Join(',', table.Columns.Select(column => column.Name)) + "\n";
            var parsed = Parse(table, header + string.Concat(rows), random);
            return parsed.Good.Select(row => row[1]).SequenceEqual(texts.Select((text, i) => $"L{i}{text.Label}"))
                .Label(header + string.Concat(rows));
        }));

    [Theory]
    [InlineData("1,\"a,1,x\n2,b,2,y\n3,c 24\",3,z\n4,d,4,\n", 4, 3)]
    [InlineData("1,\"a\n2,b,2,y\n\",1,\n", 3, 1)]
    [InlineData("1,\"a\nb,c\",2,y\n2,\"d\n\n,,,\n\",3,\n", 2, 2)]
    [InlineData("1,a,1,\"x\n2,b,2,\"y\"\n", 2, 1)]
    [InlineData("1,a,1,\"x\n2,b 24\",2,y\n", 2, 1)]
    // By its quotes this is one row, and without the first two good ones: neither is loaded.
    [InlineData("1,a,1,\"x\n2,b,2,y\"\n", 2, 0)]
    [InlineData("1,\"a,1,x\n2,b\",2,y\n3,c,3,z\n", 3, 1)]
    // The first line is no row, with or without the quote: the line that closes the field is part of it.
    [InlineData("12,Old,1,x\n13,\"Main Street\n12, Berlin\",7,y\n", 2, 2)]
    [InlineData("13,\"Main Street\r\n12, Berlin\",7,y\r\n", 1, 1)]
    [InlineData("3,L3,90,\"\n12,\"\n4,L4\",93,\n", 2, 2)]
    [InlineData("x,\"Main Street\n12, Berlin\",7,y\n", 1, 0)]
    [InlineData("13,\"Main Street 5, Berlin\n12, Berlin\",7,y\n", 1, 1)]
    public void What_a_quoted_field_holds_shows_whether_its_quote_is_stray(string content, int rows, int good)
    {
        for (var seed = 0; seed < 20; seed++)
        {
            var parsed = Parse(Things, "id,label,n,note\n" + content, new Random(seed));
            Assert.Equal((rows, good), (parsed.Rows, parsed.Good.Count));
        }
    }

    [Theory]
    [InlineData("id,label,note", "1,a,\"b\n2,c,d\n3,e,f\"\n4,g,h\n", "in lines 2 to 4")]
    [InlineData("id,label,note", "0,x,y\n1,a,\"b\n2,c,d\"\n4,g,h\n", "in lines 3 to 4")]
    [InlineData("id,label,n", "d1,\"x,\nd2,y,\nd3,z\",\nd4,w,4\n", "in lines 2 to 4")]
    public void Lines_of_texts_that_look_like_rows_are_one_value_and_are_named(
        string header, string content, string place)
    {
        var table = Things with
        {
            Columns = [.. header.Split(',').Select(name => LoadHarness.Column(name, name == "n" ? "integer" : "text"))],
        };
        var parsed = Parse(table, $"{header}\n{content}", new Random(1));
        Assert.Equal(parsed.Rows, parsed.Good.Count);
        Assert.Contains(place, Assert.Single(parsed.Notes), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("1,a,\"Dear Sir,\nmany thanks.\nBye\"\n")]
    [InlineData("1,\"a\nb\",c\n2,\"\n\",\"d, e\nf\"\n")]
    public void Texts_whose_lines_are_no_rows_need_no_note(string content)
    {
        var table = Things with { Columns = [Texts.Columns[0], Texts.Columns[1], Texts.Columns[3]] };
        Assert.Empty(Parse(table, "id,label,note\n" + content, new Random(1)).Notes);
    }

    // The row the byte is in; that after the last one where it comes after all.
    private static int IndexOf(string[] rows, int at)
    {
        var i = 0;
        for (; i < rows.Length && at >= rows[i].Length; i++)
        {
            at -= rows[i].Length;
        }
        return i;
    }

    private static string Row(SourceTable table, int i, (string Label, string Note) text, Random random) =>
        string.Join(',', table.Columns.Select(column => column.Name switch
        {
            "id" => $"{i}",
            "label" => Field($"L{i}{text.Label}", random),
            "n" => table == Sparse && random.Next(2) == 0 ? "" : $"{random.Next(100)}",
            "note" => Field(text.Note, random),
            _ => random.Next(3) == 0 ? "2026-11-21" : "",
        }));

    private static string Field(string value, Random random) =>
        value.AsSpan().IndexOfAny(",\r\n") >= 0 || value.StartsWith('"') || random.Next(3) == 0
            ? $"\"{value.Replace("\"", "\"\"", StringComparison.Ordinal)}\""
            : value;

    private static Parsed Parse(SourceTable table, string content, Random random) => ParserHarness.ParseAsync(
        table, DropFormat.Csv, Encoding.UTF8.GetBytes(content), random.Next(1, 60)).GetAwaiter().GetResult();
}
