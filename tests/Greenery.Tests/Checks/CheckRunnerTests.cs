using Greenery.Checks;
using Greenery.Models;
using Greenery.Runs;
using Greenery.Tests.Support;
using Greenery.Warehouse;

namespace Greenery.Tests.Checks;

/// <summary>Each kind of check on real rows: <c>status looked-at/failing</c>.</summary>
public sealed class CheckRunnerTests(TestDatabase database) : IClassFixture<TestDatabase>, IAsyncLifetime
{
    private const string Kinds =
        """
        id integer, "order" text, "odd ""name" text, ref integer, price numeric(12,2), day date, doc jsonb, key uuid,
        flag boolean, email text
        """;

    // id, order, odd "name, ref, price, day, doc, key, flag, email
    private const string Rows =
        """
        (1, 'a', 'x', 10, 1.00, date '2026-11-20', '{"a": 1}'::jsonb, '0000000A-0000-0000-0000-000000000001'::uuid, true, 'ann@x.example'),
        (2, 'b', 'x', 10, 2.50, date '2026-11-21', '{"a": 2}', '0000000a-0000-0000-0000-000000000002', false, 'bob@x.example'),
        (3, 'b', null, 99, -1, null, null, null, null, null),
        (4, null, 'y', null, null, null, null, null, true, 'dan@x.example')
        """;

    // No test changes these tables, so one set does for all.
    public async Task InitializeAsync()
    {
        if (await database.ValueAsync<bool>("select to_regnamespace('run_7') is null"))
        {
            await database.RunAsync(
                $"""
                create schema run_7;
                create table run_7.a ({Kinds});
                insert into run_7.a values {Rows};
                create table run_7.none ({Kinds});
                create table run_7.many as select 1 + n % 50 as id from generate_series(1, 100) as n;
                create table staging.users (user_id integer, email text);
                insert into staging.users values (10), (11), (null)
                """);
        }
    }

    public Task DisposeAsync() => Task.CompletedTask;

    [Theory]
    [InlineData("id", "unique", "Pass 4/0")]
    [InlineData("order", "unique", "Fail 3/2")]
    [InlineData("odd \\\"name", "unique", "Fail 3/2")]
    [InlineData("doc", "unique", "Pass 2/0")]
    [InlineData("key", "unique", "Pass 2/0")]
    [InlineData("order", "unique: {config: {where: id < 3}}", "Pass 2/0")]
    [InlineData("order", "unique_where: {where: id <> 2}", "Pass 2/0")]
    [InlineData("order", "unique_where: {where: id > 1}", "Fail 2/2")]
    [InlineData("id", "not_null", "Pass 4/0")]
    [InlineData("order", "not_null", "Fail 4/1")]
    [InlineData("order", "not_null: {config: {where: id < 4}}", "Pass 3/0")]
    [InlineData("day", "not_null_where: {where: flag}", "Fail 2/1")]
    [InlineData("day", "not_null_where: {where: id > 9}", "NotEvaluated 0/0")]
    [InlineData("order", "accepted_values: {values: [a, b]}", "Pass 3/0")]
    [InlineData("order", "accepted_values: {values: [a, \"it's\"]}", "Fail 3/2")]
    [InlineData("price", "accepted_values: {values: [1, 2.5, -1]}", "Pass 3/0")]
    [InlineData("day", "accepted_values: {values: [2026-11-20]}", "Fail 2/1")]
    [InlineData("flag", "accepted_values: {values: [true]}", "Fail 3/1")]
    [InlineData(
        "key",
        "accepted_values: {values: [0000000A-0000-0000-0000-000000000001, 0000000A-0000-0000-0000-000000000002]}",
        "Pass 2/0")]
    [InlineData("doc", "accepted_values: {values: ['{\"a\":1}']}", "Fail 2/1")]
    [InlineData("price", "accepted_range: {min_value: 0}", "Fail 3/1")]
    [InlineData("price", "accepted_range: {min_value: -1, max_value: 2.5}", "Pass 3/0")]
    [InlineData("price", "accepted_range: {min_value: -1, max_value: 2.5, inclusive: false}", "Fail 3/2")]
    [InlineData("ref", "relationships: {to: users, field: user_id}", "Fail 3/1")]
    [InlineData("ref", "relationships: {to: users, field: user_id, config: {where: id < 3}}", "Pass 2/0")]
    [InlineData("price", "expression_is_true: {expression: '> 0'}", "Fail 4/1")]
    [InlineData("order", "expression_is_true: {expression: 'is not null'}", "Fail 4/1")]
    public async Task A_check_of_a_column_counts_the_rows_it_looked_at_and_those_that_fail(
        string column, string check, string expected) =>
        Assert.Equal(expected,
            Line((await RunAsync("a", $"    columns:\n      - name: \"{column}\"\n        data_tests: [{check}]\n"))[
            0]));

    [Theory]
    [InlineData("unique_combination_of_columns: {combination_of_columns: [order, ref]}", "Pass 3/0")]
    [InlineData("unique_combination_of_columns: {combination_of_columns: [ref, ref]}", "Fail 3/2")]
    [InlineData("expression_is_true: {expression: price > 0 or id = 3}", "Pass 4/0")]
    [InlineData("expression_is_true: {expression: id < 3 or flag}", "Pass 4/0")]
    [InlineData("expression_is_true: {expression: id < 3, config: {where: id <> 4}}", "Fail 3/1")]
    [InlineData("expression_is_true: {expression: id < 3, config: {where: id < 2 or id = 2}}", "Pass 2/0")]
    public async Task So_does_a_check_of_the_model(string check, string expected) =>
        Assert.Equal(expected, Line((await RunAsync("a", $"    data_tests: [{check}]\n"))[0]));

    [Theory]
    [InlineData("unique")]
    [InlineData("unique_where: {where: id > 0}")]
    [InlineData("not_null")]
    [InlineData("not_null_where: {where: id > 0}")]
    [InlineData("accepted_values: {values: [1]}")]
    [InlineData("accepted_range: {min_value: 1}")]
    [InlineData("relationships: {to: users, field: user_id}")]
    [InlineData("expression_is_true: {expression: '> 0'}")]
    [InlineData("not_null: {config: {error_if: '= 0'}}")]
    public async Task A_check_that_saw_no_row_says_nothing(string check)
    {
        var result = (await RunAsync("none", $"    columns: [{{name: id, data_tests: [{check}]}}]\n"))[0];

        Assert.Equal("NotEvaluated 0/0", Line(result));
        Assert.EndsWith(".id: there was no row to look at", result.Message, StringComparison.Ordinal);
        Assert.Empty(result.Offenders);
        Assert.False(result.StopsRun);
    }

    [Theory]
    [InlineData("severity: warn", "Warn")]
    [InlineData("error_if: '> 1'", "Warn")]
    [InlineData("error_if: '>= 1'", "Fail")]
    [InlineData("error_if: '> 25%'", "Warn")]
    [InlineData("error_if: '>= 25%'", "Fail")]
    [InlineData("error_if: '> 1', warn_if: '> 1'", "Pass")]
    [InlineData("severity: warn, warn_if: '> 25%'", "Pass")]
    [InlineData("severity: warn, error_if: '> 0'", "Fail")]
    [InlineData("severity: warn, error_if: '> 25%'", "Warn")]
    public async Task Thresholds_decide_what_failing_rows_come_to(string config, string status) => Assert.Equal(
        $"{status} 4/1",
        Line((await RunAsync(
            "a", $"    columns: [{{name: order, data_tests: [not_null: {{config: {{{config}}}}}]}}]\n"))[0]));

    [Fact]
    public async Task A_failing_check_says_so_in_a_sentence_and_shows_rows_with_personal_columns_masked()
    {
        var results = await RunAsync(
            "a",
            """
                columns:
                  - name: email
                    meta: {pii: true}
                    data_tests: [not_null]
                  - name: price
                    data_tests: [accepted_range: {min_value: 2}]
            """);

        Assert.Equal("not_null on core.a.email: 1 of 4 rows fail", results[0].Message);
        Assert.Contains("\"email\": null", Assert.Single(results[0].Offenders), StringComparison.Ordinal);
        Assert.Equal(2, results[1].Offenders.Count);
        Assert.Contains(results[1].Offenders, row => row.Contains("\"id\": 1,", StringComparison.Ordinal)
            && row.Contains("\"email\": \"***\"", StringComparison.Ordinal));
        Assert.DoesNotContain("x.example", string.Concat(results.SelectMany(result => result.Offenders)),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("unique", 100)]
    [InlineData("relationships: {to: users, field: user_id}", 96)]
    [InlineData("expression_is_true: {expression: 'is null'}", 100)]
    public async Task At_most_twenty_failing_rows_are_kept(string check, long failing)
    {
        var result = (await RunAsync("many", $"    columns: [{{name: id, data_tests: [{check}]}}]\n"))[0];

        Assert.Equal((failing, 20), (result.Failing, result.Offenders.Count));
    }

    [Fact]
    public async Task A_check_that_the_database_cannot_evaluate_is_an_error_and_the_others_are_evaluated()
    {
        var results = await RunAsync(
            "a",
            """
                data_tests:
                  - expression_is_true: {expression: 1 / (id - 1) > 0, config: {severity: warn}}
                columns:
                  - name: id
                    data_tests: [not_null, unique]
                  - name: ref
                    data_tests: [unique_where: {where: 1 / (id - 2) < 0}]
            """);

        Assert.Equal(["Pass 4/0", "Pass 4/0", "Error 0/0", "Error 0/0"], results.Select(Line));
        Assert.Equal(
            "core.a.expression_is_true (sql/core/core.yml:4) could not be evaluated: division by zero (22012).",
            results[3].Message);
        Assert.True(results[3].StopsRun);
    }

    [Fact]
    public async Task Results_are_written_with_failing_rows_and_replace_earlier_ones()
    {
        var lease = await database.StartAsync();
        var model = default(Model)!;
        foreach (var _ in Enumerable.Range(0, 2))
        {
            var results = await RunAsync(
                "a", "    columns: [{name: order, data_tests: [unique, not_null: {config: {severity: warn}}]}]\n");
            model = results[0].Check.Model;
            await new CheckResultStore(database.Warehouse).WriteAsync(lease, model, results, default);
        }

        Assert.Equal(
            ["core.a.order.not_null warn warn 4 1 not_null on core.a.order: 1 of 4 rows fail",
                "core.a.order.unique error fail 3 2 unique on core.a.order: 2 of 3 rows fail; found 'b' (2); "
                + "expected each value once"],
            await database.ListAsync<string>(
                $"""
                select format('%s %s %s %s %s %s', check_id, severity, status, rows_looked_at, rows_failing, message)
                from ops.check_result where run_id = {lease.RunId} order by check_id
                """));
        Assert.Equal(
            ["core.a.order.not_null 1 4", "core.a.order.unique 1 2", "core.a.order.unique 2 3"],
            await database.ListAsync<string>(
                $"select format('%s %s %s', check_id, ordinal, failing_row->>'id') from ops.failing_row where run_id "
                    + $"= {lease.RunId} order by 1"));
    }

    [Fact]
    public async Task A_lost_lease_writes_no_results()
    {
        var lease = await database.StartAsync();
        var results = await RunAsync("a", "    columns: [{name: order, data_tests: [unique]}]\n");
        await database.TakeOverAsync(lease);

        await Assert.ThrowsAsync<LeaseLostException>(
            () => new CheckResultStore(database.Warehouse).WriteAsync(lease, results[0].Check.Model, results, default));

        Assert.Equal(
            0, await database.ValueAsync<long>($"select count(*) from ops.check_result where run_id = {lease.RunId}"));
    }

    private static string Line(CheckResult result) => $"{result.Status} {result.LookedAt}/{result.Failing}";

    private async Task<IReadOnlyList<CheckResult>> RunAsync(string model, string declaration)
    {
        using var folder = new ProjectFolder(
            ($"core/{model}.sql", "select 1 as one"), ("core/core.yml", $"models:\n  - name: {model}\n{declaration}"));
        var project = folder.Read();
        return await new CheckRunner(database.Warehouse).RunAsync(
            new CheckTarget("run_7, staging", $"run_7.{model}"), project.Checks,
            CancellationToken.None);
    }
}
