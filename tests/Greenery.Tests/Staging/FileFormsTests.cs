using System.Text;
using Greenery.Drops;
using Greenery.Sources;
using Greenery.Staging.Parsing;

namespace Greenery.Tests.Staging;

/// <summary>Files that look odd but mean one thing only are read.</summary>
public sealed class FileFormsTests
{
    private static readonly SourceTable Things = LoadHarness.Plants with
    {
        Columns =
        [
            LoadHarness.Column("id", "text"),
            LoadHarness.Column("label", "text"),
            LoadHarness.Column("n", "integer"),
        ],
    };

    [Theory]
    [InlineData("sep=,\nid,label,n\na,b,1\n")]
    [InlineData("\"sep=;\"\r\nid;label;n\r\na;b;1\r\n")]
    [InlineData("sep=#\nid#label#n\na#b#1\n")]
    [InlineData("id;label;n\na;b;1\n")]
    [InlineData("id\tlabel\tn\na\tb\t1\n")]
    [InlineData("id|label|n\na|b|1\n")]
    [InlineData("\"id\";\"label\";\"n\"\n\"a\";\"b\";\"1\"\n")]
    [InlineData("id,label,n,,\na,b,1,,\n")]
    [InlineData("id,label,n,\na,b,1\n")]
    [InlineData("id,label,n,,\na,b,1\n")]
    [InlineData("id,label,n,,\na,b,1,\n")]
    [InlineData("id,label,n\na,b,1,\n")]
    [InlineData("id,label,n\na,b,1,,\"\",\n")]
    [InlineData("id,label,n\na,b,1\n,,\n\"\",,\n")]
    [InlineData("id,label,n\na,b,1\n\uFEFFid,label,n\nid,label,n\n")]
    [InlineData("id,label,n\n\uFEFFa,b,1\n")]
    [InlineData("\uFEFF\n\uFEFFid,la\u200Bbel,n\na,b,1.0\n")]
    public async Task Files_of_every_look_are_read(string content)
    {
        foreach (var chunk in new[] { 1, 3, 1000 })
        {
            var parsed = await ParseAsync(Things, content, chunk: chunk);
            Assert.Null(parsed.Refusal);
            Assert.Equal(1, parsed.Rows);
            Assert.Equal(["a", "b", "\0\0\0\u0001"], Assert.Single(parsed.Good).Take(3));
        }
    }

    [Theory]
    [InlineData("id,label,n,\na,b\n", "found 2 fields, expected 3")]
    [InlineData("id,,label,n,\na,b\n", "found 2 fields, expected 4")]
    [InlineData("id,label,n,note,\na,b,1\n", "found 3 fields, expected 4")]
    public async Task A_missing_field_of_a_column_with_a_name_is_not_passed_over(string content, string fault)
    {
        var parsed = await ParseAsync(Things, content);
        Assert.Equal((1, 0), (parsed.Rows, parsed.Good.Count));
        Assert.Contains(fault, Encoding.UTF8.GetString(parsed.Quarantine), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_value_in_a_column_without_a_name_is_kept()
    {
        var parsed = await ParseAsync(Things, ",id,label,n\n0,a,b,1\n,c,d,2\n");
        Assert.Equal(["\u0001{\"unnamed_1\":\"0\"}", null], parsed.Good.Select(row => row[3]));
    }

    [Fact]
    public async Task Doubled_columns_the_contract_does_not_know_are_kept_apart()
    {
        var parsed = await ParseAsync(Things, "id,note,label,n,note,note_2\na,1,b,1,2,3\n");
        Assert.Equal("\u0001{\"note\":\"1\",\"note_3\":\"2\",\"note_2\":\"3\"}", Assert.Single(parsed.Good)[3]);
    }

    [Theory]
    [InlineData("sep=;\nid,label,n\n", ",", "says 'sep=;' on its first line, and the contract says delimiter ','")]
    [InlineData("id,label,n\n", ";", "must be separated by ';'")]
    public async Task A_delimiter_other_than_the_contracts_is_refused(string content, string delimiter, string message)
    {
        var parsed = await ParseAsync(With(Things, new CsvOptions { Delimiter = delimiter[0] }), content);
        Assert.Contains(message, parsed.Refusal);
    }

    [Fact]
    public async Task Null_words_of_the_contract_are_null_and_others_are_noted()
    {
        var content = "id,label,n\na,NULL,0\nb,\"NULL\",NULL\nc,\\N,\"NULL\"\n";
        var parsed = await ParseAsync(Things, content);
        Assert.Equal((3, 1), (parsed.Rows, parsed.Good.Count));
        var note = Assert.Single(parsed.Notes);
        Assert.Contains("column 'label' holds words like '\\N' in 3 of 3 rows", note);
        Assert.EndsWith("and have the source write them without quotes", note);
        var table = Things with { Columns = [.. Things.Columns.Select(x => x with { Nulls = ["NULL", "\\N"] })] };
        parsed = await ParseAsync(table, content);
        Assert.Equal([null, "NULL", null], parsed.Good.Select(row => row[1]));
        Assert.Equal(["\0\0\0\0", null, null], parsed.Good.Select(row => row[2]));
        Assert.Empty(parsed.Notes);
    }

    // The contract's words are null without quotes: a source that quotes everything has them as texts.
    [Fact]
    public async Task Null_words_of_the_contract_in_quotes_are_noted_where_they_come_often()
    {
        var table = Things with { Columns = [.. Things.Columns.Select(x => x with { Nulls = ["NULL"] })] };
        var parsed = await ParseAsync(table, "id,label,n\na,\"NULL\",\"NULL\"\nb,\"NULL\",1\nc,NULL,2\n");
        Assert.Equal(["NULL", "NULL", null], parsed.Good.Select(row => row[1]));
        Assert.Equal(
            "column 'label' holds 'NULL' in quotes in 2 of 3 rows, loaded as text: the contract's 'nulls' count "
            + "without quotes; if it stands for no value, have the source write it without them",
            Assert.Single(parsed.Notes));
    }

    [Fact]
    public async Task Null_words_of_JSON_are_noted_and_are_null_where_the_contract_says_so()
    {
        var lines = """
            {"id":"a","label":"NULL","n":0}
            {"id":"b","label":"N\u0041","n":0}
            """u8.ToArray();
        var parsed = await ParserHarness.ParseAsync(Things, DropFormat.NdJson, lines);
        Assert.Equal(["NULL", "NA"], parsed.Good.Select(row => row[1]));
        Assert.Equal("column 'label' holds words like 'NA' in 2 of 2 rows, loaded as text; if they stand for no value, "
            + "say config: {nulls: ['NA']} in the contract", Assert.Single(parsed.Notes));
        var table = Things with { Columns = [.. Things.Columns.Select(x => x with { Nulls = ["NULL", "NA"] })] };
        parsed = await ParserHarness.ParseAsync(table, DropFormat.NdJson, lines);
        Assert.Equal([null, null], parsed.Good.Select(row => row[1]));
        Assert.Empty(parsed.Notes);
    }

    [Fact]
    public async Task A_text_key_without_characters_is_required()
    {
        var table = With(Things, new CsvOptions { KeepsEmptyText = true });
        var parsed = await ParseAsync(table, "id,label,n\n\"\",b,1\n");
        Assert.Equal((1, 0), (parsed.Rows, parsed.Good.Count));
        parsed = await ParserHarness.ParseAsync(Things, DropFormat.NdJson, "{\"id\":\"\",\"n\":1}"u8.ToArray());
        Assert.Equal((1, 0), (parsed.Rows, parsed.Good.Count));
    }

    [Fact]
    public async Task The_contract_says_how_numbers_and_dates_are_written()
    {
        var table = LoadHarness.Plants with
        {
            Columns =
            [
                LoadHarness.Column("id", "text") with { SourceName = "Order No." },
                LoadHarness.Column("n", "integer"),
                LoadHarness.Column("price", "numeric"),
                LoadHarness.Column("day", "date"),
            ],
            Csv = new CsvOptions
            {
                Delimiter = ';', Decimal = ',', Thousands = '.', Quote = '\'', IsTrimmed = true,
                DateFormat = DateLayout.TryParse("d.M.yyyy"),
            },
        };
        var iso = table with { Csv = CsvOptions.Default };
        var local = await ParseAsync(table, "order no.;n;price;day\n'a;b' ; 1.000 ;1.234.567,50;1.12.2026\n");
        var plain = await ParseAsync(iso, "id,n,price,day\na;b,1000,1234567.50,2026-12-01\n");
        Assert.Equal(Assert.Single(plain.Good), Assert.Single(local.Good));
        var bad = await ParseAsync(
            table, "Order No.;n;price;day\na;1.00;1;1.1.2026\nb;1;1.2,5;1.1.2026\nc;1;1;2026-01-01\n");
        Assert.Equal((3, 0), (bad.Rows, bad.Good.Count));
    }

    [Theory]
    [InlineData(" ")]
    [InlineData("\u00A0")]
    [InlineData("\u202F")]
    [InlineData("\u2009")]
    public async Task A_space_between_thousands_is_any_that_suppliers_write(string space)
    {
        var table = Things with { Columns = [.. Things.Columns.Take(2), LoadHarness.Column("n", "numeric")] };
        var csv = With(table, new CsvOptions { Delimiter = ';', Decimal = ',', Thousands = ' ' });
        var parsed = await ParseAsync(csv, $"id;label;n\na;b;1{space}234{space}567,5\nc;d; 12,5 \ne;f;1{space}23\n");
        var plain = await ParseAsync(
            With(table, CsvOptions.Default), "id,label,n\na,b,1234567.5\nc,d,12.5\n");
        Assert.Equal((3, 2), (parsed.Rows, parsed.Good.Count));
        Assert.Equal(plain.Good.Select(row => row[2]), parsed.Good.Select(row => row[2]));
        csv = With(table, csv.Csv with { Thousands = space[0] });
        Assert.Equal(2, (await ParseAsync(csv, $"id;label;n\na;b;1 234\nc;d;1{space}234\ne;f;  \n")).Good.Count);
    }

    [Theory]
    [InlineData('\'')]
    [InlineData('\u2019')]
    public async Task An_apostrophe_between_thousands_is_that_of_a_keyboard_or_that_of_a_typesetter(char thousands)
    {
        var table = Things with { Columns = [.. Things.Columns.Take(2), LoadHarness.Column("n", "numeric")] };
        var csv = With(table, new CsvOptions { Delimiter = ';', Thousands = thousands });
        var parsed = await ParseAsync(
            csv, "id;label;n\na;b;1'234'567.5\nc;d;1\u2019234\u2019567.5\ne;f;-1\u2019234'567.5\ng;h;1\u201923\n");
        Assert.Equal((4, 3), (parsed.Rows, parsed.Good.Count));
        var plain = await ParseAsync(
            With(table, CsvOptions.Default), "id,label,n\na,b,1234567.5\nc,d,1234567.5\ne,f,-1234567.5\n");
        Assert.Equal(plain.Good.Select(row => row[2]), parsed.Good.Select(row => row[2]));
    }

    [Theory]
    [InlineData("date[]", "{01.11.2026,NULL}", "{2026-11-01,NULL}")]
    [InlineData("date[]", "[\"01.11.2026\"]", "{2026-11-01}")]
    [InlineData("timestamp[]", "{01.11.2026 10:00:00}", "{2026-11-01T10:00:00}")]
    [InlineData("numeric[]", "{\"1.234,5\",2}", "{1234.5,2}")]
    [InlineData("numeric[]", "[\"1,5\", 2.5]", "{1.5,2.5}")]
    public async Task Elements_of_arrays_are_written_as_other_values(string type, string local, string iso)
    {
        var table = Things with { Columns = [.. Things.Columns.Take(2), LoadHarness.Column("n", type)] };
        var options = new CsvOptions
        {
            Delimiter = ';', Decimal = ',', Thousands = '.', DateFormat = DateLayout.TryParse("dd.MM.yyyy"),
        };
        var parsed = await ParseAsync(With(table, options), $"id;label;n\na;b;{Quoted(local)}\n");
        var plain = await ParseAsync(table, $"id,label,n\na,b,{Quoted(iso)}\n");
        Assert.Equal(Assert.Single(plain.Good), Assert.Single(parsed.Good));

        static string Quoted(string text) => $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
    }

    [Theory]
    [InlineData("jsonb[]", "[1e90000, 2]", "[1e90000, 1e90000]")]
    [InlineData("jsonb[]", "{1e90000,2}", "{1e90000,1e90000}")]
    [InlineData("numeric[]", "{1e90000,2e3}", "{1e90000,1e90000}")]
    [InlineData("numeric[]", "[1e90000,2e3]", "[1e90000,1e90000]")]
    public async Task Numbers_of_an_array_may_unfold_to_100_KB_together(string type, string good, string bad)
    {
        var table = Things with { Columns = [.. Things.Columns.Take(2), LoadHarness.Column("n", type)] };
        var parsed = await ParseAsync(table, $"id,label,n\na,b,\"{good}\"\nc,d,\"{bad}\"\ne,f,\"{good}\"\n");
        Assert.Equal(["a", "e"], parsed.Good.Select(row => row[0]));
        Assert.Contains("100 KB in plain digits", Encoding.UTF8.GetString(parsed.Quarantine));
    }

    [Fact]
    public async Task A_number_that_may_mean_another_is_quarantined_until_the_contract_says_which()
    {
        var table = Things with { Columns = [.. Things.Columns.Take(2), LoadHarness.Column("n", "numeric")] };
        var content = "id;label;n\na;b;1.234\nc;d;1.23\ne;f;0.234\n";
        Assert.Equal(["c", "e"], (await ParseAsync(table, content)).Good.Select(row => row[0]));
        Assert.Equal(3, (await ParseAsync(With(table, new CsvOptions { Decimal = '.' }), content)).Good.Count);
    }

    [Theory]
    [InlineData("a,b,1\nc,d,2\n")]
    [InlineData("a;b;1\nc;d;2\n")]
    public async Task A_file_without_a_header_has_the_columns_of_the_contract(string content)
    {
        var parsed = await ParseAsync(With(Things, new CsvOptions { HasHeader = false }), content);
        Assert.Equal(["a", "c"], parsed.Good.Select(row => row[0]));
    }

    [Theory]
    [InlineData("utf-16", "utf-16")]
    [InlineData("utf-16be", "utf-16BE")]
    [InlineData("windows-1252", "windows-1252")]
    [InlineData("iso-8859-1", "iso-8859-1")]
    public async Task Text_is_read_in_the_encoding_of_the_contract(string name, string encoding)
    {
        var bytes = CodePagesEncodingProvider.Instance.GetEncoding(encoding) ?? Encoding.GetEncoding(encoding);
        var content = bytes.GetBytes("\uFEFFid,label,n\né,ü,1\n"[(name[0] == 'u' ? 0 : 1)..]);
        var stream = new TranscodedStream(new ChunkedStream(content, 3, 3), name);
        using var text = new MemoryStream();
        await stream.CopyToAsync(text);
        var parsed = await ParserHarness.ParseAsync(Things, DropFormat.Csv, text.ToArray());
        Assert.Equal(["é", "ü"], Assert.Single(parsed.Good).Take(2));
    }

    [Theory]
    [InlineData("utf-16", "utf-16BE")]
    [InlineData("utf-16be", "utf-16")]
    [InlineData("utf-16le", "utf-16BE")]
    public async Task A_byte_order_mark_decides_which_byte_of_utf_16_comes_first(string name, string encoding)
    {
        var content = Encoding.GetEncoding(encoding).GetBytes("\uFEFFid,label,n\né,\U0001F33F,1\n");
        foreach (var chunk in new[] { 1, 3, 1000 })
        {
            var parsed = await TranscodeAsync(content, name, chunk);
            Assert.Equal(["é", "\U0001F33F"], Assert.Single(parsed.Good).Take(2));
        }
    }

    [Theory]
    [InlineData("a,x^x,1\n", 0)]
    [InlineData("a,x_,1\n", 0)]
    [InlineData("a,^^_,1\n", 0)]
    [InlineData("a,b,1\n^", 0)]
    [InlineData("a,b,1\nc,d,1", 1)]
    public async Task A_half_of_a_character_in_utf_16_costs_its_row_and_not_the_file(string rows, int cut)
    {
        // An attribute holds no half of a pair.
        rows = rows.Replace('^', '\uD83C').Replace('_', '\uDF3F');
        foreach (var encoding in new[] { "utf-16", "utf-16be" })
        {
            // Each has one row that is good and one that is not.
            var bytes = Utf16($"id,label,n\n{rows}" + (rows[^1] == '\n' ? "e,f,2\n" : ""));
            if (encoding == "utf-16be")
            {
                bytes = Swapped(bytes);
            }
            foreach (var chunk in new[] { 1, 3, 1000 })
            {
                var parsed = await TranscodeAsync([.. bytes, .. new byte[cut]], encoding, chunk);
                Assert.Null(parsed.Refusal);
                Assert.Equal((2, 1), (parsed.Rows, parsed.Good.Count));
            }
        }

        static byte[] Utf16(string text) => [.. text.SelectMany(letter => BitConverter.GetBytes((ushort)letter))];

        static byte[] Swapped(byte[] bytes) => [.. bytes.Chunk(2).SelectMany(pair => new[] { pair[1], pair[0] })];
    }

    [Fact]
    public async Task A_file_of_another_encoding_than_the_contracts_is_refused_with_that_question()
    {
        var content = Encoding.UTF8.GetBytes("id,label,n\na,b,12\n");
        using var text = new MemoryStream();
        await new TranscodedStream(new ChunkedStream(content, 7, 7), "utf-16").CopyToAsync(text);
        var parsed = await ParserHarness.ParseAsync(
            With(Things, new CsvOptions { Encoding = "utf-16" }), DropFormat.Csv, text.ToArray());
        Assert.Contains("Is it in utf-16 (config: csv: encoding)?", parsed.Refusal);
    }

    [Theory]
    [InlineData("[{0},]", 1)]
    [InlineData("[{0},,{0}]", 2)]
    [InlineData("[\uFEFF{0},\n\uFEFF{0}\uFEFF\n]", 2)]
    [InlineData("[{0}\n{0}]", 2)]
    [InlineData("[{0},{{\"id\":NaN}},{0}]", 3)]
    [InlineData("[{0},{{\"id\":\"a\nb\"}},{0}]", 3)]
    [InlineData("[{0},{{\"id\":\"a}},\n{0},{0}]", 4)]
    [InlineData("[{0},{{\"id\":\"a\",\n{0},{0}]", 4)]
    [InlineData("[{0},{{\"id\":\"a\"b\"}},\n{0},{0}]", 4)]
    [InlineData("[{0}}},{0}]", 3)]
    [InlineData("[{0},{{\"x\":[{{\"id\":1}},{{]}},{0}]", 3)]
    [InlineData("[nonsense,{0}]", 2)]
    [InlineData("[{0},{{\"id\":\"a\",\"n\":2]", 2)]
    [InlineData("[{0},{{\"id\":\"a\",\"n\":]\n", 2)]
    [InlineData("[{0},{{\"id\":\"a\",\"n\":2,{0},{{\"id\":\"a\",\"n\":2]", 4)]
    [InlineData("[{0},{{\"id\":\"a\",}},5]", 3)]
    [InlineData("[{0},{{\"id\":\"a\",}},nonsense,{0},\"x\",[{{\"y\":2}},3],{0}]", 7)]
    [InlineData("[{0},{{\"id\":\"a\",\"label\":tru}},\"t\"]", 3)]
    [InlineData("[nonsense, 5, \"s\", null, [1,2], true]", 6)]
    [InlineData("[{0},{{\"label\":\"a, b\"c, d\",\"n\":[1,2]}},5,{0}]", 4)]
    [InlineData("[{0},{{\"id\":[65]}},{0}]", 3)]
    public async Task A_broken_element_is_quarantined_alone(string form, int rows)
    {
        form = form.Replace("[65]", new string('[', 65) + new string(']', 65), StringComparison.Ordinal);
        const string good = "{\"id\":\"a\",\"label\":\"b\",\"n\":1}";
        var content = form.Replace("{0}", good, StringComparison.Ordinal)
            .Replace("{{", "{", StringComparison.Ordinal).Replace("}}", "}", StringComparison.Ordinal);
        foreach (var chunk in new[] { 1, 7, 1000 })
        {
            var bytes = Encoding.UTF8.GetBytes(content);
            var parsed = await ParserHarness.ParseAsync(Things, DropFormat.Json, bytes, chunk);
            Assert.Null(parsed.Refusal);
            Assert.Equal((rows, form.Split("{0}").Length - 1), (parsed.Rows, parsed.Good.Count));
        }
    }

    // Rows need not have all keys, and may be bad as well.
    [Theory]
    [InlineData("{\"id\":\"42\",\"label\":\"a\"b\",\"n\":1},{\"id\":\"43\"},{\"id\":\"44\",\"label\":\"x\"}", "43 44")]
    [InlineData("{\"id\":\"42\",\"label\":\"a\"b\"},{\"n\":\"x\"},{\"id\":\"44\"}", "44")]
    [InlineData("{\"id\":\"42\",\"label\":\"a\"b\",\"x\":[{\"id\":\"7\"},{\"id\":\"8\"}]},{\"id\":\"44\"}", "44")]
    [InlineData("{\"id\":\"42\",\"label\":\"a\"b,\"},{\"id\":\"43\"},{\"id\":\"44\"},{\"id\":\"45\"}", "43 44 45")]
    public async Task A_quote_in_a_string_costs_no_other_row(string elements, string good)
    {
        foreach (var chunk in new[] { 1, 7, 1000 })
        {
            var bytes = Encoding.UTF8.GetBytes($"[{{\"id\":\"1\",\"label\":\"b\",\"n\":1}},{elements}]");
            var parsed = await ParserHarness.ParseAsync(Things, DropFormat.Json, bytes, chunk);
            Assert.Null(parsed.Refusal);
            Assert.Equal($"1 {good}", string.Join(' ', parsed.Good.Select(row => row[0])));
            Assert.Equal(elements.Count(letter => letter == '}') - (elements.Contains("[{", StringComparison.Ordinal)
                ? 2 : 0) + 1, parsed.Rows);
        }
    }

    [Fact]
    public async Task Keys_are_matched_as_headers_are()
    {
        var lines = "\uFEFF{\"ID\":\"x\",\"id\":\"a\",\"n\":1}\n"
            + "\uFEFF{\"id\":\"b\",\"Id\":\"y\",\" La\u200Bbel \":\"z\"}\n";
        var parsed = await ParserHarness.ParseAsync(Things, DropFormat.NdJson, Encoding.UTF8.GetBytes(lines));
        Assert.Equal(["a", "b"], parsed.Good.Select(row => row[0]));
        Assert.Equal([null, "z"], parsed.Good.Select(row => row[1]));
        Assert.Equal(["\u0001{\"ID\":\"x\"}", "\u0001{\"Id\":\"y\"}"], parsed.Good.Select(row => row[3]));
    }

    [Fact]
    public async Task Rounded_times_are_noted()
    {
        var table = Things with { Columns = [.. Things.Columns.Take(2), LoadHarness.Column("n", "timestamptz")] };
        var parsed = await ParseAsync(table, "id,label,n\na,b,2026-01-01 00:00:00.1234567 UTC\n");
        Assert.Contains("column 'n' has more than six digits of a second in 1 of 1 rows", Assert.Single(parsed.Notes));
    }

    private static async Task<Parsed> TranscodeAsync(byte[] content, string encoding, int chunk)
    {
        using var text = new MemoryStream();
        await using var stream = new TranscodedStream(new ChunkedStream(content, chunk, chunk), encoding);
        await stream.CopyToAsync(text);
        var bytes = text.ToArray();
        return await ParserHarness.ParseAsync(
            Things, DropFormat.Csv, bytes.AsSpan().StartsWith("\uFEFF"u8) ? bytes[3..] : bytes);
    }

    private static SourceTable With(SourceTable table, CsvOptions options) => table with { Csv = options };

    private static Task<Parsed> ParseAsync(SourceTable table, string content, int chunk = int.MaxValue)
    {
        var bytes = Encoding.UTF8.GetBytes(content);
        // Marks at the start of a file are the content's to skip.
        return ParserHarness.ParseAsync(table, DropFormat.Csv, bytes, Math.Min(chunk, bytes.Length));
    }
}
