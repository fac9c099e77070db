using Greenery.Checks;
using Greenery.Models;
using Greenery.Runs;
using Greenery.Tests.Support;

namespace Greenery.Tests.Checks;

public sealed class CheckCatalogueTests
{
    [Fact]
    public void A_check_takes_what_its_file_says()
    {
        var check = Assert.Single(Checks(
            """
                columns:
                  - name: id
                    data_tests:
                      - not_null:
                          name: id_is_known
                          description: The key.
                          config: {severity: warn, where: id > 1, error_if: "> 5", warn_if: ">= 1%", tags: [x], meta: {owner: me@greenery.example}}
            """));

        Assert.Equal("core.a.id.id_is_known", check.Id);
        Assert.Equal((Severity.Warn, "id > 1", "> 5", ">= 1%"),
            (check.Severity, check.Where, $"{check.ErrorIf}", $"{check.WarnIf}"));
        Assert.Equal(
            ("The key.", "me@greenery.example", "sql/core/core.yml:7"), (check.Description, check.Owner, check.Place));
    }

    [Fact]
    public void Arguments_may_stand_in_a_mapping_of_their_own() => Assert.Single(Checks(
        "    columns: [{name: id, data_tests: [accepted_values: {arguments: {values: [1, 2]}}]}]"));

    [Fact]
    public void Several_checks_of_a_kind_have_ids_that_do_not_depend_on_their_order()
    {
        const string One = "{expression_is_true: {expression: id > 0}}";
        const string Two = "{expression_is_true: {expression: id > 1}}";
        var ids = Checks($"    data_tests: [{One}, {Two}]").Select(check => check.Id).ToArray();

        Assert.Equal("core.a.expression_is_true", ids[0]);
        Assert.Matches("^core.a.expression_is_true_[0-9a-f]{6}$", ids[1]);
        Assert.Equal(
            ids[1], Checks($"    data_tests: [{One}, {{not_null_where: {{where: a}}}}, {Two}]", mayFail: true)[^1].Id);
    }

    [Theory]
    [InlineData(
        "columns: [{name: id, data_tests: [uniqe]}]",
        "4: unknown check 'uniqe'; expected accepted_range, accepted_values, distinct_share, expression_is_true, "
        + "metric_change, missing_drop, not_null, not_null_where, null_share, relationships, row_count_change, "
        + "rows_per_drop, sum_change, unique, unique_combination_of_columns, unique_where, value_share. "
        + "Did you mean 'unique'?")]
    [InlineData("data_tests: [not_null]", "4: check 'not_null' is set on model 'a'; expected it under a column.")]
    [InlineData(
        "data_tests: [accepted_values: {values: [x]}]",
        "4: check 'accepted_values' is set on model 'a'; expected it under a column.")]
    [InlineData(
        "data_tests: [relationships: {to: b, field: id}]",
        "4: check 'relationships' is set on model 'a'; expected it under a column.")]
    [InlineData(
        "columns: [{name: id, data_tests: [not_null: {sevrity: warn}]}]",
        "4: unknown key 'sevrity'; expected arguments, config, description, name.")]
    [InlineData(
        "columns: [{name: id, data_tests: [not_null: {config: {severity: warning}}]}]",
        "4: unknown severity 'warning'; expected error or warn.")]
    [InlineData(
        "columns: [{name: id, data_tests: [not_null: {config: {error_if: '> 101%'}}]}]",
        "4: 'error_if: > 101%' is no threshold; expected a comparison with a number of rows (\"> 10\") or a "
        + "share (\"> 2.5%\", at most 100%).")]
    [InlineData(
        "columns: [{name: id, data_tests: [not_null: {config: {warn_if: 10}}]}]",
        "4: 'warn_if: 10' is no threshold; expected a comparison with a number of rows (\"> 10\") or a share "
        + "(\"> 2.5%\", at most 100%).")]
    [InlineData(
        "columns: [{name: id, data_tests: [accepted_values]}]",
        "4: accepted_values has no 'values'; expected a list.")]
    [InlineData(
        "columns: [{name: id, data_tests: [accepted_range]}]",
        "4: accepted_range has neither 'min_value' nor 'max_value'; expected at least one number.")]
    [InlineData(
        "columns: [{name: id, data_tests: [accepted_range: {min_value: 2, max_value: 1}]}]",
        "4: accepted_range goes from 2 to 1; expected min_value not above max_value.")]
    [InlineData(
        "columns: [{name: id, data_tests: [accepted_range: {min_value: low}]}]",
        "4: 'min_value' holds 'low'; expected a number.")]
    [InlineData("columns: [{name: id, data_tests: [not_null_where]}]", "4: has no 'where'; expected one.")]
    [InlineData(
        "columns: [{name: id, data_tests: [relationships: {to: order, field: order_id}]}]",
        "4: relationships points to 'order', which is no model or source table. Did you mean 'orders'?")]
    [InlineData(
        "data_tests: [unique_combination_of_columns]",
        "4: unique_combination_of_columns has no 'combination_of_columns'; expected a list of columns.")]
    [InlineData(
        "columns: [{name: id, data_tests: [not_null, not_null]}]",
        "4: check 'core.a.id.not_null' is declared twice in the same words; take one away.")]
    public void A_check_that_cannot_be_is_refused_with_file_and_line(string declaration, string fault)
    {
        using var folder = Folder($"    {declaration}");

        Assert.Contains($"sql/core/core.yml:{fault}", folder.Diagnostics());
        Assert.InRange(folder.Diagnostics().Count, 1, 2);
    }

    [Fact]
    public void One_question_may_be_asked_with_two_thresholds()
    {
        var checks = Checks(
            "    columns: [{name: id, data_tests: [not_null: {config: {severity: warn}}, not_null: {config: "
                + "{error_if: '> 5%'}}]}]");

        Assert.Equal([Severity.Warn, Severity.Error], checks.Select(check => check.Severity));
        Assert.Equal(2, checks.Select(check => check.Id).Distinct().Count());
    }

    [Fact]
    public void Every_shipped_check_says_why_it_exists() => Assert.All(
        Project.Read(Repository.SqlFolder).Checks,
        check => Assert.True(check.Description.Length > 20, $"{check.Id}: '{check.Description}'"));

    [Fact]
    public void The_hash_changes_with_whatever_decides_a_check()
    {
        string[] declarations =
        [
            "not_null", "unique", "not_null: {config: {severity: warn}}", "not_null: {config: {where: id > 1}}",
            "not_null: {config: {error_if: '> 1'}}", "not_null: {config: {warn_if: '> 1'}}", "not_null: {name: other}",
            "accepted_values: {values: [1]}", "accepted_values: {values: [2]}",
        ];

        var hashes = declarations.Select(declaration =>
            CheckCatalogue.Hash(Checks($"    columns: [{{name: id, data_tests: [{declaration}]}}]"))).ToArray();

        Assert.Equal(declarations.Length, hashes.Distinct().Count());
        Assert.Equal(hashes[0],
            CheckCatalogue.Hash(
            Checks("    columns: [{name: id, data_tests: [not_null: {description: Other words}]}]")));
    }

    private static IReadOnlyList<Check> Checks(string declaration, bool mayFail = false)
    {
        using var folder = Folder(declaration);
        var diagnostics = new List<Diagnostic>();
        var checks = CheckCatalogue.Read(folder.SqlFolder, ModelCatalogue.Read(folder.SqlFolder, diagnostics),
            diagnostics);
        Assert.True(mayFail || diagnostics.Count == 0, string.Join('\n', diagnostics));
        return checks;
    }

    private static ProjectFolder Folder(string declaration) => new(
        ("core/a.sql", "select order_id as id from orders"),
        ("core/b.sql", "select order_id as id from orders"),
        ("core/core.yml", $"models:\n  - name: b\n  - name: a\n{declaration}\n"));
}
