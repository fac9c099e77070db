using System.Text.Json;
using Greenery.Runs;
using Greenery.Tests.Support;

namespace Greenery.Tests.Cli;

public sealed class QuarantineCommandTests
{
    private const string Drop = "2021-02-13/orders.csv";

    [Fact]
    public async Task What_is_in_quarantine_is_listed_by_drop_and_rule_with_an_example()
    {
        await using var test = await WithBadRowsAsync();
        var (exitCode, output, _) = await CliProcess.On(test).RunAsync("quarantine");
        Assert.Equal(0, exitCode);
        Assert.Contains($"{Drop} (orders): 2 rows", output);
        Assert.Contains("1 row, rule type; line 3: placed_on: ", output);
        Assert.Contains("       21,2,8,yesterday", output);
        Assert.Contains("3 rows in ops.quarantine.", output);
    }

    [Fact]
    public async Task A_row_with_personal_columns_is_not_shown_whole()
    {
        await using var test = await WithBadRowsAsync();
        var (exitCode, output, error) = await CliProcess.On(test)
            .RunAsync("quarantine", "--drop", "2021-02-13/users.csv", "--json");
        Assert.Equal(0, exitCode);
        var group = Assert.Single(JsonDocument.Parse(output).RootElement.EnumerateArray());
        Assert.Equal(
            ("users", "type", 1L, JsonValueKind.Null),
            (group.GetProperty("table").GetString(), group.GetProperty("rule").GetString(), group.GetProperty("rows")
                .GetInt64(),
                group.GetProperty("raw").ValueKind));
        Assert.DoesNotContain("Secret Name", output + error);
    }

    [Fact]
    public async Task A_replay_loads_what_passes_by_now_and_the_next_run_publishes_it()
    {
        await using var test = await WithBadRowsAsync();
        test.ChangeSql("sources.yml", "{name: user_id, data_type: integer, constraints: [{type: not_null}]}",
            "{name: user_id, data_type: integer}");
        var (exitCode, output, _) = await CliProcess.On(test).RunAsync("quarantine", "replay", "--drop", Drop);
        Assert.Equal(0, exitCode);
        Assert.Contains($"{Drop}: 1 row released, 1 stay", output);
        Assert.Contains("Rows released: 1. Rows that stay in quarantine: 1. The next run publishes what was released.",
            output);
        var last = await test.LastAsync();
        Assert.Equal((RunTrigger.Replay, RunState.Unchanged), (last.StartedBy, last.State));
        Assert.Equal(4, await test.ValueAsync<long>("select count(*) from core.fact_orders"));
        Assert.Equal(RunState.Published, (await test.RunAsync()).State);
        Assert.Equal(5, await test.ValueAsync<long>("select count(*) from core.fact_orders"));
    }

    [Fact]
    public async Task A_replay_with_json_says_the_same_to_machines()
    {
        await using var test = await WithBadRowsAsync();
        File.Delete(Path.Combine(test.Drops, "2021-02-13", "users.csv"));
        var (exitCode, output, error) = await CliProcess.On(test).RunAsync("quarantine", "replay", "--json");
        Assert.Equal(0, exitCode);
        var result = JsonDocument.Parse(output).RootElement;
        Assert.Equal((0L, 2L), (result.GetProperty("released").GetInt64(), result.GetProperty("kept").GetInt64()));
        Assert.Contains("2021-02-13/users.csv: is not replayed",
            Assert.Single(result.GetProperty("notes").EnumerateArray()).GetString());
        Assert.Contains("Rows released: 0. Rows that stay in quarantine: 2.", error);
    }

    [Theory]
    [InlineData("quarantine")]
    [InlineData("quarantine", "replay")]
    public async Task A_drop_that_was_never_seen_is_bad_usage(params string[] command)
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        var (exitCode, output, error) = await CliProcess.On(test).RunAsync([.. command, "--drop", "orders.csv"]);
        Assert.Equal(2, exitCode);
        Assert.Contains("orders.csv: is no drop that was ever seen; expected a path as the drops have it", output
            + error);
    }

    [Fact]
    public async Task Nothing_in_quarantine_is_nothing_to_do()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        await test.RunAsync();
        Assert.Contains("There is nothing in quarantine.", (await CliProcess.On(test).RunAsync("quarantine")).Output);
        var (exitCode, output, _) = await CliProcess.On(test).RunAsync("quarantine", "replay");
        Assert.Equal((0, "There is nothing in quarantine."), (exitCode, output.Trim()));
    }

    [Fact]
    public async Task A_replay_does_not_wait_but_says_who_is_at_work()
    {
        await using var test = await WithBadRowsAsync();
        await test.Database.StartAsync();
        var (exitCode, output, _) = await CliProcess.On(test).RunAsync("quarantine", "replay");
        Assert.Equal(3, exitCode);
        Assert.Contains("One run at a time", output);
    }

    private static async Task<TestWarehouse> WithBadRowsAsync()
    {
        var test = await TestWarehouse.OfTinyShopAsync();
        test.ChangeSql("sources.yml", "- name: shop\n", "- name: shop\n    config: {rejects: {fail: 100%}}\n");
        test.Put(Drop, "order_id,user_id,amount,placed_on\n20,,8,2021-02-13\n21,2,8,yesterday\n22,2,8,2021-02-13\n");
        test.Put("2021-02-13/users.csv", "user_id,name,city\nx,Secret Name,Rome\n");
        Assert.Equal(RunState.Published, (await test.RunAsync()).State);
        return test;
    }
}
