using System.IO.Compression;
using System.Text;
using System.Text.Json;
using Greenery.Checks;
using Greenery.Runs;
using Greenery.Tests.Support;

namespace Greenery.Tests.Runs;

/// <summary>The whole daily run on the shop's real data.</summary>
public sealed class ShopRunTests(ShopRun shop) : IClassFixture<ShopRun>
{
    private const string Day = ShopRun.Day;

    private static readonly Dictionary<string, int> RowsInFiles = ShopRun.RowsInFiles;

    [ShopDataFact]
    public async Task The_known_figures_come_out()
    {
        var test = shop.Test;
        Assert.Equal("0.798387", await test.ValueAsync<string>(
            """
            with user_agg as (
              select count(user_id) as total_users_w_purchase,
                     sum(case when total_orders > 1 then 1 else 0 end) as repeat_purchases
              from marketing.fact_user_orders)
            select round(repeat_purchases * 1.0 / total_users_w_purchase, 6)::text from user_agg
            """));
        Assert.Equal("578 sessions, 467 add to cart, 361 check out, conversion 0.624567", await test.ValueAsync<string>(
            """
            select format('%s sessions, %s add to cart, %s check out, conversion %s', count(*), sum(add_to_cart_flag),
                sum(conversion_flag), round(avg(conversion_flag), 6))
            from marketing.converted_users
            """));
        Assert.Equal("99 of 124", await test.ValueAsync<string>(
            "select format('%s of %s', count(*) filter (where total_orders > 1), count(*)) from "
                + "marketing.fact_user_orders"));
        Assert.Equal(361, await test.ValueAsync<long>("select count(*) from core.fact_orders"));
        Assert.Equal(361, await test.ValueAsync<long>("select count(*) from core.int_user_orders"));
        Assert.Equal(1871, await test.ValueAsync<long>("select count(*) from product.fact_page_views"));
        var report = shop.Report;
        Assert.Equal(0.798387m, report.Metrics.Single(metric => metric.Metric == "repeat_rate").Value);
        Assert.Equal(0.624567m, report.Metrics.Single(metric => metric.Metric == "conversion_rate").Value);
        Assert.All(report.Metrics, metric => Assert.Null(metric.Error));
        Assert.DoesNotContain(report.Checks, check => check.Status is CheckStatus.Fail or CheckStatus.Error);
        // The data is years old, and one visitor has 219 of 578 sessions; there is no other warning.
        Assert.All(report.Checks.Where(check => check.Status == CheckStatus.Warn), check => Assert.True(
            check.Id.EndsWith(".freshness", StringComparison.Ordinal) || check.Id == "marketing.visitor_concentration",
            check.Message));
        Assert.Contains("\"sessions\": 219", Assert.Single(report.Checks.Single(check =>
            check.Id == "marketing.visitor_concentration").FailingRows), StringComparison.Ordinal);
        // Of campaigns the shop has sent nothing yet, it is younger than the 90 days after a first order, and there are
        // too few days to compare one with others.
        Assert.DoesNotContain(report.Checks, check => check.Status == CheckStatus.NotEvaluated
            && !check.Message.Contains("it is learning what is usual", StringComparison.Ordinal)
            && !check.Message.Contains("its first drop is that of", StringComparison.Ordinal)
            && !check.Message.EndsWith("it never had a drop", StringComparison.Ordinal)
            && !check.Model.Contains("campaign", StringComparison.Ordinal)
            && check.Model is not ("int_recipient_counts" or "order_status_history")
            && !check.Id.Contains("repeat_signal", StringComparison.Ordinal)
            && !check.Id.Contains("bought_again", StringComparison.Ordinal));
        Assert.Equal("13 too few to say", await test.ValueAsync<string>(
            "select string_agg(distinct count || ' ' || verdict, ', ') from (select verdict, count(*) from "
                + "marketing.repeat_signal_lift group by verdict) as counted"));
        Assert.Equal("862 lines, 89834.40 dollars, 516.00 off", await test.ValueAsync<string>(
            "select format('%s lines, %s dollars, %s off', count(*), sum(line_amount), sum(discount_share)) from "
                + "core.fact_order_items"));
    }

    [ShopDataFact]
    public async Task Every_row_of_the_files_is_in_staging()
    {
        var test = shop.Test;
        foreach (var (table, rows) in RowsInFiles)
        {
            Assert.Equal(rows, await test.ValueAsync<int>($"select count(*) from staging.{table}"));
        }
        var report = shop.Report;
        Assert.Equal(
            RowsInFiles.OrderBy(x => x.Key, StringComparer.Ordinal)
                .Select(x => new LoadLine(x.Key, 1, x.Value, x.Value, 0, 0, 0, 0)),
            report.Loads);
        Assert.Empty(report.Quarantine);
    }

    [ShopDataFact]
    public async Task A_second_run_loads_and_builds_nothing()
    {
        var test = shop.Test;
        var marts = await test.MartsAsync();
        var tables = await test.ListAsync("select table_name from ops.model_table order by 1");
        var second = await test.RunAsync();
        Assert.Equal(RunState.Unchanged, second.State);
        Assert.Empty(second.Loads);
        Assert.Empty(second.Models);
        Assert.Equal(marts, await test.MartsAsync());
        Assert.Equal(tables, await test.ListAsync("select table_name from ops.model_table order by 1"));
    }

    [ShopDataFact]
    public async Task Compressed_json_lines_end_in_the_same_marts()
    {
        var csv = shop.Test;
        await using var json = await TestWarehouse.OfRepositoryAsync();
        foreach (var table in RowsInFiles.Keys)
        {
            json.Put($"{Day}/{table}.ndjson.gz", Gzip(string.Join('\n', Objects(table)) + "\n"));
        }
        Assert.Equal(RunState.Published, (await json.RunAsync()).State);
        Assert.Equal(await csv.MartsAsync(), await json.MartsAsync());
    }

    [ShopDataFact]
    public async Task Json_arrays_end_in_the_same_marts()
    {
        var csv = shop.Test;
        await using var json = await TestWarehouse.OfRepositoryAsync();
        foreach (var table in RowsInFiles.Keys)
        {
            json.Put($"{Day}/{table}.json", $"[{string.Join(",\n", Objects(table))}]");
        }
        Assert.Equal(RunState.Published, (await json.RunAsync()).State);
        Assert.Equal(await csv.MartsAsync(), await json.MartsAsync());
    }

    [ShopDataFact]
    public async Task Daily_drops_run_one_by_one_end_in_the_same_marts()
    {
        var whole = shop.Test;
        await using var daily = await TestWarehouse.OfRepositoryAsync();
        foreach (var day in SplitByDay())
        {
            PutDay(daily, day);
            Assert.Equal(RunState.Published, (await daily.RunAsync()).State);
        }
        Assert.Equal(await StatesAsync(whole), await StatesAsync(daily));
        Assert.True(await daily.ValueAsync<long>("select count(*) from ops.run_model where is_delta") > 20);
        await AssertNothingIsLostAsync(daily);
    }

    [ShopDataFact]
    public async Task Daily_drops_that_come_in_the_wrong_order_end_in_the_same_marts()
    {
        var whole = shop.Test;
        await using var daily = await TestWarehouse.OfRepositoryAsync();
        foreach (var day in SplitByDay().Reverse())
        {
            PutDay(daily, day);
            await daily.RunAsync();
        }
        // The promotions come last; what the orders paid needs none.
        Assert.Equal(
            ["published", "published", "published", "published"],
            await daily.ListAsync("select state from ops.run order by run_id"));
        Assert.Equal(await StatesAsync(whole), await StatesAsync(daily));
        await AssertNothingIsLostAsync(daily);
    }

    [ShopDataFact]
    public async Task A_drop_that_is_loaded_late_never_overwrites_newer_state()
    {
        await using var test = await ShopRun.RunAsync();
        var marts = await StatesAsync(test);
        var old = (await File.ReadAllTextAsync(ShopRun.File("orders")))
            .Replace(",ups,", ",dhl,", StringComparison.Ordinal);
        test.Put("2021-02-11/orders.csv", old);
        var late = await test.RunAsync();
        Assert.Equal(new LoadLine("orders", 1, 361, 0, 0, 0, 361, 0), Assert.Single(late.Loads));
        Assert.Equal(0, RunStates.ExitCode(late.State));
        Assert.Equal(marts, await StatesAsync(test));
    }

    // Since when a status or a price holds is what the dates of the drops say.
    private static async Task<List<string>> StatesAsync(TestWarehouse test) => [.. (await test.MartsAsync())
        .Where(line => !line.StartsWith("core.order_status_history:", StringComparison.Ordinal)
            && !line.StartsWith("core.int_product_prices:", StringComparison.Ordinal))];

    private static async Task AssertNothingIsLostAsync(TestWarehouse test) => Assert.Equal(
        RowsInFiles.OrderBy(x => x.Key, StringComparer.Ordinal).Select(x => $"{x.Key} {x.Value}"),
        await test.ListAsync(
            "select format('%s %s', table_name, sum(rows_in_file)) from ops.load group by table_name order by 1"));

    /// <summary>The shop's rows as JSON objects; none of its fields is quoted, and an empty one is null.</summary>
    private static IEnumerable<string> Objects(string table)
    {
        var lines = Lines(table);
        var header = lines[0].Split(',');
        return lines.Skip(1).Select(line => JsonSerializer.Serialize(header.Zip(line.Split(','))
            .ToDictionary(field => field.First, field =>
            field.Second.Length == 0 ? null : field.Second, StringComparer.Ordinal)));
    }

    private static string[] Lines(string table)
    {
        var text = File.ReadAllText(ShopRun.File(table));
        Assert.DoesNotContain('"', text);
        return text.ReplaceLineEndings("\n").TrimEnd('\n').Split('\n');
    }

    /// <summary>
    /// Orders, their items and events by the date of their created_at; promotions before the orders that use them; of
    /// each other table the first half on the first day and the rest on the last.
    /// </summary>
    private static IEnumerable<IGrouping<string, (string Table, string Line)>> SplitByDay()
    {
        var orderDays = Lines("orders").Skip(1)
            .ToDictionary(line => line.Split(',')[0], line => line.Split(',')[4][..10], StringComparer.Ordinal);
        return RowsInFiles.Keys.SelectMany(table =>
            Lines(table).Skip(1).Select((line, index) => (table, line, day: table switch
        {
            "orders" or "order_items" => orderDays[line.Split(',')[0]],
            "events" => line.Split(',')[4][..10],
            "promos" => "2021-02-09",
            _ => index < RowsInFiles[table] / 2 ? "2021-02-09" : "2021-02-12",
        })))
            .GroupBy(x => x.day, x => (x.table, x.line))
            .OrderBy(group => group.Key, StringComparer.Ordinal);
    }

    private static void PutDay(TestWarehouse test, IGrouping<string, (string Table, string Line)> day)
    {
        foreach (var table in day.GroupBy(x => x.Table, x => x.Line))
        {
            test.Put($"{day.Key}/{table.Key}.csv", string.Join('\n', table.Prepend(Lines(table.Key)[0])));
        }
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
