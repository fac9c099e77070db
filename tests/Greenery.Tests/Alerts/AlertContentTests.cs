using Greenery.Alerts.Incidents;
using Greenery.Alerts.Messages;
using Greenery.Alerts.Routing;
using Greenery.Tests.Support;

namespace Greenery.Tests.Alerts;

/// <summary>
/// What a message says of a problem: why it matters, what was found, who owns it, where the rows are.
/// </summary>
public sealed class AlertContentTests
{
    [Fact]
    public async Task A_failing_check_is_explained_and_its_query_shows_the_rows_while_the_run_is_held()
    {
        await using var scenario = await AlertScenario.StartAsync();
        scenario.Test.ChangeSql("core/core.yml", "- accepted_range: {min_value: 0}",
            "- accepted_range: {min_value: 6, description: Less than 6 is a wrong unit.}");
        var run = await scenario.RunAsync();

        var problem = Assert.Single(Problems(scenario.Mail.Taken[0].Message));
        Assert.Equal("accepted_range on core.fact_orders.amount: 1 of 3 rows fail; found '5.00' (1); expected at "
            + "least 6",
            problem.Text);
        Assert.Equal("Less than 6 is a wrong unit.", problem.Why);
        Assert.Equal("marketing.fact_user_orders, product.daily_sales", problem.Affects);
        Assert.Equal(AlertScenario.Data, problem.Owner);
        Assert.StartsWith($"set search_path to \"run_{run.RunId}\", staging; select", problem.RowsSql,
            StringComparison.Ordinal);
        Assert.Equal(10, await scenario.Test.ValueAsync<int>(problem.RowsSql));
        var samples = Assert.Single(scenario.Mail.Taken[0].Message.Blocks.OfType<Block.Samples>());
        Assert.Equal(["order_id", "amount"], samples.Columns.Take(2));
    }

    [Fact]
    public async Task The_query_of_a_check_that_only_warns_reads_what_readers_see()
    {
        await using var scenario = await AlertScenario.StartAsync();
        scenario.Test.ChangeSql("core/core.yml", "- accepted_range: {min_value: 0}",
            "- relationships: {to: daily_sales, field: orders, config: {severity: warn}}");
        await scenario.RunAsync();

        var problem = Assert.Single(Problems(scenario.Mail.Taken[0].Message));
        Assert.Equal("relationships on core.fact_orders.amount: 3 of 3 rows fail; found '5.00' (1), '7.00' (1), '9.00' "
            + "(1); expected a orders of daily_sales", problem.Text);
        Assert.StartsWith("set search_path to core, marketing, product, staging; ", problem.RowsSql,
            StringComparison.Ordinal);
        Assert.Contains(await scenario.Test.ValueAsync<int>(problem.RowsSql), (int[])[10, 11, 12]);
    }

    [Fact]
    public async Task A_personal_value_is_in_no_part_of_a_message()
    {
        await using var scenario = await AlertScenario.StartAsync();
        scenario.Test.ChangeSql("core/core.yml", "- name: name\n        meta: {pii: true}",
            "- name: name\n        meta: {pii: true}\n        data_tests: [unique, {accepted_values: {values: [Cy]}}]");
        scenario.DoubleUsers(true);
        await scenario.RunAsync();

        var message = scenario.Mail.Taken[0].Message;
        Assert.Contains(Problems(message), problem => problem.Text
            == "accepted_values on core.dim_users.name: 3 of 4 rows fail; the values are personal data and not shown; "
            + "expected Cy");
        Assert.DoesNotContain("Ana", string.Join('\n', message.Blocks.Select(
            block => System.Text.Json.JsonSerializer.Serialize(block))), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_message_about_other_tables_says_what_held_back_the_run_and_who_owns_it()
    {
        await using var scenario = await AlertScenario.StartAsync();
        scenario.Test.ChangeSql("product/product.yml", "data_tests: [unique, not_null]",
            "data_tests: [{accepted_values: {values: ['2021-02-11'], config: {severity: warn}}}]");
        scenario.DoubleUsers(true);
        await scenario.RunAsync();

        var sales = Assert.Single(scenario.Mail.Taken, taken => taken.To.Address == AlertScenario.Sales).Message;
        Assert.Equal("product.daily_sales.placed_on.accepted_values", Assert.Single(Problems(sales)).Subject);
        Assert.Contains("Why: a check fails: core.dim_users.user_id.unique (owner data@greenery.example).",
            AlertScenario.Paragraphs(sales));
    }

    [Fact]
    public async Task A_refused_drop_names_the_cause_and_the_owner_of_its_table()
    {
        await using var scenario = await AlertScenario.StartAsync();
        scenario.Test.ChangeSql("sources.yml", "- name: orders\n",
            "- name: orders\n        meta: {owner: feeds@greenery.example}\n");
        scenario.Test.Put($"{TinyShop.Day}/orders.csv", "order_id\nx\n");
        await scenario.RunAsync();

        var why = Assert.Single(AlertScenario.Paragraphs(scenario.Mail.Taken[0].Message), text =>
            text.StartsWith("Why: ", StringComparison.Ordinal));
        Assert.Contains("orders.csv", why, StringComparison.Ordinal);
        Assert.EndsWith("Owner: feeds@greenery.example.", why, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Many_tables_without_a_fresh_drop_are_one_line_and_other_incidents_keep_their_own()
    {
        await using var scenario = await AlertScenario.StartAsync();
        string[] tables = ["a", "b", "c", "d", "e", "f", "g"];
        var stale = tables.Select(table => Opened($"staging.{table}.freshness", IncidentKind.Source,
            $"freshness of staging.{table}: the newest drop is of {(table == "g" ? "2026-11-18" : "2026-11-20")}; "
            + "expected at most 2")).ToList();
        var failing = Opened("core.dim_users.user_id.unique", IncidentKind.Check, "unique: 2 of 4 rows fail");

        var message = new IncidentMessage(
            new Router(scenario.Test.Project, scenario.Settings), new NotificationContext(null, DateTime.UtcNow, null))
            .Write("x", [.. stale, failing], 0);

        Assert.Equal(["7 source tables are out of date", "core.dim_users.user_id.unique"],
            Problems(message).Select(problem => problem.Subject).Order(StringComparer.Ordinal));
        Assert.Equal("a, b, c, d, e, f: the newest drop is of 2026-11-20; expected at most 2. g: the newest drop is of "
            + "2026-11-18; expected at most 2.", Problems(message).First(problem => problem.Failing is null).Text);
    }

    private static IncidentEvent Opened(string subject, IncidentKind kind, string message) => new()
    {
        Subject = subject,
        Kind = kind,
        Change = IncidentEventKind.Opened,
        LevelBefore = IncidentSeverity.Ok,
        Level = IncidentSeverity.Warn,
        Message = message,
        RowsFailing = kind == IncidentKind.Check ? 2 : null,
        OpenedAt = DateTime.UtcNow,
        ChangedAt = DateTime.UtcNow,
    };

    private static List<MessageProblem> Problems(Message message) =>
        [.. message.Blocks.OfType<Block.Problems>().SelectMany(block => block.Items)];
}
