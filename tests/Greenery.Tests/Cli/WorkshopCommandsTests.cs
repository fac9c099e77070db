using System.Text.RegularExpressions;
using Greenery.Runs;
using Greenery.Tests.Docs;
using Greenery.Tests.Support;

namespace Greenery.Tests.Cli;

/// <summary><c>preview</c> and <c>diff</c> as processes, for a role whose transactions only read.</summary>
public sealed partial class WorkshopCommandsTests
{
    [Fact]
    public async Task A_change_is_tried_as_the_page_says()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        await test.RunAsync();
        var program = CliProcess.On(test).With("Greenery__Warehouse",
            $"{test.Database.ConnectionString};Options=-c default_transaction_read_only=on");
        test.ChangeSql("core/dim_users.sql", "select user_id, name, city from users",
            "select user_id, name, upper(city) as city from users order by user_id");

        var preview = await program.RunAsync("preview", "dim_users", "--limit", "2");

        Assert.Equal((0, ""), (preview.ExitCode, preview.Error));
        Assert.Equal(Example("preview dim_users --limit 2"), Trimmed(preview.Output));
        var json = (await program.RunAsync("preview", "core.dim_users", "--json")).Json;
        Assert.Equal("""{"user_id":1,"name":"***","city":"LISBON"}""",
            System.Text.Json.JsonSerializer.Serialize(json[0]));
        var sql = await new CliProcess().With("Greenery__Sql", test.Sql).RunAsync("preview", "fact_orders", "--sql");
        Assert.Equal((0, ""), (sql.ExitCode, sql.Error));
        Assert.Equal(Example("preview fact_orders --sql"), sql.Output.TrimEnd());
        Assert.InRange(await test.ValueAsync<int>(sql.Output), 10, 12);

        test.Put("2021-02-13/users.csv", "user_id,name,city\n2,Bo,Lund\n4,Ed,Oslo\n");
        Assert.Equal(RunState.Published, (await test.RunAsync()).State);
        var diff = await program.RunAsync("diff");
        Assert.Equal((0, ""), (diff.ExitCode, diff.Error));
        Assert.Equal(Example("diff"), diff.Output.TrimEnd());
        var rows = (await program.RunAsync("diff", "dim_users", "--run", "1", "--run", "2", "--json")).Json[0]
            .GetProperty("rows");
        Assert.Equal(3, rows.GetProperty("changed").GetInt64());
        Assert.Equal("LUND", rows.GetProperty("changed_rows")[1].GetProperty("values")[0].GetProperty("after")
            .GetString());
    }

    [Fact]
    public async Task A_change_is_tried_beside_what_readers_see_and_published_as_the_page_says()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        await test.RunAsync();
        var program = CliProcess.On(test);
        test.ChangeSql("core/dim_users.sql", "select user_id, name, city from users",
            "select user_id, name, upper(city) as city from users order by user_id");

        var tried = await program.RunAsync("run", "--select", "dim_users+", "--no-publish");

        Assert.Equal((0, ""), (tried.ExitCode, tried.Error));
        Assert.Equal(Timeless(Example("run --select dim_users+ --no-publish")), Summary(tried.Output));
        Assert.Equal(3, (await program.RunAsync("diff", "dim_users", "--run", "2", "--json")).Json[0]
            .GetProperty("rows").GetProperty("changed").GetInt64());
        var published = await program.RunAsync("publish", "2");
        Assert.Equal((0, ""), (published.ExitCode, published.Error));
        Assert.Equal(Timeless(Example("publish 2")), Summary(published.Output));
        var again = await program.RunAsync("publish", "2", "--json");
        Assert.Equal((0, "unchanged"), (again.ExitCode, again.Json.GetProperty("state").GetString()));

        test.ChangeSql("core/dim_users.sql", "upper(city)", "lower(city)");
        var shown = await program.RunAsync("run", "--env", "dev_ana");
        Assert.Equal((0, ""), (shown.ExitCode, shown.Error));
        var listed = await program.RunAsync("env");
        Assert.Equal(Timeless(Example("run --env dev_ana")), Summary(shown.Output));
        Assert.Equal(Example("env"), Trimmed(listed.Output));
        Assert.Equal(4, (await program.RunAsync("env", "--json")).Json[0].GetProperty("run_id").GetInt64());
        var dropped = await program.RunAsync("env", "drop", "dev_ana");
        Assert.Equal((0, "Environment dev_ana is gone: schemas dev_ana_core, dev_ana_marketing, dev_ana_product. "
            + "What it showed is kept as that of any other try."), (dropped.ExitCode, dropped.Output.TrimEnd()));
        Assert.Equal("There is no environment. 'greenery run --env NAME' makes one.",
            (await program.RunAsync("env")).Output.TrimEnd());

        test.ChangeSql("core/core.yml", "min_value: 0", "min_value: 6");
        var failed = await program.RunAsync("run", "--select", "fact_orders", "--no-publish");
        Assert.Equal(1, failed.ExitCode);
        Assert.Contains("  What was tried is in schema run_5; 'greenery diff --run 5' compares it.", failed.Output,
            StringComparison.Ordinal);
        Assert.Equal("tried", (await program.RunAsync("run", "--select", "dim_users", "--no-publish", "--json"))
            .Json.GetProperty("state").GetString());
    }

    [Fact]
    public async Task What_cannot_be_shown_exits_with_2()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        foreach (var (message, arguments) in new (string, string[])[]
        {
            ("Did you mean 'dim_users'?", ["preview", "dim_user"]),
            ("--limit is 0; expected 1 to 10000 rows.", ["preview", "dim_users", "--limit", "0"]),
            ("diff: nothing is published yet", ["diff", "dim_users"]),
            ("--run is given 3 times", ["diff", "--run", "1", "--run", "2", "--run", "3"]),
            ("--select needs --no-publish or --env: a run that publishes", ["run", "--select", "dim_users"]),
            ("so it has no use for --date.", ["run", "--no-publish", "--date", "2021-02-12"]),
            ("--env loads and publishes nothing, so it has no use for --reload.", ["run", "--env", "dev", "--reload"]),
            ("--env: 'Dev' cannot be an environment;", ["run", "--env", "Dev"]),
            ("env drop: there is no environment dev;", ["env", "drop", "dev"]),
            ("env drop: 'Dev' cannot be an environment;", ["env", "drop", "Dev"]),
            ("so it has no use for --full-refresh.", ["run", "--no-publish", "--full-refresh"]),
            ("--select: 'dim_user' is no model;", ["run", "--no-publish", "--select", "dim_user+"]),
            ("'x' is no run; expected the number of a run that tried models.", ["publish", "x"]),
            ("publish: there is no run 7; expected a run that tried models, and none is kept", ["publish", "7"]),
        })
        {
            var refused = await CliProcess.On(test).RunAsync(arguments);
            Assert.Equal((2, ""), (refused.ExitCode, refused.Output));
            Assert.Contains(message, refused.Error, StringComparison.Ordinal);
        }
    }

    // A table for people ends in blanks.
    private static string Trimmed(string output) =>
        string.Join('\n', output.Split('\n').Select(line => line.TrimEnd())).Trim('\n');

    // Steps end in any order.
    private static string Summary(string output) =>
        Timeless(Trimmed(output[output.IndexOf("\nRun ", StringComparison.Ordinal)..]));

    private static string Timeless(string output) => Times().Replace(output, "0.1 s");

    [GeneratedRegex(@"\d+(\.\d)? (ms|s)\b")]
    private static partial Regex Times();

    /// <summary>What the page says a command prints.</summary>
    private static string Example(string command) => MarkdownPage.All.SelectMany(page => page.Blocks("text"))
        .Single(block => block.Split('\n')[0] == $"$ greenery {command}").Split('\n', 2)[1].Trim('\n');
}
