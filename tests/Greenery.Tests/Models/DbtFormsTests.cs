using Greenery.Checks;
using Greenery.Tests.Support;

namespace Greenery.Tests.Models;

/// <summary>
/// What projects of dbt write is taken where it means the same here, and otherwise refused by its name.
/// </summary>
public sealed class DbtFormsTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private const string Buyers = "select user_id, email, count(*) as orders from orders join users using (user_id) "
        + "group by user_id, email";

    [Fact]
    public void Checks_in_dbts_words_are_the_same_checks()
    {
        var ours = Checks("""
            columns:
              - name: user_id
                data_tests:
                  - unique
                  - not_null: {config: {severity: warn, where: orders > 1, tags: [keys]}}
                  - relationships: {to: users, field: user_id}
                  - accepted_values: {values: [1, 2]}
                  - accepted_range: {min_value: 0}
            data_tests:
              - unique_combination_of_columns: {combination_of_columns: [user_id, email]}
              - expression_is_true: {expression: orders > 0}
            """);
        var dbts = Checks("""
            docs: {show: true}
            columns:
              - name: user_id
                tests:
                  - unique:
                  - not_null: {severity: WARN, where: orders > 1, tags: keys}
                  - relationships: {to: "source('shop', 'users')", field: user_id, config: {store_failures: true}}
                  - accepted_values: {values: [1, 2], quote: false}
                  - name: accepted_range
                    test_name: dbt_utils.accepted_range
                    arguments: {min_value: 0}
                  - unique: {name: off, config: {enabled: false}}
            tests:
              - dbt_utils.unique_combination_of_columns: {arguments: {combination_of_columns: [user_id, email]}}
              - dbt_utils.expression_is_true: {expression: orders > 0}
            """);

        Assert.Equal(ours.Select(Describe), dbts.Select(Describe));
    }

    [Fact]
    public void Ref_and_source_lead_to_models_and_source_tables()
    {
        using var folder = new ProjectFolder(("core/buyers.sql", Buyers),
            ("marketing/best.sql", "select user_id from buyers where orders > 1"),
            ("marketing/deep/more.yml",
                """
                models:
                  - name: best
                    columns:
                      - name: user_id
                        tests:
                          - relationships: {to: "ref('buyers')", field: user_id}
                          - relationships: {to: "{{ ref('buyers') }}", field: user_id, name: again}
                exposures:
                  - name: board
                    type: dashboard
                    owner: {name: Ana}
                    depends_on: [ref('best')]
                """));

        var project = folder.Read();

        Assert.All(project.Checks, check => Assert.Equal(["buyers"], check.Reads));
        Assert.Equal(["best"], Assert.Single(project.Exposures).Models);
    }

    [Fact]
    public void Sources_may_be_in_the_folders_of_models_with_freshness_and_tags_beside_config()
    {
        using var folder = new ProjectFolder(("core/staging/_sources.yml",
            """
            version: 2
            sources:
              - name: stripe
                freshness: {warn_after: {count: 1, period: day}}
                loaded_at_field: loaded_at
                tags: [money]
                tables:
                  - name: payments
                    tags: daily
                    config: {meta: {owner: data@greenery.example}}
                    columns:
                      - {name: payment_id, data_type: integer, constraints: [{type: primary_key}], config: {meta: {pii: true}}}
                      - {name: amount, data_type: numeric, tags: [sums], tests: [not_null]}
                  - name: refunds
                    freshness: null
                    columns:
                      - {name: refund_id, data_type: integer, constraints: [{type: primary_key}]}
            """), ("core/a.sql", "select payment_id from payments"));

        var project = folder.Read();

        var payments = project.Catalogue.Sources.Single(source => source.Name == "payments");
        Assert.Equal(TimeSpan.FromDays(1), payments.Freshness!.WarnAfter);
        Assert.Equal((true, "data@greenery.example"), (payments.Columns[0].IsPersonal, payments.Owner));
        Assert.Equal(["money", "daily"], payments.Tags);
        Assert.Equal(["money", "daily", "sums"], Assert.Single(project.Checks).Tags);
        Assert.Null(project.Catalogue.Sources.Single(source => source.Name == "refunds").Freshness);
        Assert.Contains(project.Catalogue.Warnings, warning => $"{warning}" == "sql/core/staging/_sources.yml:5: "
            + "'loaded_at_field' is not used: how old a table is, the date of its newest drop says.");
    }

    [Fact]
    public async Task A_contract_is_its_columns_types_and_constraints()
    {
        using var folder = new ProjectFolder(("core/buyers.sql", Buyers), ("core/core.yml",
            """
            models:
              - name: buyers
                config: {contract: {enforced: true}, meta: {owner: data@greenery.example}}
                constraints:
                  - {type: check, expression: orders > 0}
                  - {type: primary_key, columns: [user_id, email]}
                columns:
                  - name: user_id
                    data_type: int
                    constraints:
                      - {type: not_null}
                      - {type: foreign_key, to: "source('shop', 'users')", to_columns: [user_id]}
                    data_tests: [not_null]
                  - {name: email, data_type: varchar}
                  - {name: orders, data_type: bigint}
            """));

        var project = folder.Read();

        Assert.Equal(
            ["core.buyers.email.not_null", "core.buyers.expression_is_true",
                "core.buyers.unique_combination_of_columns",
                "core.buyers.user_id.not_null", "core.buyers.user_id.relationships"],
            project.Checks.Select(check => check.Id).Order(StringComparer.Ordinal));
        await project.ValidateAsync(database.Warehouse, default);

        folder.Write("core/buyers.sql", Buyers.Replace("count(*)", "sum(amount)", StringComparison.Ordinal)
            .Replace("select", "select 1 as extra,", StringComparison.Ordinal));
        folder.Write("core/core.yml", File.ReadAllText(Path.Combine(folder.SqlFolder, "core/core.yml"))
            .Replace("varchar", "txet", StringComparison.Ordinal));
        var refused = await Assert.ThrowsAsync<ConfigurationException>(
            () => folder.Read().ValidateAsync(database.Warehouse, default));
        Assert.Equal(
            [
                "sql/core/buyers.sql: returns column 'extra', which the contract of core.buyers does not have; "
                    + "describe it, or take it out of the select.",
                "sql/core/core.yml:14: unknown data_type 'txet' of column 'email'; expected text, which "
                    + "sql/core/buyers.sql returns.",
                "sql/core/core.yml:15: the contract of core.buyers has bigint for column 'orders', and "
                    + "sql/core/buyers.sql returns numeric; expected the same.",
            ],
            refused.Diagnostics.Select(diagnostic => $"{diagnostic}"));
    }

    [Theory]
    [InlineData("config: {schema: staging}",
        "'schema' is no key here: the schema of a model is its mart, the folder of its file.")]
    [InlineData("config: {enabled: false}",
        "'enabled' is no key of models here: take the file away, or its ending .sql.")]
    [InlineData("config: {grants: {select: [ana]}}",
        "'grants' is no key here: role greenery_reader may read all marts; grant it to those who may.")]
    [InlineData("config: {post-hook: vacuum}",
        "'post-hook' is no key here: a run executes selects only; for an index write 'indexes'.")]
    [InlineData("config: {materialized: ephemeral}",
        "unknown materialized 'ephemeral'; expected table, view, incremental.")]
    [InlineData("constraints: [{type: not_null, columns: [user_id]}]",
        "has 'constraints', which count only with 'config: {contract: {enforced: true}}' of the model; expected this, "
        + "or 'data_tests'.")]
    [InlineData("tests: [unique: {limit: 5}]",
        "'limit' is no key of checks here: it would change how many rows are counted; use 'error_if'.",
        "check 'unique' is set on model 'buyers'; expected it under a column.")]
    [InlineData("data_tests: [dbt_utils.recency: {field: day}]", "unknown check 'dbt_utils.recency'; expected")]
    [InlineData("columns: [{name: user_id, tests: [unique], data_tests: [unique]}]",
        "has 'data_tests' and 'tests', two names of one list; expected all checks under 'data_tests'.",
        "check 'core.buyers.user_id.unique' is declared twice in the same words; take one away.")]
    [InlineData("columns: [{name: email, tests: [accepted_values: {values: [ana], quote: false}]}]",
        "accepted_values has 'quote: false' and the value ana; expected values without quotes to be numbers, true or "
        + "false.")]
    [InlineData("columns: [{name: user_id, tests: [relationships: {to: \"source('shoop', 'users')\", field: "
        + "user_id}]}]",
        "relationships points to 'source('shoop', 'users')', which is no model or source table.")]
    public void What_cannot_mean_the_same_is_refused_by_its_name(string property, params string[] faults)
    {
        using var folder = new ProjectFolder(("core/buyers.sql", Buyers),
            ("core/core.yml", $"models:\n  - name: buyers\n    {property}\n"));

        var found = folder.Diagnostics();

        Assert.Equal(faults.Length, found.Count);
        Assert.All(faults.Zip(found), pair => Assert.StartsWith("sql/core/core.yml:", pair.Second));
        Assert.All(faults.Zip(found), pair => Assert.Contains(pair.First, pair.Second, StringComparison.Ordinal));
    }

    private static IReadOnlyList<Check> Checks(string properties)
    {
        using var folder = new ProjectFolder(("core/buyers.sql", Buyers), ("core/core.yml",
            $"models:\n  - name: buyers\n{string.Concat(properties.Split('\n').Select(line => $"    {line}\n"))}"));
        return folder.Read().Checks;
    }

    private static string Describe(Check check) => $"{check.Id} {check.Rule} {check.Severity} {check.Where} "
        + $"{check.ErrorIf} {string.Join(',', check.Tags)}";
}
