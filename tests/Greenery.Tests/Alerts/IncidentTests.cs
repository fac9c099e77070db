using Greenery.Alerts.Messages;
using Greenery.Alerts.Routing;
using Greenery.Runs;

namespace Greenery.Tests.Alerts;

/// <summary>When people are notified of what checks find, and when not.</summary>
public sealed class IncidentTests
{
    private const string Unique = "core.dim_users.user_id.unique";

    [Fact]
    public async Task A_failing_check_is_reported_once_and_its_recovery_says_how_long_it_lasted()
    {
        await using var scenario = await AlertScenario.StartAsync();
        scenario.DoubleUsers(true);
        await scenario.RunAsync();
        var message = Assert.Single(scenario.Mail.Taken);
        Assert.Equal(
            (AlertScenario.Data, $"Nothing was published: {Unique} fails (run 1, 2021-02-12)", MessageSeverity.Error),
            (message.To.Address, message.Message.Title, message.Message.Severity));
        Assert.Equal(
            [$"Error {Unique} (data@greenery.example): unique on core.dim_users.user_id: 2 of 4 rows fail; found "
                + "'2' (2); expected each value once [2, before ] new"],
            AlertScenario.Problems(message.Message));
        Assert.Equal("Nothing was published yet: readers see nothing.", AlertScenario.Paragraphs(message.Message)[0]);
        scenario.Notified();

        await scenario.RunAsync();
        Assert.Empty(scenario.Notified());

        await scenario.Test.ExecuteAsync("update ops.incident set opened_at = opened_at - interval '2 days 3 hours'");
        scenario.DoubleUsers(false);
        await scenario.RunAsync();
        var recovery = Assert.Single(scenario.Mail.Taken).Message;
        Assert.Equal(($"Right again: {Unique} (run 3, 2021-02-12)", MessageSeverity.Good),
            (recovery.Title, recovery.Severity));
        Assert.Equal(
            [$"Good {Unique} (data@greenery.example): unique on core.dim_users.user_id: 0 of 3 rows fail [0, before "
                + $"2] right again after 2 days 3 hours"],
            AlertScenario.Problems(recovery));
        Assert.Equal(["Readers see run 3, data through 2021-02-12."], AlertScenario.Paragraphs(recovery));
    }

    [Fact]
    public async Task A_warning_that_becomes_an_error_is_reported_again_and_so_is_one_that_deescalates()
    {
        await using var scenario = await AlertScenario.StartAsync();
        const string warn = "{min_value: 6, config: {severity: warn}}";
        scenario.Test.ChangeSql("core/core.yml", "{min_value: 0}", warn);
        await scenario.RunAsync();
        Assert.Equal([$"{AlertScenario.Data}: core.fact_orders.amount.accepted_range warns (run 1, 2021-02-12)"],
            scenario.Notified());

        scenario.Test.ChangeSql("core/core.yml", warn, "{min_value: 6}");
        await scenario.RunAsync();
        var worse = Assert.Single(scenario.Mail.Taken).Message;
        Assert.Equal("Nothing was published: core.fact_orders.amount.accepted_range fails (run 2, 2021-02-12)",
            worse.Title);
        Assert.Matches("^Error .* \\[1, before 1\\] worse: a warning for less than a minute before$",
            Assert.Single(AlertScenario.Problems(worse)));
        scenario.Notified();

        scenario.Test.ChangeSql("core/core.yml", "{min_value: 6}", warn);
        await scenario.RunAsync();
        Assert.Equal(
            [$"{AlertScenario.Data}: Better: core.fact_orders.amount.accepted_range only warns now (run 3, "
            + $"2021-02-12)"], scenario.Notified());
    }

    [Fact]
    public async Task There_is_one_message_per_run_channel_and_owner_never_one_per_check()
    {
        await using var scenario = await AlertScenario.StartAsync();
        scenario.Test.ChangeSql("core/core.yml", $"- name: dim_users\n    meta: {{owner: {AlertScenario.Data}}}",
            $"- name: dim_users\n    meta: {{owner: {AlertScenario.Data}, subscribers: [ana@greenery.example, "
                + $"shop-team]}}");
        scenario.Test.ChangeSql("core/core.yml", "{min_value: 0}", "{min_value: 6}");
        scenario.Settings = scenario.Settings with
            { Subscribers = [new Subscription("all@greenery.example", [], "x")] };
        scenario.DoubleUsers(true);
        scenario.Test.WriteSql("core/checks/london.sql",
            "-- owner: sales@greenery.example\nselect user_id from dim_users where city <> 'London'");
        await scenario.RunAsync();
        Assert.Equal(
            [
                $"all@greenery.example: Nothing was published: 3 checks fail (run 1, 2021-02-12)",
                $"ana@greenery.example: Nothing was published: 2 checks fail (run 1, 2021-02-12)",
                $"{AlertScenario.Data}: Nothing was published: 2 checks fail (run 1, 2021-02-12)",
                $"{AlertScenario.Sales}: Nothing was published: core.london fails (run 1, 2021-02-12)",
                $"shop-team: Nothing was published: 2 checks fail (run 1, 2021-02-12)",
            ],
            scenario.Notified().Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task What_a_run_does_not_look_at_stays_as_it_is()
    {
        await using var scenario = await AlertScenario.StartAsync();
        scenario.Test.ChangeSql("core/core.yml", "{min_value: 0}", "{min_value: 6, config: {severity: warn}}");
        await scenario.RunAsync();
        scenario.Notified();
        // Only users change, so orders are not checked; and a run that is refused at the door checks nothing.
        scenario.Test.Put("2021-02-13/users.csv", "user_id,name,city\n4,Di,Oslo\n");
        await scenario.RunAsync();
        scenario.Test.Put("2021-02-14/users.csv", "wrong\n1\n");
        await scenario.RunAsync();
        Assert.Equal(["ops@greenery.example: Nothing was published: the run was refused (run 3, 2021-02-14)"],
            scenario.Notified());
        Assert.Equal(["core.fact_orders.amount.accepted_range warn", "run error"],
            await scenario.Test.ListAsync(
                "select subject || ' ' || level from ops.incident where level <> 'ok' order by 1"));
    }

    [Fact]
    public async Task A_refused_drop_is_reported_with_what_was_not_updated_until_all_is_published()
    {
        await using var scenario = await AlertScenario.StartAsync();
        await scenario.RunAsync();
        scenario.Notified();
        scenario.Test.Put("2021-02-13/users.csv", "wrong\n1\n");
        scenario.Test.Put("2021-02-13/orders.csv", "order_id,user_id,amount,placed_on\n13,1,4,2021-02-13\n");
        await scenario.RunAsync();
        var paragraphs = AlertScenario.Paragraphs(Assert.Single(scenario.Mail.Taken).Message);
        Assert.Equal(
            "Readers see run 2, data through 2021-02-13. Not updated: core.dim_users, marketing.fact_user_orders.",
            paragraphs[0]);
        Assert.StartsWith("Why: 2021-02-13/users.csv: lacks columns", paragraphs[1], StringComparison.Ordinal);
        Assert.StartsWith("What to do: put right what is named above", paragraphs[2], StringComparison.Ordinal);
        Assert.Equal(["ops@greenery.example: Published in part: a drop was refused (run 2, 2021-02-13)"],
            scenario.Notified());
        scenario.Test.Put("2021-02-13/users.csv", "user_id,name,city\n4,Di,Oslo\n");
        await scenario.RunAsync();
        Assert.Equal(["ops@greenery.example: Right again: run 3 (run 3, 2021-02-13)"], scenario.Notified());
    }

    [Fact]
    public async Task A_check_that_is_taken_out_of_the_project_closes_without_a_message_but_not_without_a_note()
    {
        await using var scenario = await AlertScenario.StartAsync();
        scenario.Test.ChangeSql("core/core.yml", "{min_value: 0}", "{min_value: 6, config: {severity: warn}}");
        await scenario.RunAsync();
        scenario.Notified();
        scenario.Test.ChangeSql("core/core.yml",
            "\n        data_tests:\n          - accepted_range: {min_value: 6, config: {severity: warn}}", "");
        var run = await scenario.RunAsync();
        Assert.Empty(scenario.Notified());
        Assert.Equal(["ok"], await scenario.Test.ListAsync("select level from ops.incident"));
        Assert.Contains(
            "core.fact_orders.amount.accepted_range, open for less than a minute, is no longer part of the project: "
                + "closed.",
            (await scenario.Test.LastAsync()).Notes);
        Assert.Equal(RunState.Published, run.State);
    }

    [Fact]
    public async Task A_check_recovers_when_the_version_that_failed_is_given_up()
    {
        await using var scenario = await AlertScenario.StartAsync();
        await scenario.RunAsync();
        scenario.DoubleUsers(true);
        await scenario.RunAsync();
        scenario.Notified();
        scenario.DoubleUsers(false);
        Assert.Equal(RunState.Unchanged, (await scenario.RunAsync()).State);
        Assert.Equal([$"{AlertScenario.Data}: Right again: {Unique} (run 3, 2021-02-12)"], scenario.Notified());
    }

    [Theory]
    [InlineData("error", "where amount > 8", "delete")]
    [InlineData("warn", "where amount > 8", "delete")]
    [InlineData("error", "", "empty")]
    [InlineData("warn", "", "empty")]
    public async Task A_check_recovers_when_a_published_run_leaves_no_row_to_look_at(
        string severity, string where, string how)
    {
        await using var scenario = await AlertScenario.StartAsync();
        var condition = where.Length == 0 ? "" : ", where: \"amount > 8\"";
        scenario.Test.ChangeSql("core/core.yml", "{min_value: 0}",
            $"{{max_value: 6, config: {{severity: {severity}{condition}}}}}");
        scenario.Test.ChangeSql("core/core.yml", "unique_key: order_id}", "unique_key: order_id, may_be_empty: true}");
        await scenario.RunAsync();
        scenario.Notified();
        scenario.Test.ChangeSql("core/fact_orders.sql", "> :since",
            how == "empty" ? "> :since and amount < 0" : "> :since and amount < 8");

        Assert.Equal(RunState.Published, (await scenario.RunAsync()).State);

        Assert.Contains("core.fact_orders.amount.accepted_range: no row is left to look at",
            await scenario.Test.ListAsync("select message from ops.incident where level = 'ok'"));
        Assert.Contains(scenario.Notified(), title =>
            title.Contains("Right again: core.fact_orders.amount.accepted_range", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("error")]
    [InlineData("warn")]
    public async Task A_check_without_rows_in_what_readers_see_recovers_when_the_failing_version_is_given_up(
        string severity)
    {
        await using var scenario = await AlertScenario.StartAsync();
        scenario.Test.ChangeSql("core/core.yml", "{min_value: 0}",
            $"{{max_value: 6, config: {{where: amount > 9, severity: {severity}}}}}");
        await scenario.RunAsync();
        scenario.Test.ChangeSql("core/fact_orders.sql", "user_id, amount,", "user_id, amount + 9 as amount,");
        scenario.DoubleUsers(true);
        Assert.Equal(RunState.ChecksFailed, (await scenario.RunAsync()).State);
        scenario.Notified();
        scenario.Test.ChangeSql("core/fact_orders.sql", "amount + 9 as amount", "amount");
        scenario.DoubleUsers(false);

        Assert.Equal(RunState.Unchanged, (await scenario.RunAsync()).State);

        Assert.Empty(await scenario.Test.ListAsync("select subject from ops.incident where level <> 'ok'"));
    }

    [Fact]
    public async Task Rerunning_an_old_date_neither_resolves_nor_opens_a_freshness_incident()
    {
        await using var scenario = await AlertScenario.StartAsync();
        scenario.Test.ChangeSql("sources.yml", "      - name: users\n",
            "      - name: users\n        config: {freshness: {warn_after: {count: 1, period: day}}}\n");
        await scenario.RunAsync();
        Assert.Contains(scenario.Notified(), title =>
            title.Contains("staging.users.freshness", StringComparison.Ordinal));

        await scenario.RunAsync(new RunRequest { Date = new DateOnly(2021, 2, 12), IsReload = true });
        await scenario.RunAsync();

        Assert.Empty(scenario.Notified());
        Assert.Equal(["staging.users.freshness"],
            await scenario.Test.ListAsync("select subject from ops.incident where level <> 'ok'"));
    }

    [Fact]
    public async Task What_stays_open_is_reported_again_after_so_many_days_and_after_as_many_again()
    {
        await using var scenario = await AlertScenario.StartAsync();
        scenario.DoubleUsers(true);
        await scenario.RunAsync();
        scenario.Notified();
        scenario.Time.Advance(TimeSpan.FromDays(2.9));
        await scenario.CheckAsync();
        Assert.Empty(scenario.Notified());
        scenario.Time.Advance(TimeSpan.FromDays(0.2));
        await scenario.CheckAsync();
        await scenario.CheckAsync();
        var reminder = Assert.Single(scenario.Mail.Taken).Message;
        Assert.Equal($"Still open: {Unique}", reminder.Title);
        Assert.Matches(@"\[2, before 2\] open for 3 days, since \d{4}-\d\d-\d\d$",
            Assert.Single(AlertScenario.Problems(reminder)));
        Assert.Equal(
            $"select failing_row from ops.failing_row where run_id = 1 and check_id = '{Unique}';",
            reminder.Blocks.OfType<Block.Problems>().Single().Items.Single().RowsSql);
        scenario.Notified();
        scenario.Time.Advance(TimeSpan.FromDays(3));
        await scenario.CheckAsync();
        Assert.Equal([$"{AlertScenario.Data}: Still open: {Unique}"], scenario.Notified());
    }

    [Fact]
    public async Task Failing_rows_are_shown_with_personal_columns_masked_and_links_lead_to_the_run()
    {
        await using var scenario = await AlertScenario.StartAsync();
        scenario.Settings = scenario.Settings with { Url = new Uri("https://greenery.example/data/") };
        scenario.DoubleUsers(true);
        await scenario.RunAsync();
        var message = Assert.Single(scenario.Mail.Taken).Message;
        var sample = Assert.Single(message.Blocks.OfType<Block.Samples>());
        Assert.Equal(
            ($"Failing rows of {Unique}", "user_id, city, name"), (sample.Caption, string.Join(", ", sample.Columns)));
        Assert.Equal(["2, Malmo, ***", "2, Malmo, ***"], sample.Rows.Select(row => string.Join(", ", row)));
        Assert.Equal(
            ["Open the report of run 1 https://greenery.example/data/api/report?run=1"],
            message.Links.Select(link => $"{link.Text} {link.Url}"));
    }

    [Fact]
    public async Task With_a_key_for_links_the_message_opens_the_report_of_its_run()
    {
        await using var scenario = await AlertScenario.StartAsync();
        var signer = new LinkSigner(new string('k', 40), null, TimeSpan.FromDays(28));
        scenario.Settings = scenario.Settings with
            { Url = new Uri("https://greenery.example/data/"), Signer = signer };
        scenario.DoubleUsers(true);
        await scenario.RunAsync();

        var url = Assert.Single(Assert.Single(scenario.Mail.Taken).Message.Links).Url;
        Assert.Equal("/data/api/reports/1", url.AbsolutePath);
        var parts = url.Query[1..].Split('&').Select(part => part.Split('=')[1]).ToArray();
        Assert.Equal(SignedLinkState.Valid, signer.Verify("api/reports/1", parts[0], parts[1], DateTime.UtcNow));
    }

    [Fact]
    public async Task Runs_without_a_notification_are_caught_up_with_in_their_order()
    {
        await using var scenario = await AlertScenario.StartAsync();
        scenario.DoubleUsers(true);
        await scenario.Test.RunAsync();
        scenario.DoubleUsers(false);
        await scenario.Test.RunAsync();
        Assert.Equal(2, await scenario.Alerting.NotifyAsync(CancellationToken.None));
        Assert.Equal(0, await scenario.Alerting.NotifyAsync(CancellationToken.None));
        await scenario.CheckAsync();
        Assert.Equal(
            [$"{AlertScenario.Data}: Nothing was published: {Unique} fails (run 1, 2021-02-12)",
                $"{AlertScenario.Data}: Right again: {Unique} (run 2, 2021-02-12)"],
            scenario.Notified());
    }
}
