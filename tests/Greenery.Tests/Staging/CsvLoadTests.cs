using System.Text;
using Greenery.Sources;
using Greenery.Staging;
using Greenery.Tests.Support;

namespace Greenery.Tests.Staging;

public sealed class CsvLoadTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    [Fact]
    public async Task Rows_of_a_csv_file_arrive_typed()
    {
        await using var harness = await LoadHarness.CreateAsync(database);
        var result = await harness.LoadAsync("id,name,price\n1,Fern,2.5\n2,\"Palm, \"\"big\"\"\",19.99\n3,,\n");
        Assert.Equal(LoadOutcome.Loaded, result.Outcome);
        Assert.Equal((3, 3, 0), (result.RowsInFile, result.Inserted, result.Quarantined));
        Assert.Equal(["(1,Fern,2.50)", "(2,\"Palm, \"\"big\"\"\",19.99)", "(3,,)"], await harness.RowsAsync());
    }

    [Theory]
    [InlineData("id,name,price\r\n1,Fern,2\r\n2,Ivy,3\r\n")]
    [InlineData("id,name,price\r1,Fern,2\r2,Ivy,3")]
    [InlineData("\ufeffid,name,price\n1,Fern,2\r\n2,Ivy,3\r")]
    [InlineData("price,id,name\n2,1,Fern\n3,2,Ivy")]
    [InlineData(" ID , Name ,PRICE\n1,Fern,2\n2,Ivy,3\n")]
    [InlineData("\n\nid,name,price\n\n1,Fern,2\n\r\n\n2,Ivy,3\n\n")]
    [InlineData("\"id\",\"name\",\"price\"\n\"1\",\"Fern\",\"2\"\n\"2\",\"Ivy\",\"3\"")]
    public async Task Line_ends_order_marks_blank_lines_and_quotes_do_not_matter(string content)
    {
        await using var harness = await LoadHarness.CreateAsync(database);
        var result = await harness.LoadAsync(content);
        Assert.Equal(2, result.RowsInFile);
        Assert.Equal(["(1,Fern,2.00)", "(2,Ivy,3.00)"], await harness.RowsAsync());
    }

    [Fact]
    public async Task Line_breaks_in_quotes_are_kept_and_counted()
    {
        await using var harness = await LoadHarness.CreateAsync(database);
        await harness.LoadAsync("id,name,price\n1,\"a\r\nb\nc\rd\",x\n2,e,y\n");
        Assert.Equal(
            ["2 type price", "6 type price"],
            (await harness.QuarantineAsync()).Select(x => string.Join(' ', x.Split(' ')[..3])));
    }

    [Fact]
    public async Task An_empty_field_is_null_quoted_or_not()
    {
        await using var harness = await LoadHarness.CreateAsync(database);
        await harness.LoadAsync("id,name,price\n1,\"\",\"\"\n2,,\n");
        Assert.Equal(["(,t)", "(,t)"], await harness.RowsAsync("name, price is null"));
    }

    [Fact]
    public async Task An_empty_quoted_field_is_text_where_the_contract_keeps_it()
    {
        var contract = LoadHarness.Plants with { Csv = CsvOptions.Default with { KeepsEmptyText = true } };
        await using var harness = await LoadHarness.CreateAsync(database, contract);
        await harness.LoadAsync("id,name,price\n1,\"\",\"\"\n2,,\n");
        Assert.Equal(["(\"\",t)", "(,t)"], await harness.RowsAsync("name, price is null"));
    }

    [Theory]
    [InlineData("1,Fern", "field_count", "found 2 fields, expected 3")]
    [InlineData("1,Fern,2,3", "field_count", "found 4 fields, expected 3")]
    [InlineData("abc,Fern,2", "type", "found 'abc', expected integer")]
    [InlineData("3000000000,Fern,2", "range", "found '3000000000', expected integer")]
    [InlineData("1,Fern,2.999", "range", "expected numeric(8,2): at most 6 digits before and 2 after the point")]
    [InlineData("1,Fern,1234567", "range", "found '1234567'")]
    [InlineData(",Fern,2", "required", "has no value, expected integer")]
    [InlineData("1,a\0b,2", "nul", "character 0")]
    [InlineData("1,\"Fern\"x,2", "quote", "found a quote")]
    public async Task A_bad_row_is_quarantined_with_line_rule_and_reason(string row, string rule, string message)
    {
        await using var harness = await LoadHarness.CreateAsync(database);
        var result = await harness.LoadAsync($"id,name,price\n7,Ivy,1\n{row}\n8,Palm,2\n");
        Assert.Equal((3, 2, 1), (result.RowsInFile, result.Inserted, result.Quarantined));
        var found = Assert.Single(await harness.QuarantineAsync());
        Assert.StartsWith($"3 {rule} ", found);
        Assert.Contains(message, found);
    }

    [Fact]
    public async Task Raw_bytes_are_kept_where_text_cannot_hold_them()
    {
        await using var harness = await LoadHarness.CreateAsync(database);
        await harness.LoadAsync([.. "id,name,price\n1,"u8, 0xC3, 0x28, .. ",2\n2,ok,x"u8]);
        Assert.Equal(
            ["encoding|1,\uFFFD(,2|312cc3282c32", "type|2,ok,x|"],
            await harness.QueryAsync(
                "select concat(rule, '|', raw, '|', encode(raw_bytes, 'hex')) from ops.quarantine "
                + $"where table_name = '{harness.Table.Name}' order by line"));
    }

    [Fact]
    public async Task A_quote_that_is_never_closed_costs_its_own_line_only()
    {
        await using var harness = await LoadHarness.CreateAsync(database);
        var result = await harness.LoadAsync("id,name,price\n1,\"Fern,2\n2,Ivy,3\n3,\"Palm\",4\n4,Aloe,5");
        Assert.Equal((4, 3, 1), (result.RowsInFile, result.Inserted, result.Quarantined));
        Assert.Equal(["1,\"Fern,2"], await harness.QueryAsync(
            $"select raw from ops.quarantine where table_name = '{harness.Table.Name}'"));
    }

    [Fact]
    public async Task Unknown_columns_are_kept_and_noted()
    {
        await using var harness = await LoadHarness.CreateAsync(database);
        var result = await harness.LoadAsync("id,colour,name,price,\"si\"\"ze\"\n1,\"dark \"\"green\"\"\",Fern,2,\n");
        Assert.Equal(["colour", "si\"ze"], result.UnknownColumns);
        Assert.Equal(
            ["dark \"green\"|null"],
            await harness.QueryAsync(
                $"select concat(_extra ->> 'colour', '|', _extra -> 'si\"ze') from {harness.Name}"));
    }

    [Theory]
    [InlineData("id,name\n1,Fern\n", "lacks column price. Found: id, name. Expected: id, name, price.")]
    [InlineData("id;name\n1;Fern\n", "must be separated by commas")]
    [InlineData("id,na\u200bme;price\n", "Found: id, na\\u200bme;price.")]
    [InlineData("id,name,price,name\n", "has 2 columns 'name' in its header")]
    [InlineData("id,Name,NAME,price\n", "has 2 columns 'name' in its header")]
    [InlineData("PK\u0003\u0004\0\0\u0008binary", "begins with 'PK.....binary', which is no header line")]
    public async Task A_file_that_breaks_the_contract_is_refused(string content, string message)
    {
        await using var harness = await LoadHarness.CreateAsync(database);
        var result = await harness.LoadAsync(content);
        Assert.Equal(LoadOutcome.Refused, result.Outcome);
        Assert.Contains(message, result.Message);
        Assert.Equal(
            [$"refused|{result.Message}"],
            await harness.QueryAsync(
                $"select concat(state, '|', message) from ops.drop where table_name = '{harness.Table.Name}'"));
    }

    [Fact]
    public async Task A_header_only_is_an_empty_day()
    {
        await using var harness = await LoadHarness.CreateAsync(database);
        var result = await harness.LoadAsync("id,name,price");
        Assert.Equal((LoadOutcome.Loaded, 0), (result.Outcome, result.RowsInFile));
    }

    [Fact]
    public async Task An_optional_column_may_be_missing()
    {
        var contract = LoadHarness.Plants with
        {
            Columns = [.. LoadHarness.Plants.Columns.Select(x => x.Name == "price" ? x with { IsOptional = true } : x)],
        };
        await using var harness = await LoadHarness.CreateAsync(database, contract);
        await harness.LoadAsync("id,name\n1,Fern\n");
        Assert.Equal(["(1,Fern,)"], await harness.RowsAsync());
    }

    [Fact]
    public async Task A_file_in_utf_16_is_refused()
    {
        await using var harness = await LoadHarness.CreateAsync(database);
        var result = await harness.LoadAsync([0xFF, 0xFE, .. Encoding.Unicode.GetBytes("id,name,price\n")]);
        Assert.Contains("is in UTF-16; expected UTF-8", result.Message);
    }

    [Fact]
    public async Task A_line_longer_than_any_row_is_refused_and_a_long_one_is_not()
    {
        await using var harness = await LoadHarness.CreateAsync(database);
        var result = await harness.LoadAsync($"id,name,price\n1,{new string('x', 17 << 20)},2\n");
        Assert.Contains("has a line of more than 16 MB at line 2", result.Message);
        result = await harness.LoadAsync($"id,name,price\n1,{new string('x', 5 << 20)},2\n2,\"\n");
        Assert.Equal((2, 1, 1), (result.RowsInFile, result.Inserted, result.Quarantined));
    }
}
