using System.Text;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Greenery.Drops;

namespace Greenery.Tests.Staging;

/// <summary>
/// Random tables, written in random but well-formed ways, with rows spoiled in between: all rows come out.
/// </summary>
public sealed class ParserPropertyTests
{
    private static readonly Gen<string> Text = Gen.Elements(
            "a", "Fern", " ", "\"", "\"\"", ",", "\n", "\r\n", "\r", "é", "植物", "🌱", "'", "\\", "\t", ";", "0", "null")
        .ListOf()
        .Select(parts => string.Concat(parts));

    private static readonly Gen<string?[][]> Tables =
        from columns in Gen.Choose(1, 5)
        from rows in Gen.OneOf(Text.Select(text => (string?)text), Gen.Constant<string?>(null)).ArrayOf(columns)
            .ArrayOf()
        select rows.Select(row => row.Prepend("k").ToArray()).ToArray();

    [Fact]
    public void Every_row_of_a_csv_file_comes_out_as_it_went_in() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(500),
        Prop.ForAll(Tables.ToArbitrary(), Gen.Choose(0, int.MaxValue).ToArbitrary(), (rows, seed) =>
        {
            var random = new Random(seed);
            var columns = rows.Length == 0 ? 2 : rows[0].Length;
            var spoiled = rows.Count(_ => random.Next(4) == 0);
            var parsed = Parse(DropFormat.Csv, columns, Csv(rows, columns, spoiled, random), random);
            return parsed.Rows == rows.Length + spoiled && Same(rows, parsed);
        }));

    [Fact]
    public void Every_object_comes_out_as_it_went_in() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(300),
        Prop.ForAll(Tables.ToArbitrary(), Gen.Choose(0, int.MaxValue).ToArbitrary(), (rows, seed) =>
        {
            var random = new Random(seed);
            var columns = rows.Length == 0 ? 2 : rows[0].Length;
            var objects = rows.Select(row => Object(row, random)).ToArray();
            var lines = string.Join(random.Next(2) == 0 ? "\n" : "\r\n\n", objects);
            return Same(rows, Parse(DropFormat.NdJson, columns, lines, random))
                && Same(rows, Parse(DropFormat.Json, columns, $"[{string.Join(", \n", objects)}]", random));
        }));

    private static Parsed Parse(DropFormat format, int columns, string text, Random random) => ParserHarness.ParseAsync(
        ParserHarness.Texts(columns), format, Encoding.UTF8.GetBytes(text), random.Next(1, 40)).GetAwaiter()
            .GetResult();

    private static bool Same(string?[][] rows, Parsed parsed) => parsed.Good.Count == rows.Length
        && rows.Zip(parsed.Good).All(pair => pair.First.SequenceEqual(pair.Second.Take(pair.First.Length)));

    private static string Csv(string?[][] rows, int columns, int spoiled, Random random)
    {
        var lineEnd = OneOf(random, "\n", "\r\n", "\r");
        var lines = rows.Select(row => string.Join(',', row.Select(value => Field(value, random)))).ToList();
        for (var i = 0; i < spoiled; i++)
        {
            var spoil = OneOf(random, "too,few,or,too,many,fields,here", "\"closed\"badly,x");
            lines.Insert(random.Next(lines.Count + 1), spoil);
        }
        lines.Insert(0, string.Join(',', Enumerable.Range(0, columns).Select(i => $"c{i}")));
        var blank = random.Next(3) == 0 ? lineEnd : "";
        return string.Join(lineEnd + blank, lines) + (random.Next(2) == 0 ? lineEnd : "");
    }

    private static string Field(string? value, Random random) => value switch
    {
        null => "",
        _ when value.Length == 0 || value.AsSpan().IndexOfAny(",\r\n\"") >= 0 || random.Next(3) == 0 =>
            $"\"{value.Replace("\"", "\"\"")}\"",
        _ => value,
    };

    private static string Object(string?[] row, Random random)
    {
        var order = Enumerable.Range(0, row.Length).ToArray();
        random.Shuffle(order);
        return $"{{{string.Join(',', order.Select(i => $"\"c{i}\":{JsonSerializer.Serialize(row[i])}"))}}}";
    }

    private static string OneOf(Random random, params string[] values) => values[random.Next(values.Length)];
}
