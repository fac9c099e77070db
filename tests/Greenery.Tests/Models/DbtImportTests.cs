using Greenery.Models;
using Greenery.Models.Dbt;
using Greenery.Runs;
using Greenery.Tests.Support;

namespace Greenery.Tests.Models;

/// <summary>A project of dbt becomes one that is valid here; what it loses is listed with file and line.</summary>
public sealed class DbtImportTests : IDisposable
{
    private readonly TestDataFolder _dbt = new();
    private readonly TestDataFolder _sql = new();

    public DbtImportTests()
    {
        Write("dbt_project.yml",
            """
            name: shop
            vars: {first_year: 2020}
            models:
              shop:
                staging: {+materialized: view}
                marts: {+materialized: table}
            """);
        Write("seeds/raw_orders.csv", "id,customer,amount_cents,ordered_on\n1,7,500,2026-01-01\n2,7,250,2026-01-02\n");
        Write("models/staging/stg_orders.sql",
            """
            {{ config(tags=['daily'], alias='o') }}
            with source as (
                {#- seeds, for now #}
                select * from {{ source('shop', 'raw_orders') }}
            )
            select id as order_id, customer as customer_id, {{ cents('amount_cents') }} as amount, ordered_on
            from source
            where date_part('year', ordered_on) >= {{ var('first_year') }}

            """);
        Write("models/marts/orders.sql",
            "with orders as (select * from {{ ref('stg_orders') }})\nselect * from orders\n");
        Write("models/marts/customers.sql",
            """
            {{ config(materialized='incremental', unique_key='customer_id') }}
            with orders as (select * from {{ ref('orders') }})
            select customer_id, sum(amount) as spent from orders
            {% if is_incremental() %}
            where ordered_on > (select max(ordered_on) from {{ this }})
            {% endif %}
            group by customer_id

            """);
        Write("models/marts/schema.yml",
            """
            version: 2
            models:
              - name: orders
                description: '{{ doc("orders") }}'
                config: {materialized: view}
                columns:
                  - name: order_id
                    tests: [unique, relationships: {to: ref('stg_orders'), field: order_id}]
            metrics:
              - name: spent
            unit_tests:
              - name: cents_are_hundredths
                model: stg_orders
                given:
                  - input: source('shop', 'raw_orders')
                    rows: [{id: 1, amount_cents: 250, ordered_on: 2026-01-02}]
                expect:
                  rows: [{order_id: 1, amount: 2.5}]
            """);
        Write("models/docs.md", "{% docs orders %}\nOne row per order.\n{% enddocs %}\n");
        Write("models/sources.yml",
            "sources:\n  - name: shop\n    tables:\n      - name: raw_orders\n      - name: raw_refunds\n");
        Write("macros/cents.sql",
            "{% macro cents(column) %}{{ return(adapter.dispatch('cents')(column)) }}{% endmacro %}\n"
            + "{% macro default__cents(column) -%}\n({{ column }} / 100)\n{%- endmacro %}\n"
            + "{% macro postgres__cents(column) -%}\n({{ column }}::numeric(16, 2) / 100)\n{%- endmacro %}\n");
        Write("tests/no_gifts.sql", "select * from {{ ref('orders') }} where amount <= 0\n");
        Write("snapshots/orders.sql", "{% snapshot orders_snapshot %}{% endsnapshot %}\n");
    }

    [Fact]
    public async Task A_project_is_valid_and_what_is_left_out_is_listed()
    {
        var imported = await ImportAsync();

        Assert.Equal((3, 0), (imported.Models, imported.Unconverted.Count));
        Assert.Equal(
            [
                "models/marts/customers.sql:4: the condition of is_incremental() was taken out, so that the model is "
                    + "built in full; see 'Models by key'.",
                "models/staging/stg_orders.sql:1: config(alias=...) was left out; see docs/configuration.md for what "
                    + "a model may be configured by.",
                "models/marts/schema.yml:9: 'metrics' was left out: a metric is a select in sql/metrics here, see "
                    + "'Add a metric'.",
                "models/marts/customers.sql: 'materialized: incremental' was left out: it is a table here, built in "
                    + "full; see 'Models by key'.",
                "models/staging/stg_orders.sql: this view over source tables is a table here, or readers would see "
                    + "rows before they are checked.",
                "models/sources.yml:5: source table 'raw_refunds' was left out: no seed shows its columns. Write its "
                    + "contract from a file with 'greenery infer'.",
                "snapshots/orders.sql: was left out: versions of rows are kept by 'config: {history: [...]}' of a "
                    + "source table.",
            ],
            imported.Left.Select(diagnostic => $"{diagnostic}"));
        var project = Project.Read(_sql.Path);
        Assert.Equal(["stg_orders", "orders", "customers"], project.Catalogue.Models.Select(model => model.Name));
        Assert.Equal((Materialization.Table, Materialization.View, Materialization.Table), (
            project.Catalogue["stg_orders"].Materialization, project.Catalogue["orders"].Materialization,
            project.Catalogue["customers"].Materialization));
        Assert.Equal("One row per order.", project.Catalogue["orders"].Description);
        Assert.Equal(["daily"], project.Catalogue["stg_orders"].Tags);
        Assert.Contains("(amount_cents::numeric(16, 2) / 100) as amount", project.Catalogue["stg_orders"].Sql,
            StringComparison.Ordinal);
        Assert.Contains(">= 2020", project.Catalogue["stg_orders"].Sql, StringComparison.Ordinal);
        Assert.Equal("raw_orders", Assert.Single(Assert.Single(project.Catalogue.UnitTests).Given).Name);
        Assert.Equal(["core.orders.order_id.unique", "core.orders.order_id.relationships", "core.no_gifts"],
            project.Checks.Select(check => check.Id));
    }

    [Fact]
    public async Task A_template_that_is_no_plain_SQL_stays_in_its_file_and_is_listed()
    {
        Write("models/marts/loop.sql",
            "select\n{% for x in columns('orders') %}\n1 as {{ x }}\n{% endfor %}\nfrom {{ ref('orders') }}\n");

        var imported = await ImportAsync();

        Assert.Equal(["loop"], imported.Unconverted);
        Assert.Equal(["models/marts/loop.sql:2"],
            imported.Left.Select(diagnostic => diagnostic.Place)
                .Where(place => place.Contains("loop", StringComparison.Ordinal)));
        var refused = Assert.Throws<ConfigurationException>(() => Project.Read(_sql.Path));
        Assert.All(refused.Diagnostics, diagnostic => Assert.StartsWith("sql/core/marts/loop.sql:", diagnostic.Place));
    }

    [Fact]
    public async Task Loops_over_lists_of_literals_are_written_out()
    {
        Write("models/marts/by_method.sql",
            """
            {% set methods = ['card', "coupon"] %}
            {%- set days = [7, 28] -%}
            select
                order_id,
                {% for method in methods -%}
                sum(case when method = '{{ method }}' then amount end) as {{method}}_amount,
                {% endfor -%}
                {% for day in days %}{{ cents('amount') }} as of_{{ day }}{% if not loop.last %}, {% endif %}{% endfor %}
            from {{ ref('orders') }}
            where {% for day in [1, 2] %}{% if loop.first %}({% endif %}amount <> {{ day }}{{ " and " if not loop.last }}{% endfor %})

            """);

        var imported = await ImportAsync();

        Assert.Empty(imported.Unconverted);
        Assert.Equal(
            """
            select
                order_id,
                sum(case when method = 'card' then amount end) as card_amount,
                sum(case when method = 'coupon' then amount end) as coupon_amount,
                (amount::numeric(16, 2) / 100) as of_7, (amount::numeric(16, 2) / 100) as of_28
            from orders
            where (amount <> 1 and amount <> 2)
            """.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries),
            File.ReadAllText(Path.Combine(_sql.Path, "core/marts/by_method.sql"))
                .Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries));
    }

    // A loop in a loop, one over something else, and statements in a round are more than a text.
    [Theory]
    [InlineData("{% for x in ['a'] %}{% for y in ['b'] %}{{ x }}{{ y }}{% endfor %}{% endfor %}")]
    [InlineData("{% set a = [b, c()] %}{% for x in a %}{{ x }}{% endfor %}")]
    [InlineData("{% for x in ['a'] %}{% if x == 'a' %}1{% endif %}{% endfor %}")]
    [InlineData("{% for x in ['a'] %}{{ x | upper }}{% endfor %}")]
    public async Task Other_loops_stay_and_are_listed(string text)
    {
        Write("models/marts/loop.sql", $"select {text} from {{{{ ref('orders') }}}}\n");

        Assert.Equal(["loop"], (await ImportAsync()).Unconverted);
    }

    [Fact]
    public async Task A_folder_without_a_project_is_refused()
    {
        File.Delete(Path.Combine(_dbt.Path, "dbt_project.yml"));

        var refused = await Assert.ThrowsAsync<ConfigurationException>(ImportAsync);

        Assert.Equal($"{_dbt.Path}: has no dbt_project.yml; expected the folder of a project of dbt.", refused.Message);
    }

    public void Dispose()
    {
        _dbt.Dispose();
        _sql.Dispose();
    }

    private async Task<DbtImportResult> ImportAsync()
    {
        var imported = await DbtImport.ReadAsync(_dbt.Path, default);
        foreach (var (path, text) in imported.Files)
        {
            Write(_sql, path, text);
        }
        return imported;
    }

    private void Write(string path, string text) => Write(_dbt, path, text);

    private static void Write(TestDataFolder folder, string path, string text)
    {
        var file = Path.Combine(folder.Path, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
    }
}
