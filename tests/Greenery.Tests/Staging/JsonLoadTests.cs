using System.Text;
using Greenery.Sources;
using Greenery.Staging;
using Greenery.Tests.Support;

namespace Greenery.Tests.Staging;

public sealed class JsonLoadTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private const string NdJson = "{0}.ndjson";
    private const string Json = "{0}.json";

    [Theory]
    [InlineData(NdJson, "{\"id\":1,\"name\":\"Fern\",\"price\":2.5}\n\n{\"price\":\"3\",\"ID\":\"2\",\"name\":7}")]
    [InlineData(NdJson,
        "\ufeff{\"id\":1,\"name\":\"F\\u0065rn\",\"price\":25e-1}\r\n {\"id\":2,\"name\":\"7\",\"price\":3} \r\n")]
    [InlineData(Json, "[{\"id\":1,\"name\":\"Fern\",\"price\":2.5},{\"price\":\"3\",\"id\":\"2\",\"name\":7}]")]
    [InlineData(Json,
        " [\n {\"id\":1,\"name\":\"Fern\",\"price\":2.50}\n , {\"id\":2,\"name\":\"7\",\"price\":3}\n]\n")]
    public async Task Objects_arrive_typed_whatever_the_order_of_their_keys(string file, string content)
    {
        await using var harness = await LoadHarness.CreateAsync(database);
        var result = await harness.LoadAsync(content, file: file);
        Assert.Null(result.Message);
        Assert.Equal((2, 2), (result.RowsInFile, result.Inserted));
        Assert.Equal(["(1,Fern,2.50)", "(2,7,3.00)"], await harness.RowsAsync());
    }

    [Theory]
    [InlineData("{\"id\":1,\"name\":[1]}", "json name found an array, expected a single value")]
    [InlineData("{\"id\":1,\"id\":2}", "json id found the key twice in one object")]
    [InlineData("{\"id\":null}", "required id has no value")]
    [InlineData("{\"id\":1.5}", "range id found '1.5', expected integer")]
    [InlineData("{\"id\":1,\"name\":\"a\\u0000b\"}", "nul name ")]
    [InlineData("{\"id\":1,\"name\":\"\\ud800\"}", "encoding name ")]
    [InlineData("{\"id\":1,\"x\":{\"y\":\"\\u0000\"}}", "nul _extra found keys the contract does not know (x)")]
    [InlineData("{\"id\":1,\"x\":1e999999}", "range _extra ")]
    [InlineData("[1]", "json found '[1]', expected a JSON object")]
    public async Task A_bad_object_is_quarantined_in_both_formats(string row, string expected)
    {
        foreach (var (file, content) in new[]
        {
            (NdJson, $"{{\"id\":8}}\n{row}\n{{\"id\":9}}\n"),
            (Json, $"[{{\"id\":8}},\n{row},\n{{\"id\":9}}]"),
        })
        {
            await using var harness = await LoadHarness.CreateAsync(database);
            var result = await harness.LoadAsync(content, file: file);
            Assert.Equal((3, 2, 1), (result.RowsInFile, result.Inserted, result.Quarantined));
            Assert.StartsWith($"2 {expected}", Assert.Single(await harness.QuarantineAsync()));
        }
    }

    // One rule for both: the name the contract expects, then one like it, then the column's own.
    [Theory]
    [InlineData("Order No.,name,order_no", "1,a,7", "{\"Order No.\":1,\"name\":\"a\",\"order_no\":7}", "order_no")]
    [InlineData("order no.,name,order_no", "1,a,7", "{\"order no.\":1,\"name\":\"a\",\"order_no\":7}", "order_no")]
    [InlineData("order_no,name,ORDER NO.", "7,a,1", "{\"order_no\":7,\"name\":\"a\",\"ORDER NO.\":1}", "order_no")]
    [InlineData("order no.,name,Order No.", "7,a,1", "{\"order no.\":7,\"name\":\"a\",\"Order No.\":1}", "order no.")]
    public async Task A_key_like_that_of_a_column_is_unknown_beside_it_as_a_header_is(
        string header, string row, string json, string unknown)
    {
        var contract = LoadHarness.Plants with
        {
            PrimaryKey = ["order_no"],
            Columns =
            [
                LoadHarness.Column("order_no", "integer") with { SourceName = "Order No." },
                LoadHarness.Column("name", "text"),
            ],
        };
        foreach (var (file, content) in
            new[] { ("{0}.csv", $"{header}\n{row}\n"), (NdJson, json), (Json, $"[{json}]") })
        {
            await using var harness = await LoadHarness.CreateAsync(database, contract);
            var result = await harness.LoadAsync(content, file: file);
            Assert.Equal((1, 0), (result.Inserted, result.Quarantined));
            Assert.Equal([unknown], result.UnknownColumns);
            Assert.Equal(["(1,a,7)"], await harness.QueryAsync(
                $"select row(order_no, name, _extra ->> '{unknown}')::text from {harness.Name}"));
        }
    }

    [Theory]
    [InlineData("{\"id\":1")]
    [InlineData("{\"id\":1} {\"id\":2}")]
    [InlineData("nonsense")]
    [InlineData("{\"id\":\"a\u0001\"}")]
    public async Task A_line_that_is_no_json_is_quarantined_and_the_next_is_read(string line)
    {
        await using var harness = await LoadHarness.CreateAsync(database);
        var result = await harness.LoadAsync($"{{\"id\":8}}\n{line}\n{{\"id\":9}}", file: NdJson);
        Assert.Equal((3, 2, 1), (result.RowsInFile, result.Inserted, result.Quarantined));
        Assert.StartsWith("2 json ", Assert.Single(await harness.QuarantineAsync()));
    }

    [Theory]
    [InlineData("{\"id\":1}", "expected a JSON array of objects, beginning with '['")]
    [InlineData("[", "is no valid JSON array at line 1, byte 2 of the file: the file ends")]
    [InlineData("[{\"id\":1},\n", "is no valid JSON array at line 2, byte 12 of the file: the file ends")]
    [InlineData("[{\"id\":1},\n{\"id\":2}", "is no valid JSON array at line 2, byte 20 of the file: the file ends")]
    [InlineData("[{\"id\":1},\n{\"id\":", "is no valid JSON array at line 2, byte 12 of the file: the file ends")]
    [InlineData("[{\"id\":1},\n{\"id\":2,\"name\":\"x\\", "is no valid JSON array at line 2")]
    [InlineData("[{\"id\":1},\n{\"id\":2,\"x\":[{\"id\":7},\n{\"id\":8}]", "is no valid JSON array at line 2")]
    [InlineData("[{\"id\":1},\n{\"id\":1,\n\"name\":x},{\"id\":", "is no valid JSON array at line 3")]
    [InlineData("[{\"id\":1}] x", "expected nothing after the array")]
    public async Task A_malformed_array_is_refused_with_its_place(string content, string message)
    {
        await using var harness = await LoadHarness.CreateAsync(database);
        var result = await harness.LoadAsync(content, file: Json);
        Assert.Equal(LoadOutcome.Refused, result.Outcome);
        Assert.Contains(message, result.Message);
        Assert.Empty(await harness.RowsAsync());
    }

    [Theory]
    [InlineData("[{\"id\":1},\n{\"id\":2,\n\"name\":\"x}]\n", "2 json found '{\"id\":2,.\"name\":\"x}' around")]
    [InlineData("[{\"id\":1},\n{\"id\":2,\n\"name\":\"x}]", "2 json found '{\"id\":2,.\"name\":\"x}' at its end")]
    [InlineData("[{\"id\":1},\n{\"id\":2,\"name\":\"x} ]", "2 json found '{\"id\":2,\"name\":\"x}' at its end")]
    public async Task A_quote_that_is_not_closed_in_the_last_element_costs_that_element(string content, string fault)
    {
        await using var harness = await LoadHarness.CreateAsync(database);
        var result = await harness.LoadAsync(content, file: Json);
        Assert.Equal((LoadOutcome.Loaded, 1), (result.Outcome, result.Inserted));
        Assert.StartsWith(fault, Assert.Single(await harness.QuarantineAsync()), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(NdJson, "")]
    [InlineData(Json, "[ ]")]
    public async Task No_rows_are_an_empty_day(string file, string content)
    {
        await using var harness = await LoadHarness.CreateAsync(database);
        var result = await harness.LoadAsync(content, file: file);
        Assert.Equal((LoadOutcome.Loaded, 0), (result.Outcome, result.RowsInFile));
    }

    [Fact]
    public async Task Binary_under_a_json_lines_name_is_refused()
    {
        await using var harness = await LoadHarness.CreateAsync(database);
        var result = await harness.LoadAsync("PK\u0003\u0004"u8.ToArray(), file: NdJson);
        Assert.Contains("which is no text", result.Message);
    }

    [Fact]
    public async Task Unknown_keys_are_kept_as_they_are()
    {
        await using var harness = await LoadHarness.CreateAsync(database);
        var result = await harness.LoadAsync("{\"id\":1,\"tags\":[\"a\",{\"b\":null}],\"ü\":true}", file: NdJson);
        Assert.Equal(["tags", "ü"], result.UnknownColumns);
        Assert.Equal(
            ["{\"ü\": true, \"tags\": [\"a\", {\"b\": null}]}"],
            await harness.QueryAsync($"select _extra::text from {harness.Name}"));
    }

    [Fact]
    public async Task Jsonb_columns_take_any_json()
    {
        var contract = LoadHarness.Plants with
        {
            Columns = [LoadHarness.Column("id", "integer"), LoadHarness.Column("data", "jsonb")],
        };
        await using var harness = await LoadHarness.CreateAsync(database, contract);
        await harness.LoadAsync("{\"id\":1,\"data\":{\"a\":[1]}}\n{\"id\":2,\"data\":\"x\"}\n{\"id\":3,\"data\":null}",
            file: NdJson);
        await harness.LoadAsync("id,data\n4,\"{\"\"a\"\": 1}\"\n5,{a}\n");
        Assert.Equal(
            ["{\"a\": [1]}", "\"x\"", null!, "{\"a\": 1}"],
            await harness.QueryAsync($"select data::text from {harness.Name} order by id"));
        Assert.StartsWith("3 type data found '{a}', expected JSON", Assert.Single(await harness.QuarantineAsync()));
    }

    [Fact]
    public async Task Gzip_of_every_format_is_read()
    {
        await using var harness = await LoadHarness.CreateAsync(database);
        await harness.LoadAsync(Zip("id,name,price\n1,a,1\n"), file: "{0}.csv.gz");
        await harness.LoadAsync(Zip("[{\"id\":2}]"), file: "{0}.json.gz");
        await harness.LoadAsync([.. Zip("{\"id\":3}\n"), .. Zip("{\"id\":4}")], file: "{0}.ndjson.gz");
        Assert.Equal(["(1)", "(2)", "(3)", "(4)"], await harness.RowsAsync("id"));
    }

    [Fact]
    public async Task Gzip_that_is_cut_or_damaged_anywhere_is_refused()
    {
        await using var harness = await LoadHarness.CreateAsync(database);
        var whole = Zip("id,name,price\n1,a,1\n2,b,2\n");
        for (var length = 1; length < whole.Length; length++)
        {
            var result = await harness.LoadAsync(whole[..length], file: "{0}.csv.gz");
            Assert.Equal((length, LoadOutcome.Refused), (length, result.Outcome));
        }
        Assert.Contains("damaged or cut short", (await harness.LoadAsync(whole[..^1], file: "{0}.csv.gz")).Message);
        Assert.Contains(
            "has more bytes after its gzip data",
            (await harness.LoadAsync([.. whole, 1, 2], file: "{0}.csv.gz")).Message);
        var cut = (byte[])[.. whole[..^9], .. new byte[512]];
        Assert.Contains("damaged or cut short", (await harness.LoadAsync(cut, file: "{0}.csv.gz")).Message);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(300_000)]
    public async Task Zeros_after_gzip_data_are_padding(int zeros)
    {
        await using var harness = await LoadHarness.CreateAsync(database);
        byte[] padded = [.. Zip("id,name,price\n1,a,1\n"), .. Zip("2,b,2\n"), .. new byte[zeros]];
        var result = await harness.LoadAsync(padded, file: "{0}.csv.gz");
        Assert.Equal((2, 2), (result.RowsInFile, result.Inserted));
    }

    [Fact]
    public async Task A_name_that_does_not_fit_the_content_is_refused()
    {
        await using var harness = await LoadHarness.CreateAsync(database);
        Assert.Contains("gzip data under a name without .gz", (await harness.LoadAsync(Zip("id"))).Message);
        Assert.Contains(
            "does not begin with gzip data", (await harness.LoadAsync("id,name,price\n", file: "{0}.csv.gz")).Message);
    }

    private static byte[] Zip(string content) => LoadHarness.Gzip(Encoding.UTF8.GetBytes(content));
}
