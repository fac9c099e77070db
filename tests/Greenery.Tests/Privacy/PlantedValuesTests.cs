using Greenery.Tests.Support;

namespace Greenery.Tests.Privacy;

/// <summary>
/// No value of a personal column is in anything that the product writes or sends, wherever in a file it was: messages,
/// terminal, logs, ledgers, HTTP answers, mails, cards, digests and the page.
/// </summary>
public sealed class PlantedValuesTests : IDisposable
{
    private readonly TestDataFolder _out = new("planted");
    private readonly PlantedSearch _search = new();

    public void Dispose() => _out.Dispose();

    [Fact]
    public async Task No_planted_value_is_written_or_sent()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        WriteSql(test);
        PlantedFiles.PutQuarantined(test);
        await RunAsync(test, "run", 0);
        Assert.Superset(
            new HashSet<string> { "type", "field_count", "quote", "encoding", "nul", "required", "json", "range" },
            (await test.ListAsync("select distinct rule from ops.quarantine where raw ilike '%zqx%'")).ToHashSet());
        Assert.Equal(["ZqxGood"], await test.ListAsync("select who from core.dim_users where user_id = 1"));

        PlantedFiles.PutRefused(test);
        await RunAsync(test, "run", 2);
        Assert.InRange(
            await test.ValueAsync<long>("select count(*) from ops.run_drop where outcome = 'refused'"), 9, 12);
        await CliAsync(test, "status");

        Directory.Delete(Path.Combine(test.Drops, "2021-02-13"), recursive: true);
        test.ChangeSql("core/core.yml", "{values: [Bo], config: {severity: warn}}", "{values: [Bo]}");
        await RunAsync(test, "run", 1);
        test.WriteSql("core/failing.sql", "select user_id, name::integer as number from users where user_id < 4\n");
        test.ChangeSql("core/core.yml", "  - name: fact_orders\n",
            "  - name: failing\n    columns: [{name: number, meta: {pii: true}}]\n  - name: fact_orders\n");
        Assert.NotEqual(0, (await CliAsync(test, "run", "--json", "--log-format", "json")).ExitCode);
        await ReadAsync(test);
        await ServeAsync(test);
        _search.AddFolder(_out.Path);
        await _search.AddLedgersAsync(test);

        var found = _search.Found();
        Assert.True(found.Count == 0, string.Join('\n', found));
        Heard();
    }

    // A search of nothing finds nothing: each place has to have been written to.
    private void Heard()
    {
        foreach (var (place, said) in new[]
        {
            ("run", "***"), ("log-format", "invalid input syntax"), ("status", "core.dim_users"),
            ("quarantine", "users.csv"), ("alerts", "dim_users"),
            (".html", "dim_users"), (".html", "lacks columns"), (".eml", "personal data"), (".json", "AdaptiveCard"),
            ("/api/runs", "users"),
            ("/api/report", "dim_users"), ("ops.quarantine", "***"), ("ops.run_drop", "lacks columns"),
            ("serve", "invalid input syntax"), ("ops.run_drop", "different values"), ("ops.outbox", "\"digest\""),
            ("ops.failing_row", "***"), ("ops.check_result", "personal data"), ("ops.outbox", "dim_users"),
            ("ops.step", "invalid input syntax"), ("ops.metric", "invalid input syntax"), ("ops.load", "***"),
        })
        {
            Assert.True(_search.TextOf(place).Contains(said, StringComparison.Ordinal),
                $"'{said}' is not in what was read at '{place}': {_search.TextOf(place)}");
        }
    }

    // The commands that show values; each is a process, and the page is read where runs write it.
    private async Task ReadAsync(TestWarehouse test)
    {
        string[][] commands =
            [["status"], ["quarantine"], ["quarantine", "--json"], ["plan"], ["alerts"], ["validate"],
                ["quarantine", "replay"]];
        foreach (var command in commands)
        {
            await CliAsync(test, command);
        }
    }

    private async Task ServeAsync(TestWarehouse test)
    {
        await using var serving = await Serving.StartAsync(Cli(test).With("Greenery__Schedule", "0 0 0 1 1 *"));
        await serving.PostAsync("/api/runs");
        await Wait.UntilAsync(
            async () => serving.Output.Contains(" ended as refused", StringComparison.Ordinal),
            () => serving.HasExited);
        foreach (var path in (await test.ListAsync("select '/api/runs/' || run_id from ops.run"))
            .Concat(["/api/runs", "/api/report", "/api/health"]))
        {
            _search.Add(path, (await serving.GetAsync(path)).Text);
        }
        _search.Add("serve", serving.Output);
    }

    private async Task RunAsync(TestWarehouse test, string command, int exitCode)
    {
        var result = await CliAsync(test, command);
        Assert.True(result.ExitCode == exitCode, $"{result.ExitCode}: {result.Output}{result.Error}");
    }

    private async Task<CliResult> CliAsync(TestWarehouse test, params string[] command)
    {
        var result = await Cli(test).RunAsync(command);
        _search.Add(string.Join(' ', command), result);
        return result;
    }

    private CliProcess Cli(TestWarehouse test) => CliProcess.On(test)
        .With("Greenery__Alerts__Folder", Path.Combine(_out.Path, "alerts"))
        .With("Greenery__Alerts__Owner", "data@greenery.example")
        .With("Greenery__Reports", Path.Combine(_out.Path, "reports"));

    private static void WriteSql(TestWarehouse test)
    {
        test.WriteSql("sources.yml", PlantedFiles.Sources);
        test.WriteSql("core/dim_users.sql", "select user_id, name as who, city, born, phone, profile from users\n");
        test.WriteSql("core/dim_members.sql", "select email as login, since from members where _gone_since is null\n");
        test.WriteSql("marketing/letters.sql",
            "select user_id, who as addressee, 'Dear ' || who as salutation from dim_users\n");
        test.WriteSql("marketing/marketing.yml",
            """
            version: 2
            models:
              - name: letters
                columns:
                  - {name: addressee, data_tests: [{accepted_values: {values: [Bo], config: {severity: warn}}}]}
                  - name: salutation
                    meta: {pii: true}
                    data_tests: [{accepted_values: {values: [Dear], config: {severity: warn}}}]
            """);
        test.WriteSql("core/checks/loud.sql",
            "-- severity: warn\nselect user_id, who, upper(who) as loud, profile ->> 'a' as p from dim_users\n");
        test.WriteSql("metrics/longest.sql",
            "-- Longest (count): fails with a value in PostgreSQL's message.\n"
            + "select max(who)::numeric as value from core.dim_users\n");
        test.WriteSql("core/core.yml",
            """
            version: 2
            models:
              - name: dim_users
                columns:
                  - name: who
                    data_tests:
                      - accepted_values: {values: [Bo], config: {severity: warn}}
                      - unique: {config: {severity: warn}}
                  - name: born
                    data_tests: [{accepted_values: {values: ["2000-01-01"], config: {severity: warn}}}]
                  - name: phone
                    data_tests: [{accepted_range: {max_value: 5, config: {severity: warn}}}]
              - name: dim_members
                columns:
                  - name: login
                    data_tests:
                      - accepted_values: {values: [Bo], config: {severity: warn}}
                      - relationships: {to: dim_users, field: who, config: {severity: warn}}
              - name: fact_orders
                config: {materialized: incremental, unique_key: order_id}
            """);
    }
}
