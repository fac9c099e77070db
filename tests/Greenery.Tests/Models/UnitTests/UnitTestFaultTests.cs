using Greenery.Tests.Support;

namespace Greenery.Tests.Models.UnitTests;

/// <summary>
/// What is wrong with a unit test is reported with file, line and what to do, before anything is evaluated.
/// </summary>
public sealed class UnitTestFaultTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    // Each follows 'unit_tests:' and '  - name: a' in lines 1 and 2.
    [Theory]
    [InlineData("model: buyer\n    expect: {rows: []}",
        "2: tests 'buyer', which is no model. Did you mean 'buyers'?")]
    [InlineData("model: buyers",
        "2: has no 'expect'; expected the rows that the model returns ('expect: {rows: [...]}').")]
    [InlineData("model: buyers\n    given:\n      - input: ref('user')\n    expect: {rows: []}",
        "5: gives rows of ref('user'), which sql/core/buyers.sql does not read; it reads orders, users. Did you mean "
        + "'users'?")]
    [InlineData("model: buyers\n    given:\n      - input: source('shoop', 'users')\n    expect: {rows: []}",
        "5: gives rows of source('shoop', 'users'), which sql/core/buyers.sql does not read; it reads orders, users.")]
    [InlineData("model: buyers\n    given:\n      - input: users\n      - input: ref('users')\n    expect: {rows: []}",
        "6: gives rows of 'users' again; expected each input once.")]
    [InlineData("model: buyers\n    given:\n      - input: this\n    expect: {rows: []}",
        "5: gives rows of 'this', the model as it was; a select reads no earlier version of its model here. Set "
        + "':since' by 'overrides: {vars: {since: 5}}', and '_load_seq' of the rows given.")]
    [InlineData("model: buyers\n    expect: {rows: [], fixture: buyers}",
        "4: 'fixture' is no key here: rows of a unit test are in the test; write them under 'rows'.")]
    [InlineData("model: buyers\n    expect: {format: cvs, rows: ''}",
        "4: 'format: cvs' is no format of rows; expected dict, csv, sql. Did you mean 'csv'?")]
    [InlineData("model: buyers\n    expect:\n      format: csv\n      rows: |\n        user_id,total\n        1",
        "8: has 1 fields; expected 2, as the header line (user_id,total).")]
    [InlineData("model: buyers\n    expect:\n      format: csv\n      rows: |\n        user_id,user_id\n        1,2",
        "7: names column 'user_id' 2 times; expected once.")]
    [InlineData("model: buyers\n    expect:\n      format: sql\n      rows: |\n        select user_id\n        from "
        + "users",
        "8: reads 'users'; rows of a unit test read no table: expected literals, such as \"select 1 as order_id\".")]
    [InlineData("model: buyers\n    overrides: {macros: {now: x}}\n    expect: {rows: []}",
        "4: overrides the macro 'now'; models are plain SQL and have none. Give rows instead.")]
    [InlineData("model: buyers\n    overrides: {vars: {time_zon: UTC}}\n    expect: {rows: []}",
        "4: overrides 'time_zon', which is no parameter of models; expected since or time_zone. Did you mean "
        + "'time_zone'?")]
    [InlineData("model: buyers\n    overrides: {vars: {time_zone: Berlin}}\n    expect: {rows: []}",
        "4: 'time_zone: Berlin' is no time zone; expected an IANA name such as Europe/Berlin.")]
    [InlineData("model: buyers\n    versions: {include: [2]}\n    expect: {rows: []}",
        "4: 'versions' is no key here: a model has one version, its file.")]
    [InlineData("model: buyers\n    expect: {rows: []}\n  - name: a\n    model: buyers\n    expect: {rows: []}",
        "5: core.buyers has a unit test 'a' already, at sql/core/unit_tests.yml:2; expected another name.")]
    // What only a database knows.
    [InlineData("model: buyers\n    given:\n      - input: users\n        rows:\n          - {user_idd: 1}\n    "
        + "expect: {rows: []}",
        "7: names column 'user_idd', which users does not have; it has user_id, email, _extra, _drop_id, _load_seq. "
            + "Did "
        + "you mean 'user_id'?")]
    [InlineData("model: buyers\n    expect:\n      rows:\n        - user_id: 1\n        - totl: 2",
        "7: names column 'totl', which buyers does not have; it has user_id, email, total. Did you mean 'total'?")]
    [InlineData("model: buyers\n    expect:\n      rows:\n        - user_id: 1\n        - user_id: one",
        "7: column 'user_id' of buyers has 'one', which is no integer; expected a value of this type.")]
    [InlineData("model: buyers\n    given:\n      - input: orders\n        rows:\n          - {amount: 1.005, "
        + "user_id: x}\n"
        + "    expect: {rows: []}",
        "7: column 'amount' of orders has '1.005', which is no numeric(12,2); expected a value of this type.",
        "7: column 'user_id' of orders has 'x', which is no integer; expected a value of this type.")]
    [InlineData("model: buyers\n    expect: {rows: [{total: [1]}]}",
        "4: column 'total' of buyers has a list or a mapping; expected a value of type numeric.")]
    [InlineData("model: buyers\n    expect: {format: sql, rows: select 1 as user_id from}",
        "4: PostgreSQL refuses its rows: syntax error at end of input (42601).")]
    [InlineData("model: buyers\n    expect: {format: sql, rows: \"select 'ana' as user_id\"}",
        "4: its rows do not fit the columns of buyers: invalid input syntax for type integer: \"***\" (22P02).")]
    public async Task A_fault_has_its_line(string test, params string[] faults)
    {
        using var folder = new ProjectFolder(
            ("core/buyers.sql", "select user_id, email, sum(amount) as total from orders join users using (user_id) "
                + "group by user_id, email"),
            ("core/unit_tests.yml", $"unit_tests:\n  - name: a\n    {test}\n"));

        Assert.Equal(faults.Select(fault => $"sql/core/unit_tests.yml:{fault}"), await DiagnosticsAsync(folder));
    }

    [Fact]
    public async Task A_value_of_a_personal_column_is_not_shown()
    {
        using var folder = new ProjectFolder(
            ("core/buyers.sql", "select length(email) as letters, email from users"),
            ("core/core.yml", "models: [{name: buyers, columns: [{name: letters, meta: {pii: true}}]}]\n"
                + "unit_tests: [{name: a, model: buyers, expect: {rows: [{letters: ana}]}}]"));

        Assert.Equal(["sql/core/core.yml:2: column 'letters' of buyers has a value, which is no integer; expected a "
            + "value of this type."], await DiagnosticsAsync(folder));
    }

    [Fact]
    public void A_test_that_is_not_enabled_is_left_out_and_dbts_other_keys_are_taken()
    {
        using var folder = new ProjectFolder(
            ("core/buyers.sql", "select user_id from users"),
            ("core/unit_tests.yml",
                """
                version: 2
                unit_tests:
                  - name: off
                    model: buyers
                    config: {enabled: false}
                    expect: {rows: []}
                  - name: on
                    model: buyers
                    description: What it is about.
                    overrides: {macros: {is_incremental: false}}
                    config: {tags: [slow], meta: {team: web}}
                    expect: {rows: []}
                """));

        var test = Assert.Single(folder.Catalogue().UnitTests);

        Assert.Equal(("on", "What it is about.", "slow"), (test.Name, test.Description, Assert.Single(test.Tags)));
    }

    private async Task<IReadOnlyList<string>> DiagnosticsAsync(ProjectFolder folder)
    {
        if (folder.Diagnostics() is { Count: > 0 } faults)
        {
            return faults;
        }
        var refused = await Assert.ThrowsAsync<ConfigurationException>(
            () => folder.Read().ValidateAsync(database.Warehouse, default));
        return [.. refused.Diagnostics.Select(diagnostic => $"{diagnostic}")];
    }
}
