using System.Text;
using Greenery.Sources;
using Greenery.Staging;
using Greenery.Staging.Parsing.Columnar;
using Greenery.Staging.Parsing.Records;
using Greenery.Tests.Support;
using Parquet;
using Parquet.Data;
using Parquet.Schema;
using static Greenery.Tests.Staging.ParquetDrop;

namespace Greenery.Tests.Staging;

/// <summary>Parquet files are loaded as other drops are, and no value becomes one that it is not.</summary>
public sealed class ParquetLoadTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private static readonly DateTime Noon = new(2026, 1, 5, 12, 0, 0, 123, 456, DateTimeKind.Utc);

    [Fact]
    public async Task Values_become_those_of_the_columns_types()
    {
        await using var harness = await OfAsync(
            "id integer", "n numeric", "big numeric", "d date", "t time", "ts timestamp", "tz timestamptz",
            "x double precision", "f double precision", "b boolean", "u uuid", "s text", "j jsonb", "l integer[]",
            "ub bigint", "old timestamptz");
        var result = await harness.LoadAsync(await WriteAsync(
            Of<int>(new DataField<int>("id"), 1, 2),
            Of<decimal>(new DecimalDataField("n", 9, 2, isNullable: true), -1.5m, null),
            Of<decimal>(new DecimalDataField("big", 38, 10, isNullable: true), 12345678901234567.0123456789m, null),
            Of<DateOnly>("d", new DateOnly(2026, 1, 5), null),
            Of<long>(new TimeDataField("t", TimeUnitPrecision.Micros, isNullable: true), 21_600_000_001, null),
            Moment("ts", isUtc: false, DateTimeTimeUnit.Micros, Noon, null),
            Moment("tz", isUtc: true, DateTimeTimeUnit.Millis, Noon, null),
            Of<double>("x", 0.1, null), Of<float>("f", 0.1f, null), Of<bool>("b", true, null),
            Of<Guid>("u", Guid.Parse("00112233-4455-6677-8899-aabbccddeeff"), null), Text("s", "Käufer \"1\"", null),
            Text("j", "{\"a\":[1]}", null), List("l", [1, null], null), Of<uint>("ub", uint.MaxValue, null),
            Of<DateTime>(new DateTimeDataField("old", DateTimeFormat.Impala, isNullable: true), Noon, null)),
            file: "{0}.PARQUET");
        Assert.Equal(("", 2, 0), (result.Message ?? "", result.Inserted, result.Quarantined));
        Assert.Equal(
            [
                "(1,-1.50,12345678901234567.0123456789,2026-01-05,06:00:00.000001,\"2026-01-05 12:00:00.123456\","
                    + "\"2026-01-05 12:00:00.123+00\",0.1,0.1,t,00112233-4455-6677-8899-aabbccddeeff,"
                    + "\"Käufer \"\"1\"\"\",\"{\"\"a\"\": [1]}\",\"{1,NULL}\",4294967295,"
                    + "\"2026-01-05 12:00:00.123456+00\")",
                "(2,,,,,,,,,,,,,,,)",
            ],
            await harness.RowsAsync());
    }

    [Fact]
    public async Task A_bad_value_puts_its_row_into_quarantine_with_the_row_and_the_row_group()
    {
        await using var harness = await LoadHarness.CreateAsync(database);
        var result = await harness.LoadAsync(
            await WriteAsync(new ParquetOptions(), 2,
                Of<long>("id", 1, 2, 3, 4, null), Text("name", "a", "b", "c", "d", "e"),
                Text("price", "1.5", "2", "x", "4", "5")),
            file: "{0}.parquet");
        Assert.Equal(("", 3, 2), (result.Message ?? "", result.Inserted, result.Quarantined));
        Assert.Equal(["(1,a,1.50)", "(2,b,2.00)", "(4,d,4.00)"], await harness.RowsAsync());
        var quarantine = await harness.QuarantineAsync();
        Assert.Matches("^3 type price found 'x', expected .*, in row group 2$", quarantine[0]);
        Assert.Matches("^5 required id has no value, expected .*, in row group 3$", quarantine[1]);
        Assert.Equal(
            "{\"id\":3,\"name\":\"c\",\"price\":\"x\"}",
            await harness.ValueAsync<string>(
                $"select raw from ops.quarantine where table_name = '{harness.Table.Name}' and line = 3"));
    }

    [Fact]
    public async Task What_a_column_cannot_hold_is_quarantined_and_no_value_changes()
    {
        await using var harness = await OfAsync("id integer", "d date", "ts timestamp", "x double precision", "s text");
        var result = await harness.LoadAsync(
            await WriteAsync(
                Of<int>("id", 1, 2, 3, 4, 5),
                Moment("d", false, DateTimeTimeUnit.Micros, Noon.Date, Noon, Noon.Date, Noon.Date, Noon.Date),
                Moment("ts", isUtc: true, DateTimeTimeUnit.Micros, null, null, Noon, null, null),
                Of<double>("x", 1, 1, 1, double.NaN, 1),
                Bytes("s", "ü"u8.ToArray(), [97], [97], [97], [0xFF, 0xFE])),
            file: "{0}.parquet");
        Assert.Equal(["(1,2026-01-05,,1,ü)"], await harness.RowsAsync());
        Assert.Equal((1, 4), (result.Inserted, result.Quarantined));
        var quarantine = await harness.QuarantineAsync();
        Assert.StartsWith("2 type d found '2026-01-05T12:00:00.123456', expected date", quarantine[0]);
        Assert.StartsWith("3 type ts found '2026-01-05T12:00:00.123456Z', expected timestamp", quarantine[1]);
        Assert.StartsWith("4 type x found 'NaN', expected double precision", quarantine[2]);
        Assert.StartsWith("5 encoding s found 2 bytes that are", quarantine[3]);
    }

    [Fact]
    public async Task Columns_are_matched_as_headers_are_and_unknown_ones_are_kept()
    {
        await using var harness = await LoadHarness.CreateAsync(database);
        var result = await harness.LoadAsync(
            LoadHarness.Gzip(await WriteAsync(
                Text("colour", "green", null), Of<decimal>("PRICE", 1.5m, 2m), Text(" Name", "a", "b"),
                List("sizes", [1, 2], []), Of<int>("id", 1, 2))),
            file: "{0}.parquet.gz");
        Assert.Equal(("", 2, 0), (result.Message ?? "", result.Inserted, result.Quarantined));
        Assert.Equal(
            [
                "(1,a,1.50,\"{\"\"sizes\"\": [1, 2], \"\"colour\"\": \"\"green\"\"}\")",
                "(2,b,2.00,\"{\"\"sizes\"\": [], \"\"colour\"\": null}\")",
            ],
            await harness.RowsAsync("id, name, price, _extra"));
        result = await harness.LoadAsync(await WriteAsync(Of<int>("id", 1)), file: "{0}-b.parquet");
        Assert.Equal(LoadOutcome.Refused, result.Outcome);
        Assert.Contains("lacks columns name, price. Found: id. Expected: id, name, price. Restore", result.Message);
    }

    [Fact]
    public async Task Nested_columns_are_arrays_and_jsonb()
    {
        await using var harness = await OfAsync(
            "Id integer", "Tags text[]", "Address jsonb", "Lines jsonb", "Counts jsonb");
        var result = await harness.LoadAsync(
            await SerializeAsync(
                new NestedOrder
                {
                    Id = 1, Tags = ["a", "b"], Address = new NestedPlace { City = "Köln", Zip = null },
                    Lines = [new NestedLine { Sku = "x", Sizes = [1, 2] }, new NestedLine { Sku = null, Sizes = [] }],
                    Counts = new Dictionary<string, int> { ["k\"1"] = 1, ["k2"] = 2 },
                },
                new NestedOrder { Id = 2 },
                new NestedOrder { Id = 3, Tags = [], Lines = [], Counts = [] }),
            file: "{0}.parquet");
        Assert.Equal(("", 3, 0), (result.Message ?? "", result.Inserted, result.Quarantined));
        Assert.Equal(
            [
                "1|{a,b}|{\"Zip\": null, \"City\": \"Köln\"}|[{\"Sku\": \"x\", \"Sizes\": [1, 2]}, "
                    + "{\"Sku\": null, \"Sizes\": []}]|{\"k2\": 2, \"k\\\"1\": 1}",
                "2||||",
                "3|{}||[]|{}",
            ],
            await harness.QueryAsync(
                "select concat_ws('|', \"Id\", coalesce(\"Tags\"::text, ''), coalesce(\"Address\"::text, ''), "
                + "coalesce(\"Lines\"::text, ''), coalesce(\"Counts\"::text, '')) "
                + $"from {harness.Name} order by \"Id\""));
    }

    [Theory]
    [InlineData(CompressionMethod.None)]
    [InlineData(CompressionMethod.Snappy)]
    [InlineData(CompressionMethod.Gzip)]
    [InlineData(CompressionMethod.Zstd)]
    [InlineData(CompressionMethod.Brotli)]
    [InlineData(CompressionMethod.Lz4Raw, "has a column 'id' that is compressed as LZ4_RAW, which is not read")]
    public async Task Compressed_pages_are_read(CompressionMethod method, string? refusal = null)
    {
        await using var harness = await LoadHarness.CreateAsync(database);
        var result = await harness.LoadAsync(
            await WriteAsync(
                new ParquetOptions { CompressionMethod = method }, 1000, Plants(2500)), file: "{0}.parquet");
        if (refusal is not null)
        {
            Assert.Contains(refusal, result.Message);
            return;
        }
        Assert.Equal(("", 2500, 0), (result.Message ?? "", result.Inserted, result.Quarantined));
        Assert.Equal(
            "2500/3125000.00/7",
            await harness.ValueAsync<string>(
                $"select concat_ws('/', count(*), sum(price), count(distinct name)) from {harness.Name}"));
    }

    [Theory]
    [InlineData("id,name,price\n1,a,1\n", "begins with 'id,name,'; expected a Parquet file, which begins with 'PAR1'")]
    [InlineData("PAR1 and no more", "begins as a Parquet file and does not end as one")]
    [InlineData("PAR1", "begins as a Parquet file and does not end as one")]
    [InlineData("PARE....PARE", "is encrypted; expected a Parquet file that is not")]
    [InlineData("PAR1....\u0004\0\0\0PAR1", "cannot be read as a Parquet file")]
    public async Task What_is_no_Parquet_file_is_refused(string content, string message)
    {
        await using var harness = await LoadHarness.CreateAsync(database);
        var result = await harness.LoadAsync(Encoding.Latin1.GetBytes(content), file: "{0}.parquet");
        Assert.Equal(LoadOutcome.Refused, result.Outcome);
        Assert.Contains(message, result.Message);
    }

    [Fact]
    public async Task A_file_that_is_cut_short_is_refused_wherever_it_is_cut()
    {
        await using var harness = await LoadHarness.CreateAsync(database);
        var content = await WriteAsync(new ParquetOptions(), 10, Plants(30));
        foreach (var length in new[] { 3, 4, 11, 12, 50, content.Length / 2, content.Length - 5, content.Length - 1 })
        {
            var result = await harness.LoadAsync(content[..length], file: "{0}.parquet");
            Assert.Equal((length, LoadOutcome.Refused), (length, result.Outcome));
        }
    }

    [Fact]
    public async Task A_row_group_that_takes_too_much_memory_is_refused_and_many_that_do_not_are_read()
    {
        await using var harness = await LoadHarness.CreateAsync(database);
        harness.Limits = new DropLimits { MostMemoryBytes = 250_000 };
        var result = await harness.LoadAsync(
            await WriteAsync(new ParquetOptions(), 2500, Plants(2500)), file: "{0}.parquet");
        Assert.Contains("MB of memory for its row group 1; expected at most 0.3 MB", result.Message);
        Assert.Contains("(Greenery:Limits:MemoryGigabytes). Write the file with smaller row groups", result.Message);
        result = await harness.LoadAsync(
            await WriteAsync(new ParquetOptions(), 100, Plants(2500)), file: "{0}-b.parquet");
        Assert.Equal(2500, result.Inserted);
        harness.Limits = new DropLimits { MostBytes = 1000 };
        result = await harness.LoadAsync(
            await WriteAsync(new ParquetOptions(), 500, Plants(2501)), file: "{0}-c.parquet");
        Assert.Contains("(Greenery:Limits:DecompressedGigabytes)", result.Message);
    }

    [Fact]
    public async Task A_file_without_rows_is_a_day_without_rows()
    {
        await using var harness = await LoadHarness.CreateAsync(database);
        var result = await harness.LoadAsync(await WriteAsync(Plants(0)), file: "{0}.parquet");
        Assert.Equal((LoadOutcome.Loaded, 0, 0), (result.Outcome, result.Inserted, result.Quarantined));
    }

    [Fact]
    public async Task A_damaged_file_is_refused_or_its_rows_are_quarantined()
    {
        await using var harness = await LoadHarness.CreateAsync(database);
        var content = await WriteAsync(
            new ParquetOptions { CompressionMethod = CompressionMethod.Zstd }, 20, Plants(40));
        var random = new Random(20261121);
        for (var i = 0; i < 150; i++)
        {
            var damaged = content.ToArray();
            damaged[random.Next(damaged.Length)] ^= (byte)(1 << random.Next(8));
            // What is thrown is no refusal.
            var result = await harness.LoadAsync(damaged, file: "{0}.parquet");
            Assert.True(
                result.Outcome == LoadOutcome.Refused || result.RowsInFile == 40 || result.Outcome
                    == LoadOutcome.SameContent, $"{i}: {result}");
        }
    }

    [Fact]
    public async Task Lists_that_the_schema_does_not_call_lists_and_the_contract_knows_as_text_are_quarantined()
    {
        await using var harness = await OfAsync("id integer", "tags text");
        var result = await harness.LoadAsync(
            await WriteAsync(Of<int>("id", 1, 2), List("tags", [1], null)), file: "{0}.parquet");
        Assert.Equal((1, 1), (result.Inserted, result.Quarantined));
        Assert.StartsWith(
            "1 json tags found an array, expected a single value", (await harness.QuarantineAsync())[0]);
    }

    [Fact]
    public void Page_headers_and_checksums_are_read_as_the_format_has_them()
    {
        Assert.Equal(0xCBF43926u, PageChecksum.Of(new MemoryStream("123456789"u8.ToArray()), 9));
        // Type 0, 6 bytes, 4 stored, a checksum of -2; 3 values, PLAIN, levels in RLE, statistics with one binary.
        byte[] data =
        [
            0x15, 0, 0x15, 12, 0x15, 8, 0x15, 3, 0x1C, 0x15, 6, 0x15, 0, 0x15, 6, 0x15, 6, 0x1C, 0x18, 1, 7, 0, 0, 0,
        ];
        var head = PageHead.Read(new MemoryStream(data));
        Assert.Equal((0, 6L, 4L, 3L, 0, (3, 3)), (
            head.Kind, head.Unpacked, head.Packed, head.Values, head.Encoding, head.LevelEncodings));
        Assert.Equal(uint.MaxValue - 1, head.Checksum);
        // Type 3; 9 values, 1 null, 8 rows, RLE_DICTIONARY, levels of 2 and 1 bytes, not compressed.
        data = [0x15, 6, 0x15, 2, 0x15, 2, 0x5C, 0x15, 18, 0x15, 2, 0x15, 16, 0x15, 16, 0x15, 4, 0x15, 2, 0x12, 0, 0];
        head = PageHead.Read(new MemoryStream(data));
        Assert.Equal((3, 9L, 8, 3L, false, null), (
            head.Kind, head.Values, head.Encoding, head.LevelBytes, head.IsCompressed, head.Checksum));
        Assert.Throws<EndOfStreamException>(() => PageHead.Read(new MemoryStream(data[..8])));
        Assert.Throws<EndOfStreamException>(() => PageHead.Read(new MemoryStream([0x18, 100, 0])));
        Assert.Throws<DamagedFileException>(() => PageHead.Read(new MemoryStream([0x1B, 0])));
    }

    [Fact]
    public async Task A_column_without_a_name_is_refused_with_what_to_do()
    {
        await using var harness = await LoadHarness.CreateAsync(database);
        var result = await harness.LoadAsync(
            await WriteAsync([.. Plants(1), Text("", "x")]), file: "{0}.parquet");
        Assert.Contains("has a column without a name, which is not read; expected a name", result.Message);
    }

    [Fact]
    public async Task What_a_file_may_hold_is_not_shown_where_it_is_personal()
    {
        await using var harness = await LoadHarness.CreateAsync(database);
        harness.Table = harness.Table with
        {
            Columns = [.. harness.Table.Columns.Select(column => column with { IsPersonal = column.Name == "name" })],
        };
        var result = await harness.LoadAsync(
            await WriteAsync(Of<int>("id", 1), Bytes("name", "ana@example.org\0"u8.ToArray()), Of<int>("price", 1)),
            file: "{0}.parquet");
        Assert.Equal(1, result.Quarantined);
        Assert.StartsWith("1 nul name found *** with the character 0", (await harness.QuarantineAsync())[0]);
        result = await harness.LoadAsync("ana@example.org"u8.ToArray(), file: "{0}-b.parquet");
        Assert.DoesNotContain("ana", result.Message);
    }

    private static Column[] Plants(int rows)
    {
        var all = Enumerable.Range(1, rows).ToArray();
        return
        [
            Of<int>("id", [.. all.Select(n => (int?)n)]), Text("name", [.. all.Select(n => $"plant {n % 7}")]),
            Of<decimal>("price", [.. all.Select(n => (decimal?)n - 0.5m)]),
        ];
    }

    private static Column Moment(
        string name, bool isUtc, DateTimeTimeUnit unit, params DateTime?[] values) => Of<DateTime>(
        new DateTimeDataField(name, DateTimeFormat.Timestamp, isUtc, unit, isNullable: true), values);

    private Task<LoadHarness> OfAsync(params string[] columns) => LoadHarness.CreateAsync(
        database,
        LoadHarness.Plants with
        {
            Columns = [.. columns.Select(column => LoadHarness.Column(
                column.Split(' ', 2)[0], column.Split(' ', 2)[1]))],
            PrimaryKey = [columns[0].Split(' ')[0]],
        });

    public sealed class NestedOrder
    {
        public int Id { get; set; }

        public List<string>? Tags { get; set; }

        public NestedPlace? Address { get; set; }

        public List<NestedLine>? Lines { get; set; }

        public Dictionary<string, int>? Counts { get; set; }
    }

    public sealed class NestedPlace
    {
        public string? City { get; set; }

        public string? Zip { get; set; }
    }

    public sealed class NestedLine
    {
        public string? Sku { get; set; }

        public List<int>? Sizes { get; set; }
    }
}
