using Greenery.Sources;
using Greenery.Staging;
using Greenery.Tests.Support;
using static Greenery.Tests.Staging.Workbook;

namespace Greenery.Tests.Staging;

/// <summary>Workbooks are loaded as other drops are, and no cell becomes a value that it is not.</summary>
public sealed class ExcelLoadTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private static readonly string Header = Row(1, Text("id"), Text("Name "), Text("price"));

    [Fact]
    public async Task Cells_become_values_of_the_columns_types()
    {
        await using var harness = await LoadHarness.CreateAsync(database, LoadHarness.Plants with
        {
            Columns =
            [
                .. "id integer,n numeric,d date,t time,ts timestamp,x double precision,b boolean,s text,j jsonb"
                    .Split(',')
                    .Select(column => LoadHarness.Column(column.Split(' ', 2)[0], column.Split(' ', 2)[1])),
            ],
        });
        var header = Row(1, [.. harness.Table.Columns.Select(column => Text(column.Name))]);
        var result = await LoadAsync(harness, header + Row(3, Number("1"), Number("59.969999999999999"),
            Number("46027", Date), Number("0.25", Time), Number("46027.5", Date), Number("0.1"),
            "<c t=\"b\"><v>1</v></c>", Number("4711"), Text("{\"a\":[1]}"))
            + Row(4, Number("2"), "<c s=\"1\"/>", Text("2026-01-06"), Text(""), Number("46027", Date), Number("1"),
                Text("no"), Number("46027", Date), Number("5"))
            + Row(6, Number("3"), "<c><f>1+1</f><v>2</v></c>"));
        Assert.Equal((3, 0), (result.Inserted, result.Quarantined));
        Assert.Equal(
            [
                "(1,59.97,2026-01-05,06:00:00,\"2026-01-05 12:00:00\",0.1,t,4711,\"{\"\"a\"\": [1]}\")",
                "(2,,2026-01-06,,\"2026-01-05 00:00:00\",1,f,2026-01-05,5)",
                "(3,2,,,,,,,)",
            ],
            await harness.RowsAsync());
    }

    [Fact]
    public async Task Errors_and_lost_digits_are_quarantined_at_their_row()
    {
        await using var harness = await LoadHarness.CreateAsync(database);
        var result = await LoadAsync(harness, Header
            + Row(2, Number("1"), Text("Fern"), Error("#N/A"))
            + Row(4, Number("2"), Error("#DIV/0!"), Number("2"))
            + Row(5, Number("3"), Number("12345678901234567890"), Number("2"))
            + Row(6, Number("4"), Text("Moss"), Number("46027", Date))
            + Row(7, Number("5"), Text("#N/A"), Number("2.5")));
        Assert.Equal((1, 4), (result.Inserted, result.Quarantined));
        Assert.Equal(["(5,#N/A,2.50)"], await harness.RowsAsync());
        var quarantine = await harness.QuarantineAsync();
        Assert.StartsWith("2 type price found the error #N/A, expected a value of numeric(8,2).", quarantine[0]);
        Assert.StartsWith("4 type name found the error #DIV/0!", quarantine[1]);
        Assert.StartsWith("5 range name found a whole number of more than 15 digits", quarantine[2]);
        Assert.StartsWith("6 type price found '2026-01-05'", quarantine[3]);
        Assert.Equal(
            "{\"id\":1,\"name\":\"Fern\",\"price\":{\"error\":\"#N/A\"}}",
            await harness.ValueAsync<string>(
                $"select raw from ops.quarantine where table_name = '{harness.Table.Name}' and line = 2"));
    }

    [Fact]
    public async Task An_error_that_the_contract_calls_no_value_is_null_and_unknown_columns_are_kept()
    {
        await using var harness = await LoadHarness.CreateAsync(database);
        harness.Table = harness.Table with
        {
            Columns = [.. harness.Table.Columns.Select(column => column with { Nulls = ["#N/A"] })],
        };
        await LoadAsync(harness, Row(1, Text("price"), Text("id"), Text("name"), Text("colour"))
            + Row(2, Error("#N/A"), Number("1"), Text("#N/A"), Text("green"), Number("7")));
        Assert.Equal(["(1,,,\"{\"\"colour\"\": \"\"green\"\", \"\"unnamed_5\"\": 7}\")"],
            await harness.RowsAsync("id, name, price, _extra"));
    }

    [Fact]
    public async Task The_sheet_is_the_first_that_is_seen_or_the_contracts()
    {
        await using var harness = await LoadHarness.CreateAsync(database);
        var (rows, other) = (Header + Row(2, Number("1"), Text("a"), Number("1")),
            Header + Row(2, Number("2"), Text("b"), Number("2")));
        var content = Write(("~Hidden", Header), ("One", rows), ("Two", other));
        var result = await harness.LoadAsync(content, file: "{0}.XLSX");
        Assert.Contains("has 3 sheets, of which 'One' was read", result.Message);
        harness.Table = harness.Table with { Xlsx = new ExcelOptions("two") };
        await harness.LoadAsync(LoadHarness.Gzip(content), file: "{0}-b.xlsx.gz");
        Assert.Equal(["(1,a,1.00)", "(2,b,2.00)"], await harness.RowsAsync());
        harness.Table = harness.Table with { Xlsx = new ExcelOptions("Three") };
        result = await harness.LoadAsync(content, file: "{0}-c.xlsx");
        Assert.Contains("has no sheet 'Three'. Found: Hidden, One, Two.", result.Message);
    }

    [Theory]
    [InlineData("id,name,price\n1,a,1\n", "begins with 'id,name,'; expected an Excel workbook")]
    [InlineData("PK\u0003\u0004 and no more", "cannot be read as an Excel workbook (.xlsx)")]
    [InlineData("\u00d0\u00cf\u0011\u00e0\u00a1\u00b1\u001a\u00e1", "is a workbook with a password")]
    public async Task What_is_no_workbook_is_refused(string content, string message)
    {
        await using var harness = await LoadHarness.CreateAsync(database);
        var result = await harness.LoadAsync(System.Text.Encoding.Latin1.GetBytes(content), file: "{0}.xlsx");
        Assert.Equal(LoadOutcome.Refused, result.Outcome);
        Assert.Contains(message, result.Message);
    }

    [Fact]
    public async Task A_workbook_that_is_cut_short_or_lacks_a_column_is_refused()
    {
        await using var harness = await LoadHarness.CreateAsync(database);
        var content = Write(("One", Header));
        foreach (var length in new[] { 5, content.Length / 2, content.Length - 1 })
        {
            var result = await harness.LoadAsync(content[..length], file: "{0}.xlsx");
            Assert.Contains("Was the upload cut short?", result.Message);
        }
        var lacking = await LoadAsync(harness, Row(1, Text("id"), Text("name")));
        Assert.Contains("lacks column price. Found: id, name.", lacking.Message);
        var empty = await LoadAsync(harness, "");
        Assert.Contains("has no value in its sheet 'One'", empty.Message);
    }

    [Fact]
    public async Task A_workbook_that_unpacks_to_too_much_is_refused()
    {
        await using var harness = await LoadHarness.CreateAsync(database);
        harness.Limits = new DropLimits { MostBytes = 1000 };
        var result = await LoadAsync(harness, Header + string.Concat(Enumerable.Range(2, 50).Select(n => Row(n))));
        Assert.Contains("Greenery:Limits:DecompressedGigabytes", result.Message);
    }

    [Fact]
    public async Task The_header_may_be_below_a_title()
    {
        await using var harness = await LoadHarness.CreateAsync(database);
        var rows = Row(1, Text("Plants of the week")) + Row(3, Text("id"), Text("name"), Text("price"))
            + Row(4, Number("1"), Text("Fern"), Number("2"));
        var refused = await LoadAsync(harness, rows);
        Assert.Contains("Read were the names in row 1 of the sheet 'One'", refused.Message);
        harness.Table = harness.Table with { Xlsx = new ExcelOptions(HeaderRow: 3) };
        Assert.Equal(1, (await harness.LoadAsync(Write(("One", rows)), file: "{0}-b.xlsx")).Inserted);
        harness.Table = harness.Table with { Xlsx = new ExcelOptions(HeaderRow: 2) };
        refused = await harness.LoadAsync(Write(("One", rows)), file: "{0}-c.xlsx");
        Assert.Contains("has no value in row 2 of its sheet 'One'; expected a header row", refused.Message);
    }

    [Fact]
    public async Task A_formula_that_was_never_computed_is_no_empty_cell()
    {
        await using var harness = await LoadHarness.CreateAsync(database);
        var result = await LoadAsync(harness, Header
            + Row(2, Number("1"), "<c t=\"str\"><f>A1&amp;B1</f><v></v></c>", Number("2"))
            + Row(3, Number("2"), "<c><f>A1</f></c>", Number("2")));
        Assert.Equal((1, 1), (result.Inserted, result.Quarantined));
        Assert.Equal(["(1,,2.00)"], await harness.RowsAsync());
        Assert.StartsWith(
            "3 type name found a formula that was never computed", (await harness.QuarantineAsync())[0]);
    }

    [Theory]
    [InlineData("<row r=\"2\"><c r=\"ZZZZ2\"><v>1</v></c></row>", "in its sheet 'One'; a sheet has at most 16384")]
    [InlineData("<row r=\"1048577\"><c><v>1</v></c></row>", "has a row 1048577 in its sheet 'One'")]
    public async Task A_sheet_that_is_larger_than_a_sheet_can_be_is_refused(string row, string message)
    {
        await using var harness = await LoadHarness.CreateAsync(database);
        Assert.Contains(message, (await LoadAsync(harness, Header + row)).Message);
    }

    [Fact]
    public async Task A_workbook_whose_texts_take_too_much_memory_is_refused()
    {
        await using var harness = await LoadHarness.CreateAsync(database);
        harness.Limits = new DropLimits { MostMemoryBytes = 1000 };
        var result = await harness.LoadAsync(
            Write([("One", Header)], texts: new string('a', 300)), file: "{0}.xlsx");
        Assert.Contains("MB of memory for its table of texts; expected at most 0 MB", result.Message);
    }

    [Fact]
    public async Task What_a_library_says_of_a_damaged_file_is_not_shown_where_it_may_be_personal()
    {
        await using var harness = await LoadHarness.CreateAsync(database);
        harness.Table = harness.Table with
        {
            Columns = [.. harness.Table.Columns.Select(column => column with { IsPersonal = column.Name == "name" })],
        };
        var result = await LoadAsync(harness, Header + "<row r=\"x1@example.org\"><c><v>1</v></c></row>");
        Assert.Contains("cannot be read as an Excel workbook (.xlsx)", result.Message);
        Assert.DoesNotContain("example.org", result.Message);
    }

    private static Task<LoadResult> LoadAsync(LoadHarness harness, string rows) =>
        harness.LoadAsync(Write(("One", rows)), file: "{0}.xlsx");
}
