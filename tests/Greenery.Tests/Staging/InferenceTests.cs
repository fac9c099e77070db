using System.Text;
using Greenery.Sources;
using Greenery.Staging;
using Greenery.Staging.Inference;
using Greenery.Tests.Cli;
using Greenery.Tests.Support;
using Parquet.Schema;
using static Greenery.Tests.Staging.Workbook;

namespace Greenery.Tests.Staging;

/// <summary>A contract that was inferred from a file is valid, and loads that file without a bad row.</summary>
public sealed class InferenceTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    [SkippableShopTheory]
    [InlineData("addresses", "address_id", "address_id uuid, address text, zipcode text, state text, country text")]
    [InlineData("users", "user_id", "user_id uuid, first_name text")]
    [InlineData("products", "product_id", "product_id uuid, name text, price numeric, inventory integer")]
    [InlineData("promos", "promo_id", "promo_id text, discount integer, status text")]
    [InlineData("orders", "order_id", "order_id uuid, user_id uuid")]
    [InlineData("order_items", "order_id, product_id", "order_id uuid, product_id uuid, quantity integer")]
    [InlineData("events", "event_id", "event_id uuid, session_id uuid")]
    public async Task The_shops_files_load_with_the_contract_that_is_inferred(string name, string key, string types)
    {
        var file = Path.Combine(Repository.ShopData!, "2021-02-12", $"{name}.csv");
        var table = Assert.Single(await InferAsync(file));
        Assert.Equal((name, key), (table.Name, string.Join(", ", table.PrimaryKey)));
        Assert.StartsWith(types, Types(table), StringComparison.Ordinal);
        await EnsureLoadsAsync(table, await File.ReadAllBytesAsync(file), "{0}.csv");
    }

    [Fact]
    public async Task A_file_of_a_spreadsheet_has_its_delimiter_decimals_dates_and_names()
    {
        using var folder = new TestDataFolder();
        var content = Encoding.Latin1.GetBytes(
            "Order No.;Käufer;Amount;Placed on;Zip;State\n" + string.Concat(Enumerable.Range(1, 120).Select(i =>
                $"A{i};Müller;{i},50;{1 + (i % 28):00}.11.2026;0{i:0000};{(i % 9 == 0 ? "NULL" : "7")}\n")));
        var file = Write(folder, "Order export_2026-11-21.csv", content);
        var table = Assert.Single(await InferAsync(file));
        Assert.Equal(
            "order_no text, kaufer text, amount numeric, placed_on date, zip text, state integer", Types(table));
        Assert.Equal((';', ',', "windows-1252", "dd.MM.yyyy"), (
            table.Csv.Delimiter, table.Csv.Decimal, table.Csv.Encoding, table.Csv.DateFormat?.Text));
        Assert.Equal(["Order No.", "Käufer", "Amount", "Placed on", "Zip", "State"],
            table.Columns.Select(column => HeaderOf(column)));
        Assert.Equal(["NULL"], table.Columns[5].Nulls);
        Assert.Equal(new DateOnly(2026, 11, 21), table.Paths[0].DateOf(Path.GetFileName(file)));
        await EnsureLoadsAsync(table, content, "{0}.csv");
    }

    // A slip among many values must not make a text of a date without a word.
    [Theory]
    [InlineData("2026-13-45", 1, "1 of 100 values are no date; if that is its type, say so: these rows are")]
    [InlineData("soon", 3, "3 of 100 values are no date; if that is its type, say so: these rows are")]
    [InlineData("2026-13-45", 4, null)]
    [InlineData("2026-11-21", 1, null)]
    public async Task A_few_values_of_another_type_are_a_doubt(string other, int times, string? doubt)
    {
        using var folder = new TestDataFolder();
        var file = Write(folder, "a.csv", Encoding.UTF8.GetBytes("id,day\n" + string.Concat(
            Enumerable.Range(1, 100).Select(i => $"{i},{(i <= times ? other : "2026-11-20")}\n"))));

        var contract = await ContractInference.InferAsync([file], default);

        Assert.Contains(
            other == "2026-11-21" ? "data_type: date" : "data_type: text", contract, StringComparison.Ordinal);
        if (doubt is null)
        {
            Assert.DoesNotContain("values are no", contract, StringComparison.Ordinal);
        }
        else
        {
            Assert.Contains(doubt, contract, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("a.csv", "1,2026-11-21,x\n2,2026-11-22,y\n", "column_1 integer, column_2 date, column_3 text")]
    [InlineData("a.tsv", "id\tat\n1\t2026-11-21T10:00:00+01:00\n", "id integer, at timestamptz")]
    [InlineData("a.csv", "id,on\n1,08:30\n2,\n", "id integer, on_c time")]
    [InlineData("a.ndjson", "{\"id\":1,\"tags\":[\"a\"],\"o\":{\"x\":1}}\n{\"id\":3000000000,\"f\":true}\n",
        "id bigint, tags text[], o jsonb, f boolean")]
    [InlineData("a.json", "[{\"id\":\"a\",\"n\":[1,2]},{\"id\":\"b\",\"n\":[3]}]", "id text, n integer[]")]
    [InlineData("a.csv", "id,x,x,,y\n1,,b,c,\n", "id integer, x text, y text", false)]
    [InlineData("a.csv", "a,b\n1,1\n1,1\n2,1\n", "a integer, b integer")]
    public async Task Other_files_load_with_theirs(string name, string text, string types, bool loads = true)
    {
        using var folder = new TestDataFolder();
        var content = Encoding.UTF8.GetBytes(text);
        var table = Assert.Single(await InferAsync(Write(folder, name, content)));
        Assert.Equal(types, Types(table));
        if (loads)
        {
            await EnsureLoadsAsync(table, content, "{0}" + Path.GetExtension(name).Replace("tsv", "csv"));
        }
    }

    [Theory]
    [InlineData("id;a\nx;1.234,56\ny;12,50\n", "a numeric", ',', '.', null)]
    [InlineData("id;a;b\nx;1.234.567,5;12,50\ny;1,5;7,25\n", "a numeric, b numeric", ',', '.', null)]
    [InlineData("id;a;b\nx;1.234;12,50\ny;5.678;7,25\n", "a integer, b numeric", ',', '.', null)]
    [InlineData("id,a\nx,\"1,234.56\"\ny,12.50\n", "a numeric", null, ',', null)]
    [InlineData("id,a\nx,\"1,234\"\ny,\"5,678\"\n", "a integer", null, ',',
        "whether ',' in numbers separates decimals: no value tells; it is taken for thousands")]
    [InlineData("id;a\nx;1.234\ny;5.678\n", "a integer", ',', '.',
        "whether '.' in numbers separates decimals: no value tells; it is taken for thousands")]
    [InlineData("id;a\nx;1\u00A0234,56\ny;12,50\n", "a numeric", ',', ' ', null)]
    [InlineData("id,a\nx,1'234.56\ny,12.50\n", "a numeric", null, '\'', null)]
    [InlineData("id,a\nx,1.234\ny,0.234\n", "a numeric", null, null, null)]
    [InlineData("id,a\nx,123 456 789\ny,123 456 788\n", "a text", null, null, null)]
    [InlineData("id;a\nx;7\ny;8\n", "a integer", null, null, null)]
    public async Task Decimals_and_thousands_are_those_of_the_files(
        string text, string types, char? point, char? thousands, string? doubt)
    {
        using var folder = new TestDataFolder();
        var content = Encoding.UTF8.GetBytes(text);
        var file = Write(folder, "a.csv", content);
        var contract = await ContractInference.InferAsync([file], default);
        var table = Assert.Single(await InferAsync(file));
        Assert.Equal($"id text, {types}", Types(table));
        Assert.Equal((point, thousands), (table.Csv.Decimal, table.Csv.Thousands));
        Assert.Equal(doubt is not null, contract.Contains("# unsure: whether '", StringComparison.Ordinal));
        Assert.Contains(doubt ?? "", contract, StringComparison.Ordinal);
        await EnsureLoadsAsync(table, content, "{0}.csv");
    }

    [Fact]
    public async Task A_workbook_has_its_cells_types_and_what_was_read_is_said()
    {
        using var folder = new TestDataFolder();
        var content = Workbook.Write(
            ("Orders",
                Row(1, Text("id"), Text("Placed on"), Text("at"), Text("amount"), Text("paid"), Text(""), Text("x"))
                + string.Concat(Enumerable.Range(2, 3).Select(n => Row(n, Number($"{n}"), Number("46027", Date),
                    Number(n == 2 ? "46027" : "46027.5", Moment), Number("9.5"), "<c t=\"b\"><v>1</v></c>",
                    Text("note"), Error("#N/A"))))),
            ("Other", Row(1, Text("id"))));
        var file = Write(folder, "orders.XLSX", content);
        var table = Assert.Single(await InferAsync(file));
        Assert.Equal(
            "id integer, placed_on date, at timestamptz, amount numeric, paid boolean, x text", Types(table));
        Assert.Contains(
            "# unsure: orders.XLSX has 2 sheets, of which 'Orders' was read",
            await ContractInference.InferAsync([file], default), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_Parquet_file_has_the_types_that_it_says()
    {
        using var folder = new TestDataFolder();
        var content = await ParquetDrop.WriteAsync(
            ParquetDrop.Of<long>("Id", 1, 2), ParquetDrop.Of<decimal>(new DecimalDataField("Amount", 9, 2), 1m, 2.5m),
            ParquetDrop.Text("code", "0012", "7"), ParquetDrop.Of<double>("x", null, null),
            ParquetDrop.List("n", [1], []),
            ParquetDrop.Of<DateTime>(
                new DateTimeDataField("at", DateTimeFormat.Timestamp, false, DateTimeTimeUnit.Micros, isNullable: true),
                DateTime.UnixEpoch, null),
            ParquetDrop.Of<bool>("b", true, null));
        var table = Assert.Single(await InferAsync(Write(folder, "orders.parquet", content)));
        Assert.Equal(
            "id bigint, amount numeric(9,2), code text, x double precision, n integer[], at timestamp, b boolean",
            Types(table));
        await EnsureLoadsAsync(table, content, "{0}.parquet");
    }

    [Fact]
    public async Task Files_of_one_table_give_one_contract_and_what_is_unsure_is_said()
    {
        using var folder = new TestDataFolder();
        string[] files =
        [
            Write(folder, "orders-1.csv", Encoding.UTF8.GetBytes("id,at\n1,03/04/2026\n2,05/06/2026\n")),
            Write(folder, "orders-2.csv", Encoding.UTF8.GetBytes("id,at,note\n1,03/04/2026,\n")),
        ];
        var text = await ContractInference.InferAsync(files, default);
        Assert.Contains("# 3 rows in 2 files, the first orders-1.csv", text, StringComparison.Ordinal);
        Assert.Contains("# unsure: whether dates are dd/MM/yyyy or MM/dd/yyyy: no value tells", text,
            StringComparison.Ordinal);
        Assert.Contains("# unsure: the key: it is unique in 3 rows, which may be chance", text,
            StringComparison.Ordinal);
        Assert.Contains("# unsure: no row has a value, so that any type would do", text, StringComparison.Ordinal);
        var table = Assert.Single(await InferAsync(files));
        Assert.Equal(("id", true), (table.PrimaryKey[0], table.Columns[2].IsOptional));
    }

    [Fact]
    public async Task The_command_prints_the_contract_or_writes_it_once()
    {
        using var folder = new TestDataFolder();
        var file = Write(folder, "plants.csv", Encoding.UTF8.GetBytes("id,name\n1,Fern\n"));
        var target = Path.Combine(folder.Path, "sources.yml");
        await using var test = await TestWarehouse.OfTinyShopAsync();
        var printed = await CliProcess.On(test).RunAsync("infer", file);
        Assert.Equal((0, ""), (printed.ExitCode, printed.Error));
        Assert.Contains("- name: plants", printed.Output, StringComparison.Ordinal);
        Assert.Equal(0, (await CliProcess.On(test).RunAsync("infer", file, "--out", target)).ExitCode);
        Assert.Equal(printed.Output.TrimEnd(), (await File.ReadAllTextAsync(target)).TrimEnd());
        var again = await CliProcess.On(test).RunAsync("infer", file, "--out", target);
        Assert.Equal(2, again.ExitCode);
        Assert.Contains("is there already; expected a new file", again.Error, StringComparison.Ordinal);
        var missing = await CliProcess.On(test).RunAsync("infer", Path.Combine(folder.Path, "none.csv"));
        Assert.Equal(2, missing.ExitCode);
        Assert.Contains("none.csv: is no file; expected one with rows of a table.", missing.Error,
            StringComparison.Ordinal);
    }

    private static string HeaderOf(SourceColumn column) =>
        column.SourceName == column.Name ? char.ToUpperInvariant(column.Name[0]) + column.Name[1..] : column.SourceName;

    private static string Types(SourceTable table) =>
        string.Join(", ", table.Columns.Select(column => $"{column.Name} {column.Type}"));

    private static string Write(TestDataFolder folder, string name, byte[] content)
    {
        var path = Path.Combine(folder.Path, name);
        File.WriteAllBytes(path, content);
        return path;
    }

    private static async Task<IReadOnlyList<SourceTable>> InferAsync(params string[] files)
    {
        using var folder = new TestDataFolder();
        await File.WriteAllTextAsync(
            Path.Combine(folder.Path, "sources.yml"), await ContractInference.InferAsync(files, default));
        var diagnostics = new List<Diagnostic>();
        var tables = SourceCatalogue.Read(folder.Path, diagnostics);
        Assert.Empty(diagnostics);
        return tables;
    }

    private async Task EnsureLoadsAsync(SourceTable table, byte[] content, string file)
    {
        await using var harness = await LoadHarness.CreateAsync(database, table with { Paths = [] });
        var result = await harness.LoadAsync(content, file: file);
        Assert.Equal((LoadOutcome.Loaded, 0), (result.Outcome, result.Quarantined));
        Assert.True(result.Inserted > 0);
    }
}
