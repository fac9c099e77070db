using System.Diagnostics;
using System.Text;
using Greenery.Drops;
using Greenery.Sources;
using Greenery.Staging;
using Greenery.Tests.Support;

namespace Greenery.Tests.Staging;

/// <summary>Files spoiled at random: loaded or refused with a reason, never a crash, a hang or a lost row.</summary>
public sealed class FuzzTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private static readonly SourceTable Contract = LoadHarness.Plants with
    {
        Columns =
        [
            LoadHarness.Column("id", "uuid"), LoadHarness.Column("name", "text"),
            LoadHarness.Column("price", "numeric(12,2)"),
            LoadHarness.Column("at", "timestamptz"), LoadHarness.Column("data", "jsonb"),
            LoadHarness.Column("note", "numeric"),
        ],
        PrimaryKey = ["id", "name"],
    };

    [Theory]
    [InlineData(DropFormat.Csv)]
    [InlineData(DropFormat.NdJson)]
    [InlineData(DropFormat.Json)]
    public async Task Spoiled_files_are_parsed_to_the_end_or_refused(DropFormat format)
    {
        var random = new Random(7);
        var watch = Stopwatch.StartNew();
        for (var i = 0; i < 4000; i++)
        {
            var content = Mutation.Spoil(Sample(format), random);
            var parsed = await ParserHarness.ParseAsync(Contract, format, content, random.Next(1, 300));
            Assert.True(parsed.Refusal is not null || parsed.Rows >= parsed.Good.Count,
                Encoding.UTF8.GetString(content));
            Assert.True(watch.Elapsed < TimeSpan.FromMinutes(2), $"Slow at mutation {i} of {format}.");
        }
    }

    [Theory]
    [InlineData("{0}.csv", DropFormat.Csv)]
    [InlineData("{0}.ndjson", DropFormat.NdJson)]
    [InlineData("{0}.json", DropFormat.Json)]
    public async Task No_spoiled_file_makes_a_statement_fail(string file, DropFormat format)
    {
        await using var harness = await LoadHarness.CreateAsync(database, Contract);
        var random = new Random(11);
        var content = Mutation.Spoil(Sample(format), random);
        for (var i = 0; i < 60; i++)
        {
            content = Mutation.Spoil(i % 6 == 0 ? Sample(format) : content, random);
            var result = await harness.LoadAsync(content, file: file);
            Assert.True(result.Outcome != LoadOutcome.Refused || result.Message is { Length: > 10 }, result.ToString());
        }
    }

    [SkippableShopTheory]
    [InlineData("users")]
    [InlineData("orders")]
    [InlineData("products")]
    public async Task The_shops_files_spoiled_lose_no_line(string name)
    {
        var file = Directory.GetFiles(Repository.ShopData!, $"{name}.csv", SearchOption.AllDirectories).Single();
        var whole = await File.ReadAllBytesAsync(file);
        var header = Encoding.UTF8.GetString(whole).Split('\n')[0].Trim().Split(',');
        var table = Contract with
            { Columns = [.. header.Select(x => LoadHarness.Column(x, "text"))], PrimaryKey = [header[0]] };
        var random = new Random(3);
        for (var i = 0; i < 300; i++)
        {
            var content = Mutation.SpoilAfter(whole, whole.AsSpan().IndexOf((byte)'\n') + 1, random);
            var parsed = await ParserHarness.ParseAsync(table, DropFormat.Csv, content, random.Next(100, 100_000));
            Assert.Null(parsed.Refusal);
            Assert.True(parsed.Rows >= parsed.Good.Count && parsed.Good.Count > 0);
        }
    }

    private static byte[] Sample(DropFormat format) => format switch
    {
        DropFormat.Csv => Encoding.UTF8.GetBytes(
            "id,name,price,at,data,note,more\n" + string.Concat(Enumerable.Range(0, 6).Select(i =>
                $"5c357e7e-2b8d-4a59-ae41-816f8e5f45d{i},\"Fern, \"\"é\"\"\n{i}\","
                    + $"{i}.50,2021-02-11T23:30:33.5Z,\"{{\"\"a\"\":[{i}]}}\",1e{i},x\r\n"))),
        DropFormat.NdJson => Encoding.UTF8.GetBytes(string.Join('\n', Objects())),
        _ => Encoding.UTF8.GetBytes($"[{string.Join(",\n", Objects())}]"),
    };

    private static IEnumerable<string> Objects() => Enumerable.Range(0, 6).Select(i =>
        $"{{\"id\":\"5c357e7e-2b8d-4a59-ae41-816f8e5f45d{i}\",\"name\":\"Fern \\u00e9 \\\"{i}\",\"price\":{i}.50,"
        + $"\"at\":\"2021-02-11T23:30:33+01:00\",\"data\":{{\"a\":[{i},\"\\ud83c\\udf31\"]}},\"note\":1e"
        + $"{i},\"more\":[null]}}");
}
