using System.IO.Compression;
using System.Text;
using Greenery.Runs;
using Greenery.Tests.Support;

namespace Greenery.Tests.Runs;

/// <summary>Files as they should not be: what a person reads in the morning, and that nothing is lost.</summary>
public sealed class BadInputTests
{
    private const string Header = "order_id,user_id,amount,placed_on\n";
    private const string Orders = "2021-02-13/orders.csv";
    private const string NameForm =
        "its name does not have the form <yyyy-MM-dd>/<table>[-<part>].(csv|json|ndjson|jsonl|xlsx|parquet)[.gz]. "
        + "Rename it.";
    private const string Columns = "order_id, user_id, amount, placed_on";

    [Theory]
    [InlineData("id,total\n1,2\n",
        $"lacks columns {Columns}. Found: id, total. Expected: {Columns}. Does the file have no header line? "
        + $"Restore what is missing, or mark it config: optional: true (sql/sources.yml:10).")]
    [InlineData("\u0001\u0002\0PNG", "begins with '...PNG'")]
    public async Task A_file_that_is_no_table_is_refused_and_the_other_tables_are_loaded(string content, string message)
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        await test.RunAsync();
        var yesterday = await test.MartsAsync();
        test.Put(Orders, content);
        test.Put("2021-02-13/users.csv", "user_id,name,city\n4,Di,Oslo\n");

        var refused = await test.RunAsync();
        Assert.Equal((RunState.Published, 2), (refused.State, ExitCode(refused)));
        Assert.StartsWith($"{Orders}: {message}", refused.Message, StringComparison.Ordinal);
        Assert.Equal([new LoadLine("users", 1, 1, 1, 0, 0, 0, 0)], refused.Loads);
        string[] users = ["core.dim_users: 4,Di,Oslo"];
        Assert.Equal(yesterday.Concat(users).Order(StringComparer.Ordinal), await test.MartsAsync());

        // As long as it is not mended, every run says so.
        var again = await test.RunAsync();
        Assert.Equal((RunState.Refused, 2), (again.State, ExitCode(again)));
        Assert.StartsWith(again.Message!, refused.Message, StringComparison.Ordinal);

        test.Put(Orders, Header + "13,4,4,2021-02-13\n");
        var mended = await test.RunAsync();
        Assert.Equal(RunState.Published, mended.State);
        Assert.Equal([new LoadLine("orders", 1, 1, 1, 0, 0, 0, 0)], mended.Loads);
        Assert.Contains("marketing.fact_user_orders: 4,Oslo,1,4.00", await test.MartsAsync());
    }

    [Fact]
    public async Task A_refused_file_that_is_taken_away_is_no_obstacle_any_more()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        test.Put(Orders, "wrong\n1\n");
        Assert.Equal(2, ExitCode(await test.RunAsync()));
        File.Delete(Path.Combine(test.Drops, Orders));
        Assert.Equal(RunState.Published, (await test.RunAsync()).State);
    }

    [Fact]
    public async Task A_truncated_gzip_is_refused_and_nothing_of_it_is_kept()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        var rows = string.Concat(Enumerable.Range(20, 500).Select(i => $"{i},1,{i * 7919 % 1000},2021-02-13\n"));
        test.Put(Orders + ".gz", Gzip(Header + rows)[..^40]);
        var report = await test.RunAsync();
        Assert.Equal(2, ExitCode(report));
        Assert.StartsWith($"{Orders}.gz: ", report.Message, StringComparison.Ordinal);
        Assert.Contains("gzip", report.Message, StringComparison.Ordinal);
        Assert.Equal(3, await test.ValueAsync<long>("select count(*) from staging.orders"));
        test.Put(Orders + ".gz", Gzip(Header + rows));
        Assert.Equal(RunState.Published, (await test.RunAsync()).State);
        Assert.Equal(503, await test.ValueAsync<long>("select count(*) from core.fact_orders"));
    }

    [Fact]
    public async Task A_gzip_that_is_none_is_refused()
    {
        var report = await RunAsync(Orders + ".gz", Header + "13,1,4,2021-02-13\n");
        Assert.Equal(2, ExitCode(report));
        Assert.StartsWith(
            $"{Orders}.gz: does not begin with gzip data; expected them as its name ends with .gz. Compress it, or "
                + $"take .gz off its name.",
            report.Message);
    }

    [Fact]
    public async Task A_header_only_is_a_day_without_rows()
    {
        var report = await RunAsync(Orders, Header);
        Assert.Equal(RunState.Published, report.State);
        Assert.Contains(new LoadLine("orders", 2, 3, 3, 0, 0, 0, 0), report.Loads);
    }

    [Theory]
    [InlineData("13,1,4", "field_count", null, "found 3 fields, expected 4")]
    [InlineData("13,1,4,2021-02-13,x", "field_count", null, "found 5 fields, expected 4")]
    [InlineData("13,1,4,2021-02-30", "range", "placed_on",
        "found '2021-02-30', expected date as yyyy-MM-dd that exists")]
    [InlineData("13,,4,2021-02-13", "required", "user_id",
        "has no value, expected integer (-2147483648 to 2147483647)")]
    [InlineData("x,1,4,2021-02-13", "type", "order_id", "found 'x', expected integer (-2147483648 to 2147483647)")]
    [InlineData("13,1,\"4,2021-02-13", "quote", null,
        "found a quote that is not closed, has text after it or holds whole rows, expected \"...\" and \"\" for a "
            + "quote in it")]
    public async Task A_bad_row_is_quarantined_and_all_others_are_kept(
        string row, string rule, string? column, string message)
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        test.Put(Orders, $"{Header}{Good(20)}{row}\n");
        var report = await test.RunAsync();
        Assert.Equal(RunState.Published, report.State);
        Assert.Equal([new QuarantineLine("orders", rule, 1, Orders, 22, column, message)], report.Quarantine);
        Assert.Contains(new LoadLine("orders", 2, 24, 23, 0, 0, 0, 1), report.Loads);
        Assert.Equal(23, await test.ValueAsync<long>("select count(*) from core.fact_orders"));
        Assert.Equal(row, (await test.ValueAsync<string>("select raw from ops.quarantine"))!.TrimEnd('\n'));
    }

    [Fact]
    public async Task Too_many_bad_rows_refuse_the_drop_whole()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        var good = string.Concat(Enumerable.Range(13, 15).Select(id => $"{id},1,4,2021-02-13\n"));
        test.Put(Orders, $"{Header}{good}{string.Concat(Enumerable.Repeat("99,1,4\n", 5))}");
        var report = await test.RunAsync();
        Assert.Equal(2, ExitCode(report));
        Assert.StartsWith(
            $"{Orders}: 5 of 20 rows are bad, more than the 10% the contract allows (config: rejects: fail)",
            report.Message, StringComparison.Ordinal);
        Assert.Contains("The first: line 17: found 3 fields, expected 4", report.Message, StringComparison.Ordinal);
        Assert.Equal(3, await test.ValueAsync<long>("select count(*) from staging.orders"));
    }

    [Fact]
    public async Task A_row_that_is_not_utf8_is_quarantined_with_its_bytes()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        var good = string.Concat(Enumerable.Range(20, 20).Select(i => $"{i},Eve,Ulm\n"));
        test.Put("2021-02-13/users.csv",
            [.. Encoding.UTF8.GetBytes($"user_id,name,city\n{good}21,M"), 0xfc,
            .. Encoding.UTF8.GetBytes("ller,Ulm\n")]);
        var report = await test.RunAsync();
        Assert.Equal(RunState.Published, report.State);
        var line = Assert.Single(report.Quarantine);
        Assert.Equal(("encoding", 22, "name"), (line.Rule, line.Line, line.Column));
        Assert.Contains("not valid UTF-8", line.Message, StringComparison.Ordinal);
        Assert.Contains("4dfc6c6c6572",
            await test.ValueAsync<string>("select encode(raw_bytes, 'hex') from ops.quarantine"),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("byte order mark", "\uFEFFuser_id,name,city\n4,Di,Oslo\n")]
    [InlineData("CRLF", "user_id,name,city\r\n4,Di,Oslo\r\n")]
    [InlineData("no final line end", "user_id,name,city\n4,Di,Oslo")]
    [InlineData("CRLF, no final line end", "user_id,name,city\r\n4,Di,Oslo")]
    [InlineData("quotes", "user_id,name,\"city\"\n4,\"Di\",\"Oslo\"\n")]
    [InlineData("columns in another order", "city,user_id,name\nOslo,4,Di\n")]
    public async Task Ways_of_writing_a_file_make_no_difference(string what, string content)
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        test.Put("2021-02-13/users.csv", content);
        var report = await test.RunAsync();
        Assert.Equal((what, RunState.Published, 0), (what, report.State, report.Quarantine.Count));
        Assert.Contains("core.dim_users: 4,Di,Oslo", await test.MartsAsync());
    }

    [Fact]
    public async Task A_field_may_have_line_breaks_and_quotes_in_it()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        test.Put("2021-02-13/users.csv", "user_id,name,city\n4,\"Di \"\"the\r\nGreen\"\" O'Hara, jr.\",Oslo\n");
        Assert.Equal(RunState.Published, (await test.RunAsync()).State);
        Assert.Equal("Di \"the\r\nGreen\" O'Hara, jr.",
            await test.ValueAsync<string>("select name from core.dim_users where user_id = 4"));
    }

    [Theory]
    [InlineData("2021-02-13/ordres.csv",
        "the contract has no drops named 'ordres'. Did you mean 'orders'? Add the table to sources.yml, or rename "
        + "the file.")]
    [InlineData("2021-2-13/orders.csv", NameForm)]
    [InlineData("2021-02-30/orders.csv", NameForm)]
    [InlineData("2021-02-13/orders.xls", NameForm)]
    [InlineData("2021-02-13/orders.TSV", NameForm)]
    [InlineData("orders.csv", NameForm)]
    public async Task A_file_that_is_left_alone_is_named(string path, string why)
    {
        var report = await RunAsync(path, Header + "13,1,4,2021-02-13\n");
        Assert.Equal(RunState.Published, report.State);
        Assert.Equal([$"{path}: is not loaded: {why}"], report.Notes);
    }

    [Fact]
    public async Task A_drop_from_the_future_is_named_and_not_loaded()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        test.Put("2999-12-31/orders.csv", Header + "13,1,4,2021-02-13\n");
        test.Put("2999-12-31/users.csv", TinyShop.Users);
        var report = await test.RunAsync();
        Assert.Equal((RunState.Published, new DateOnly(2021, 2, 12)), (report.State, report.BusinessDate));
        Assert.Matches(
            @"^2999-12-31/orders\.csv: is not loaded: it is dated after today "
            + @"\(\d{4}-\d\d-\d\d, UTC\), and so are 1 more\. "
            + @"It is loaded when its day has come; correct its folder's name if that is wrong\.$",
            Assert.Single(report.Notes));
        // Any process that asks for a date knows that there are later ones.
        Assert.Empty((await test.RunAsync(new RunRequest { Date = new DateOnly(2021, 2, 12) })).Notes);
    }

    [Fact]
    public async Task An_empty_store_is_nothing_to_do_and_says_what_was_expected()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        Directory.Delete(Path.Combine(test.Drops, TinyShop.Day), recursive: true);
        var report = await test.RunAsync(new RunRequest { Date = new DateOnly(2021, 2, 12) });
        Assert.Equal(RunState.Unchanged, report.State);
        Assert.Equal(
            $"There is no drop in {test.Drops} up to 2021-02-12; expected files named "
                + $"<yyyy-MM-dd>/<table>[-<part>].(csv|json|ndjson|jsonl|xlsx|parquet)[.gz].",
            report.Message);
    }

    [Fact]
    public async Task A_file_that_comes_back_corrected_replaces_what_it_brought()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        test.Put(Orders, $"{Header}{Good(20)}13,1,four,2021-02-13\n");
        Assert.Single((await test.RunAsync()).Quarantine);
        test.Put(Orders, $"{Header}{Good(20)}13,1,4,2021-02-13\n");
        var report = await test.RunAsync();
        Assert.Equal([new LoadLine("orders", 1, 21, 1, 0, 20, 0, 0)], report.Loads);
        Assert.Equal(0, await test.ValueAsync<long>("select count(*) from ops.quarantine"));
        Assert.Equal(24, await test.ValueAsync<long>("select count(*) from core.fact_orders"));
    }

    private static int ExitCode(RunReport report) => RunStates.ExitCode(report.State, report.IsPartial);

    private static string Good(int rows) =>
        string.Concat(Enumerable.Range(20, rows).Select(i => $"{i},1,1,2021-02-13\n"));

    private static async Task<RunReport> RunAsync(string path, string content)
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        test.Put(path, content);
        return await test.RunAsync();
    }

    private static byte[] Gzip(string text)
    {
        var target = new MemoryStream();
        using (var gzip = new GZipStream(target, CompressionLevel.Fastest))
        {
            gzip.Write(Encoding.UTF8.GetBytes(text));
        }
        return target.ToArray();
    }
}
