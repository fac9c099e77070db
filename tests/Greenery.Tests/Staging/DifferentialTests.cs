using System.Globalization;
using System.Text;
using Greenery.Sources;
using Greenery.Staging;
using Greenery.Tests.Support;

namespace Greenery.Tests.Staging;

/// <summary>On well-formed files the loader and PostgreSQL's own COPY csv must agree on every value.</summary>
public sealed class DifferentialTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private static readonly string[] Types =
        ["integer", "text", "uuid", "bigint", "numeric", "numeric(20,5)", "boolean", "date", "timestamptz", "jsonb"];

    [Theory]
    [InlineData(1, "\n")]
    [InlineData(2, "\r\n")]
    [InlineData(3, "\r")]
    public async Task Random_rows_of_every_type_arrive_as_PostgreSQL_reads_them(int seed, string lineEnd)
    {
        var contract = LoadHarness.Plants with
        {
            Columns = [.. Types.Select((type, i) => LoadHarness.Column($"c{i}", type))],
            PrimaryKey = ["c0"],
        };
        await using var harness = await LoadHarness.CreateAsync(database, contract);
        var csv = Csv(new Random(seed), lineEnd, rows: 3000);
        var result = await harness.LoadAsync(csv);
        Assert.Equal((3000, 3000), (result.RowsInFile, result.Inserted));
        await CopyAsync(harness, csv);
        var columns = string.Join(", ", Types.Select((type, i) => $"c{i}::text"));
        Assert.Equal(
            0,
            await harness.ValueAsync<long>(
                $"""
                select count(*) from (
                    (select {columns} from {harness.Name} except all select {columns} from theirs)
                    union all
                    (select {columns} from theirs except all select {columns} from {harness.Name})
                ) as difference
                """));
    }

    private static async Task CopyAsync(LoadHarness harness, string csv)
    {
        await using var connection = await harness.Database.Warehouse.ConnectAsync(CancellationToken.None);
        await using (var create = connection.CreateCommand())
        {
            create.CommandText = $"drop table if exists theirs; set timezone = 'UTC'; create table theirs as select "
                + $"* from {harness.Name} limit 0";
            await create.ExecuteNonQueryAsync();
        }
        var typed = string.Join(", ", Enumerable.Range(0, Types.Length).Where(i => i != 1).Select(i => $"c{i}"));
        var names = string.Join(", ", Enumerable.Range(0, Types.Length).Select(i => $"c{i}"));
        await using var writer = await connection.BeginTextImportAsync(
            $"copy theirs ({names}) from stdin (format csv, header, force_null ({typed}))");
        await writer.WriteAsync(csv);
    }

    private static string Csv(Random random, string lineEnd, int rows)
    {
        var text = new StringBuilder(string.Join(',', Types.Select((_, i) => $"c{i}"))).Append(lineEnd);
        for (var row = 0; row < rows; row++)
        {
            var fields = Types.Select((type, i) =>
                i == 0 ? $"{row}" : random.Next(8) == 0 ? Empty(random) : Value(type, random, lineEnd));
            text.AppendJoin(',', fields).Append(lineEnd);
        }
        return text.ToString();
    }

    private static string Empty(Random random) => random.Next(2) == 0 ? "" : "\"\"";

    private static string Value(string type, Random random, string lineEnd)
    {
        var value = type switch
        {
            "text" => RandomText(random, lineEnd),
            "uuid" => RandomUuid(random),
            "bigint" => RandomSign(random) + random.NextInt64().ToString(CultureInfo.InvariantCulture),
            "numeric" => RandomSign(random) + Digits(random, 1, 60)
                + (random.Next(2) == 0 ? "." + Digits(random, 0, 60) : "")
                + (random.Next(4) == 0 ? $"e{random.Next(-50, 50)}" : ""),
            "numeric(20,5)" => RandomSign(random) + Digits(random, 1, 15) + "." + Digits(random, 0, 5)
                + new string('0', random.Next(3)),
            "boolean" => OneOf(random, "true", "F", "Yes", "no", "1", "0", "t", "FALSE"),
            "date" => new DateOnly(1, 1, 1).AddDays(random.Next(3_652_059))
                .ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
            "timestamptz" => RandomTimestamp(random),
            _ => OneOf(random, "{}", "[1, 2.50, -3e7]", "{\"a\": {\"b\": [null, true]}}", "\"x \\u00e9 \\n\"", " 17 ",
                "{\"k\":1,\"k\":2}"),
        };
        return value.AsSpan().IndexOfAny(",\"\r\n") >= 0 || random.Next(5) == 0 ? $"\"{value.Replace("\"", "\"\"")}\""
            : value;
    }

    // COPY wants the line breaks in quotes to be those of the file.
    private static string RandomText(
        Random random, string lineEnd) => string.Concat(Enumerable.Range(0, random.Next(1, 12))
        .Select(_ => OneOf(random, "a", "B", " ", "\"", ",", lineEnd, "é", "植", "🌱", "\\", "\\.", "\t", "x")));

    private static string RandomUuid(Random random)
    {
        var bytes = new byte[16];
        random.NextBytes(bytes);
        var uuid = new Guid(bytes).ToString(OneOf(random, "D", "N", "B"));
        return random.Next(2) == 0 ? uuid : uuid.ToUpperInvariant();
    }

    private static string RandomTimestamp(Random random)
    {
        var at = new DateTime(random.NextInt64(new DateTime(2, 1, 1).Ticks, new DateTime(9999, 1, 1).Ticks));
        var text = at.ToString(
            OneOf(random, "yyyy-MM-dd", "yyyy-MM-ddTHH:mm", "yyyy-MM-dd HH:mm:ss", "yyyy-MM-ddTHH:mm:ss.f",
                "yyyy-MM-ddTHH:mm:ss.ffffff"),
            CultureInfo.InvariantCulture);
        return text.Length == 10 ? text : text + OneOf(random, "", "Z", "+02", "-0530", "+14:00", "-11:45");
    }

    private static string RandomSign(Random random) => random.Next(3) switch { 0 => "-", 1 => "+", _ => "" };

    private static string Digits(Random random, int least, int most) =>
        string.Concat(Enumerable.Range(0, random.Next(least, most + 1))
            .Select(_ => random.Next(3) == 0 ? "0" : $"{random.Next(10)}"));

    private static string OneOf(Random random, params string[] values) => values[random.Next(values.Length)];
}
