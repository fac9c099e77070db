using Greenery.Models.Dbt;
using Greenery.Tests.Support;

namespace Greenery.Tests.Models;

/// <summary>Templates of dbt are named as such, with what to write instead.</summary>
public sealed class JinjaTests
{
    [Theory]
    [InlineData("select 1 as one from {{ ref('fact_orders') }}", 1, "{{ ref('fact_orders') }}", "write fact_orders.")]
    [InlineData("select 1 as one\nfrom {{ref(\"shop\", \"fact_orders\")}}", 2, "{{ref(\"shop\", \"fact_orders\")}}",
        "write fact_orders.")]
    [InlineData("select 1 as one\n\nfrom {{- source('shop', 'orders') -}}", 3, "{{- source('shop', 'orders') -}}",
        "write orders.")]
    [InlineData("{{ config(\n    materialized='view'\n) }}\nselect 1 as one", 1,
        "{{ config( materialized='view' ) }}", "write it under 'config' of the model in a .yml file of the mart.")]
    [InlineData("-- it's\nselect '{{ var('first_day') }}'::date as day", 2, "{{ var('first_day') }}", "write the "
        + "value.")]
    [InlineData("select 1 as one\n{% if is_incremental() %}", 2, "{% if is_incremental() %}",
        "write the condition with ':since' (where _load_seq > :since), which is 0 in a full build.")]
    [InlineData("select 1 as one {# why #}", 1, "{# why #}", "write a comment of SQL (-- or /* */).")]
    [InlineData("select {{ cents_to_dollars('cents') }} as dollars", 1, "{{ cents_to_dollars('cents') }}",
        "write out the SQL that it makes.")]
    [InlineData("{% set names = [\"it's\"] %} select 1", 1, "{% set names = [\"it's\"] %}",
        "write out the SQL that it makes.")]
    public void A_template_is_refused_with_its_line(string sql, int line, string template, string advice)
    {
        using var folder = new ProjectFolder(("core/a.sql", sql));

        Assert.Equal(
            [$"sql/core/a.sql:{line}: has a template of dbt, \"{template}\"; SQL is plain here: {advice} "
                + "'greenery import dbt' converts a whole project."],
            folder.Diagnostics());
    }

    [Theory]
    [InlineData("select '{{1,2},{3,4}}'::integer[] as pairs")]
    [InlineData("select email like '{%' as is_json from users")]
    [InlineData("select 1 as one -- was {{ ref('users') }}, it's plain now")]
    [InlineData("/* {% if x %} */ select '{# no comment #}' as text")]
    public void What_only_looks_like_one_is_none(string sql)
    {
        using var folder = new ProjectFolder(("core/a.sql", sql));

        Assert.Empty(folder.Diagnostics());
    }

    [Fact]
    public void A_literal_of_a_list_loses_its_own_quotes_only()
    {
        var loops = new DbtLoops();

        Assert.True(loops.TrySet("""{% set m = ["'card'", '"Total"', 'plain', 7] %}"""));
        Assert.Equal("""'card';"Total";plain;7;""", loops.Expand("{% for x in m %}{{ x }};{% endfor %}"));
    }

    [Fact]
    public void Checks_and_metrics_are_looked_at_and_each_template_is_named()
    {
        using var folder = new ProjectFolder(
            ("core/a.sql", "select user_id from users"),
            ("core/checks/none.sql", "select * from {{ ref('a') }}\nwhere {{ this }}"),
            ("metrics/m.sql", "-- M (count): m.\nselect count(*) as value from {{ ref('a') }}"));

        Assert.Equal(
            ["sql/metrics/m.sql:2", "sql/core/checks/none.sql:1", "sql/core/checks/none.sql:2"],
            folder.Diagnostics().Select(fault => fault.Split(": ")[0]));
    }
}
