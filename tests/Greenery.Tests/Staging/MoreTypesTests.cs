using System.Globalization;
using System.Text;
using Greenery.Sources;
using Greenery.Staging;
using Greenery.Staging.Loading;
using Greenery.Tests.Support;
using Greenery.Warehouse;

namespace Greenery.Tests.Staging;

/// <summary>double precision, timestamp, time, varchar(n) and arrays, in each format and in all that follows.</summary>
public sealed class MoreTypesTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private static readonly SourceTable Readings = LoadHarness.Plants with
    {
        History = ["value", "tags"],
        Columns =
        [
            LoadHarness.Column("id", "integer"),
            LoadHarness.Column("value", "double precision"),
            LoadHarness.Column("seen", "timestamp"),
            LoadHarness.Column("opens", "time"),
            LoadHarness.Column("code", "varchar(4)"),
            LoadHarness.Column("tags", "text[]"),
            LoadHarness.Column("sizes", "numeric(6,2)[]"),
            LoadHarness.Column("notes", "jsonb[]"),
        ],
    };

    private const string Header = "id,value,seen,opens,code,tags,sizes,notes\n";

    [Fact]
    public async Task CSV_and_JSON_load_the_same_values()
    {
        await using var harness = await LoadHarness.CreateAsync(database, Readings);
        var csv = await harness.LoadAsync(
            Header
            + "1,1.5e3,2026-11-21T10:00:00.25,08:30,äöüß,"
            + "\"[\"\"a,b\"\",null,\"\"c \\\"\" d\"\"]\",\"{1.50,NULL,-2}\",\"[{\"\"a\"\":1}]\"\n"
            + "2,-0.1,2026-11-21,23:59:59.123456,x,\"{a,\"\"b c\"\",NULL,\"\"null\"\"}\",{},[]\n"
            + "3,,,,,,,\n");
        Assert.Equal((3, 0), (csv.Inserted, csv.Quarantined));
        var rows = await harness.RowsAsync();
        Assert.Equal(
            """(1,1500,"2026-11-21 10:00:00.25",08:30:00,äöüß,"{""a,b"",NULL,""c \\"" d""}","{1.50,NULL,-2.00}","{""{\\""a\\"": 1}""}")""",
            rows[0]);
        Assert.Equal("""(2,-0.1,"2026-11-21 00:00:00",23:59:59.123456,x,"{a,""b c"",NULL,""null""}",{},{})""", rows[1]);
        var json = await harness.LoadAsync(
            """
            {"id":1,"value":1500,"seen":"2026-11-21T10:00:00.25","opens":"08:30","code":"äöüß","tags":["a,b",null,"c \" d"],"sizes":[1.5,null,-2.0],"notes":[{"a":1}]}
            {"id":2,"value":-0.1,"seen":"2026-11-21","opens":"23:59:59.123456","code":"x","tags":"{a,\"b c\",NULL,\"null\"}","sizes":[],"notes":[]}
            """,
            "2026-11-22", "{0}.ndjson");
        Assert.Equal((2, 0), (json.Unchanged, json.Quarantined));
        Assert.Equal(rows, await harness.RowsAsync());
    }

    [Fact]
    public async Task Bad_values_are_quarantined_in_words()
    {
        await using var harness = await LoadHarness.CreateAsync(database, Readings);
        await harness.LoadAsync(
            Header
            + "1,NaN,,,,,,\n2,1e400,,,,,,\n3,,2026-11-21T10:00:00Z,,,,,\n4,,,24:00,,,,\n5,,,8:30,,,,\n"
            + "6,,,,abcde,,,\n7,,,,,\"{a,{b}}\",,\n8,,,,,\"[\"\"a\"\"\",,\n9,,,,,,\"[1.234]\",\n10,,,,,,,\"[{]\"\n");
        Assert.Equal(
        [
            "2 type value found 'NaN', expected double precision: a finite decimal number such as 12.5 or 1.25e1",
            "3 range value found '1e400', expected double precision: a finite decimal number such as 12.5 or 1.25e1",
            "4 type seen found '2026-11-21T10:00:00Z', expected timestamp as yyyy-MM-ddTHH:mm:ss[.fffffffff] that "
                + "exists, without a time zone (timestamptz has one)",
            "5 range opens found '24:00', expected time as HH:mm:ss[.fffffffff] that a day has, without a time zone",
            "6 type opens found '8:30', expected time as HH:mm:ss[.fffffffff] that a day has, without a time zone",
            "7 range code found 'abcde', expected varchar(4): text of at most 4 characters",
            "8 type tags found '{a,{b}}', expected an array as [a, b] or {a,b}, each element text in UTF-8 without the "
                + "character 0, or null",
            "9 type tags found '[\"a\"', expected an array as [a, b] or {a,b}, each element text in UTF-8 without the "
                + "character 0, or null",
            "10 range sizes found '[1.234]', expected an array as [a, b] or {a,b}, each element numeric(6,2): at most "
                + "4 digits before and 2 after the point, or null",
            "11 type notes found '[{]', expected an array as [a, b] or {a,b}, each element JSON that jsonb can hold "
                + "(no character 0, no lone surrogate, at most 64 deep, numbers of at most 100 KB in plain digits), or "
                + "null",
        ], await harness.QuarantineAsync());
        var json = await harness.LoadAsync(
            """
            {"id":1,"tags":{"a":1}}
            {"id":2,"value":[1]}
            {"id":3,"tags":["\ud800"]}
            {"id":4,"tags":["\u0000"]}
            """,
            "2026-11-22", "{0}.ndjson");
        Assert.Equal(4, json.Quarantined);
        Assert.Contains("1 json tags found an object, expected an array", await harness.QuarantineAsync());
        Assert.Contains("2 json value found an array, expected a single value", await harness.QuarantineAsync());
    }

    [Fact]
    public async Task Changes_keep_a_history_and_the_same_values_none()
    {
        await using var harness = await LoadHarness.CreateAsync(database, Readings);
        await harness.LoadAsync(Header + "1,1.5,,,,{a},,\n2,2,,,,{},,\n", "2026-11-20");
        var same = await harness.LoadAsync(Header + "1,1.50,,,,\"[\"\"a\"\"]\",,\n2,2.0,,,,[],,\n", "2026-11-21");
        Assert.Equal((2, 0), (same.Unchanged, same.Updated));
        var changed = await harness.LoadAsync(Header + "1,1.5,,,,\"{a,NULL}\",,\n2,2,,,,,,\n", "2026-11-22");
        Assert.Equal(2, changed.Updated);
        Assert.Equal(
            ["(1,{a},2026-11-20,2026-11-22)", "(1,\"{a,NULL}\",2026-11-22,)", "(2,{},2026-11-20,2026-11-22)",
                "(2,,2026-11-22,)"],
            await harness.QueryAsync($"select row(id, tags, valid_from, valid_to)::text "
                + $"from staging.{harness.Table.Name}_history order by id, valid_from"));
        // The tables are as the contract has them: nothing is to be altered.
        await new StagingTables(database.Warehouse).EnsureAsync([harness.Table], null, default);
    }

    [Fact]
    public async Task Replay_loads_what_a_wider_type_takes()
    {
        await using var harness = await LoadHarness.CreateAsync(database, Readings);
        await harness.LoadAsync(Header + "1,,,,abcdef,,,\n2,,,,abc,,,\n");
        Assert.Equal(["(2,abc)"], await harness.RowsAsync("id, code"));
        await database.RunAsync($"alter table {harness.Name} alter column code type varchar(6)");
        harness.Table = harness.Table with
        {
            Columns = [.. harness.Table.Columns.Select(column =>
                column.Name == "code" ? LoadHarness.Column("code", "varchar(6)") : column)],
        };
        await new StagingTables(database.Warehouse).EnsureAsync([harness.Table], null, default);
        var replay = await new QuarantineReplay(database.Warehouse, harness.Store)
            .ReplayAsync([harness.Table], null, harness.Lease, default);
        Assert.Equal(1, replay.Released);
        Assert.Equal(["(1,abcdef)", "(2,abc)"], await harness.RowsAsync("id, code"));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task What_is_taken_as_an_array_is_what_PostgreSQL_reads(int seed)
    {
        var random = new Random(seed);
        const string letters = "ab \"\\,{}NULnul";
        var literals = Enumerable.Range(0, 2000).Select(_ => "{" + string.Concat(
            Enumerable.Range(0, random.Next(9)).Select(_ => letters[random.Next(letters.Length)])) + "}").ToList();
        await using var harness = await LoadHarness.CreateAsync(database, LoadHarness.Plants with
        {
            Columns = [LoadHarness.Column("id", "integer"), LoadHarness.Column("tags", "text[]")],
        });
        var result = await harness.LoadAsync("id,tags\n" + string.Concat(literals.Select((literal, i) =>
            $"{i},\"{literal.Replace("\"", "\"\"", StringComparison.Ordinal)}\"\n")));
        Assert.True(result.Inserted > 200, $"{result.Inserted} were taken");
        await using var connection = await database.Warehouse.ConnectAsync(default);
        var taken = await connection.QueryAsync<(int Id, string Tags)>(
            $"select id, tags::text from {harness.Name} order by id", null, default);
        var texts = taken.Select(row => literals[row.Id]).ToArray();
        var read = await connection.QueryAsync<string>(
            "select t::text[]::text from unnest(@texts) with ordinality as x (t, i) order by i", new { texts },
            default);
        Assert.Equal(read, taken.Select(row => row.Tags));
        // And nothing else that PostgreSQL reads as an array of one dimension is refused.
        await database.RunAsync(
            """
            create or replace function pg_temp_reads(t text) returns boolean language plpgsql as
            $$ begin
                -- Empty ones within one are read as an empty one.
                return coalesce(array_ndims(t::text[]), case when t ~ '^{ *}$' then 1 end) = 1;
            exception when others then return false; end $$
            """);
        var refused = literals.Where((_, i) => !taken.Exists(row => row.Id == i)).ToArray();
        Assert.Empty(await connection.QueryAsync<string>(
            "select t from unnest(@refused) as t where pg_temp_reads(t)", new { refused }, default));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_double_is_the_one_that_PostgreSQL_reads(int seed)
    {
        var random = new Random(seed);
        var bits = new byte[8];
        var texts = Enumerable.Range(0, 1000).Select(_ =>
        {
            random.NextBytes(bits);
            var value = BitConverter.ToDouble(bits);
            return double.IsFinite(value) ? value.ToString("R", CultureInfo.InvariantCulture) : "0.1";
        }).Concat(["1", "-0", "4.9e-324", "1e-400", "1.7976931348623157e308", ".5", "5.", "0.1000000000000000055511"])
            .ToArray();
        await using var harness = await LoadHarness.CreateAsync(database, LoadHarness.Plants with
        {
            Columns = [LoadHarness.Column("id", "integer"), LoadHarness.Column("value", "double precision")],
        });
        await harness.LoadAsync(new StringBuilder("id,value\n")
            .AppendJoin("", texts.Select((text, i) => $"{i},{text}\n")).ToString());
        await using var connection = await database.Warehouse.ConnectAsync(default);
        Assert.Equal(1, await connection.ExecuteScalarAsync<long>(
            $"""
            select count(*)
            from unnest(@texts) with ordinality as x (t, i)
            full join {harness.Name} as s on x.i - 1 = s.id
            where case when t = '1e-400' then s.id is null else s.value is not distinct from t::float8 end is not true
                or t = '1e-400'
            """,
            new { texts }, default));
    }

    [Theory]
    [InlineData("text[][]")]
    [InlineData("[]")]
    [InlineData("varchar(0)")]
    [InlineData("varchar(10485761)")]
    [InlineData("money[]")]
    [InlineData("timetz")]
    public void Other_types_are_refused(string type) => Assert.False(ColumnType.TryParse(type, out _));
}
