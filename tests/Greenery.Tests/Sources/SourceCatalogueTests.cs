using Greenery.Sources;
using Greenery.Tests.Support;

namespace Greenery.Tests.Sources;

public sealed class SourceCatalogueTests
{
    private const string Table =
        """
        sources:
          - name: shop
            tables:
              - name: orders
                columns: [{name: id, data_type: integer, constraints: [{type: primary_key}]}]

        """;

    [Fact]
    public void A_contract_is_read_with_the_sources_defaults()
    {
        var (tables, diagnostics) = Read(
            """
            version: 2
            sources:
              - name: shop
                schema: staging
                meta: {owner: data@greenery.example}
                config:
                  freshness: {warn_after: {count: 2, period: day}}
                  rejects: {warn: 0, fail: 2.5%}
                tables:
                  - name: orders
                    description: One row per order.
                    columns:
                      - {name: order_id, data_type: uuid, constraints: [{type: primary_key}], description: The order.}
                      - {name: email, data_type: text, meta: {pii: true}, config: {optional: true}}
                      - {name: total, data_type: "numeric(12,2)", constraints: [{type: not_null}]}
                  - name: items
                    meta: {owner: shop@greenery.example}
                    config: {drop: order_items, rejects: {fail: 3}, freshness: {error_after: {count: 12, period: hour}}}
                    constraints: [{type: primary_key, columns: [a, b]}]
                    columns: [{name: a, data_type: integer}, {name: b, data_type: date}]
            """);

        Assert.Empty(diagnostics);
        var (orders, items) = (tables[0], tables[1]);
        Assert.Equal(["order_id"], orders.PrimaryKey);
        Assert.Equal(
            [
                new SourceColumn("order_id", new ColumnType(ColumnKind.Uuid), IsRequired: true,
                    Description: "The order."),
                new SourceColumn("email", new ColumnType(ColumnKind.Text), IsOptional: true, IsPersonal: true),
                new SourceColumn("total", new ColumnType(ColumnKind.Numeric, 12, 2), IsRequired: true),
            ],
            orders.Columns);
        Assert.Equal((new RejectLimit(0, null), new RejectLimit(null, 2.5m)), (orders.WarnAbove, orders.FailAbove));
        Assert.Equal(new Freshness(TimeSpan.FromDays(2), null), orders.Freshness);
        Assert.Equal(
            ("orders", "data@greenery.example", "sql/sources.yml:10"), (orders.DropName, orders.Owner, orders.Place));
        Assert.Equal(["a", "b"], items.PrimaryKey);
        Assert.All(items.Columns, column => Assert.True(column.IsRequired));
        Assert.Equal((new RejectLimit(0, null), new RejectLimit(3, null)), (items.WarnAbove, items.FailAbove));
        Assert.Equal(new Freshness(null, TimeSpan.FromHours(12)), items.Freshness);
        Assert.Equal(("order_items", "shop@greenery.example"), (items.DropName, items.Owner));
    }

    [Fact]
    public void A_folder_without_a_contract_says_what_belongs_there()
    {
        using var folder = new TestDataFolder();
        var diagnostics = new List<Diagnostic>();

        Assert.Empty(SourceCatalogue.Read(folder.Path, diagnostics));
        Assert.Equal(
            $"sql/sources.yml: is not in {folder.Path}; expected the contract of the source tables there. Set "
            + "Greenery:Sql to the folder that holds sources.yml, core, marketing and product.",
            Assert.Single(diagnostics).ToString());
    }

    [Theory]
    [InlineData(
        "      - name: orders\n        columns: [{name: id, data_type: uuid, constraints: [{type: primary_key}]}]",
        "6: table 'orders' is already described at sql/sources.yml:4.")]
    [InlineData(
        "      - {name: Items, columns: [{name: id, data_type: uuid, constraints: [{type: primary_key}]}]}",
        "6: 'Items' is no table name; expected lower-case letters, digits and _, at most 40, not beginning with "
        + "a digit or _, and no reserved word of SQL.")]
    [InlineData(
        "      - {name: items, columns: [{name: id, data_type: uuid}]}",
        "6: 'items' has no primary key; expected 'constraints: [{type: primary_key}]' on a column, or on the "
        + "table with 'columns'.")]
    [InlineData(
        "      - {name: items}",
        "6: 'items' has no primary key; expected 'constraints: [{type: primary_key}]' on a column, or on the "
        + "table with 'columns'.")]
    [InlineData(
        "      - {columns: [{name: id, data_type: uuid, constraints: [{type: primary_key}]}]}",
        "6: has no 'name'; expected one.")]
    [InlineData(
        "      - name: items\n        constraints: [{type: primary_key, columns: [idd]}]\n        columns: "
        + "[{name: id, data_type: uuid}]",
        "6: the primary key names 'idd', which is no column of 'items'. Did you mean 'id'?")]
    [InlineData(
        "      - name: items\n        constraints: [{type: check}]\n        columns: [{name: id, data_type: "
        + "uuid, constraints: [{type: primary_key}]}]",
        "7: unknown constraint 'check' on a table; expected primary_key with 'columns'.")]
    [InlineData(
        "      - name: items\n        columns:\n          - {name: id, data_type: uuid, constraints: [{type: "
        + "primary_key}]}\n          - {name: x, data_type: strin}",
        "9: unknown data_type 'strin' of column 'x'; expected uuid, text, varchar(n), integer, bigint, numeric, "
        + "numeric(p,s), double precision, boolean, date, time, timestamp, timestamptz, jsonb, or an array of one of "
        + "these such as text[].")]
    [InlineData(
        "      - name: items\n        columns:\n          - {name: id, data_type: uuid, constraints: [{type: "
        + "primary_key}]}\n          - {name: x}",
        "9: has no 'data_type'; expected one.")]
    [InlineData(
        "      - name: items\n        columns:\n          - {name: id, data_type: uuid, constraints: [{type: "
        + "primary_key}]}\n          - {name: id, data_type: uuid}",
        "6: column 'id' of 'items' is described 2 times; expected once.")]
    [InlineData(
        "      - name: items\n        columns:\n          - {name: id, data_type: uuid, constraints: [{type: "
        + "primary_key}]}\n          - {name: _x, data_type: uuid}",
        "9: '_x' is no column name; expected at most 63 characters, not beginning with _ (reserved), and none of "
        + "PostgreSQL's own (tableoid, xmin, cmin, xmax, cmax, ctid).")]
    [InlineData(
        "      - name: items\n        columns:\n          - {name: id, data_type: uuid, constraints: [{type: "
        + "uniq}, {type: primary_key}]}",
        "8: unknown constraint 'uniq'; expected not_null or primary_key.")]
    [InlineData(
        "      - name: items\n        config: {rejects: {fail: 101%}}\n        columns: [{name: id, data_type: "
        + "uuid, constraints: [{type: primary_key}]}]",
        "7: 'fail: 101%' is no limit; expected a number of rows (10) or a share of the rows (2.5%, at most 100%).")]
    [InlineData(
        "      - name: items\n        config: {rejects: {fial: 1%}}\n        columns: [{name: id, data_type: "
        + "uuid, constraints: [{type: primary_key}]}]",
        "7: unknown key 'fial'; expected fail, warn. Did you mean 'fail'?")]
    [InlineData(
        "      - name: items\n        config: {freshness: {warn_after: {count: 2, period: week}}}\n        "
        + "columns: [{name: id, data_type: uuid, constraints: [{type: primary_key}]}]",
        "7: '{count: 2, period: week}' is no age; expected a positive count and minute, hour or day.")]
    [InlineData(
        "      - name: items\n        config: {freshness: {warn_after: {count: 0, period: day}}}\n        "
        + "columns: [{name: id, data_type: uuid, constraints: [{type: primary_key}]}]",
        "7: '{count: 0, period: day}' is no age; expected a positive count and minute, hour or day.")]
    [InlineData(
        "      - name: items\n        config: {freshness: {warn_after: {count: 1e15, period: day}}}\n        "
        + "columns: [{name: id, data_type: uuid, constraints: [{type: primary_key}]}]",
        "7: '{count: 1000000000000000, period: day}' is no age; expected a positive count and minute, hour or day.")]
    [InlineData(
        "      - name: items\n        config: {drop: orders}\n        columns: [{name: id, data_type: uuid, "
        + "constraints: [{type: primary_key}]}]",
        "6: drops called 'orders' are those of the table at sql/sources.yml:4 already; expected a name of its own.")]
    [InlineData(
        "      - name: items\n        config: {drop: order-items}\n        columns: [{name: id, data_type: "
        + "uuid, constraints: [{type: primary_key}]}]",
        "6: no drop can be called 'order-items'; expected a name without '-', '.' and '/', as in "
        + "<yyyy-MM-dd>/<table>[-<part>].(csv|json|ndjson|jsonl|xlsx|parquet)[.gz].")]
    [InlineData(
        "      - name: items\n        config: {snapshot: yes}\n        columns: [{name: id, data_type: uuid, "
        + "constraints: [{type: primary_key}]}, {name: price, data_type: integer}]",
        "7: 'snapshot' holds 'yes'; expected true, false, or {most_gone: 20%}.")]
    [InlineData(
        "      - name: items\n        config: {snapshot: {most_gone: many}}\n        columns: [{name: id, data_type: "
        + "uuid, constraints: [{type: primary_key}]}, {name: price, data_type: integer}]",
        "7: 'most_gone: many' is no limit; expected a number of rows (10) or a share of the rows "
        + "(2.5%, at most 100%).")]
    [InlineData(
        "      - name: items\n        config: {snapshot: {most_gne: 1%}}\n        columns: [{name: id, data_type: "
        + "uuid, constraints: [{type: primary_key}]}, {name: price, data_type: integer}]",
        "7: unknown key 'most_gne'; expected most_gone. Did you mean 'most_gone'?")]
    [InlineData(
        "      - name: items\n        config: {history: {price: true}}\n        columns: [{name: id, data_type: uuid, "
        + "constraints: [{type: primary_key}]}, {name: price, data_type: integer}]",
        "7: 'history' holds a mapping; expected a text or a list of texts.")]
    [InlineData(
        "      - name: items\n        config: {history: [prise]}\n        columns: [{name: id, data_type: uuid, "
        + "constraints: [{type: primary_key}]}, {name: price, data_type: integer}]",
        "6: the history names 'prise', which is no column of 'items'. Did you mean 'price'?")]
    [InlineData(
        "      - name: items\n        config: {history: [price, price]}\n        columns: [{name: id, data_type: uuid, "
        + "constraints: [{type: primary_key}]}, {name: price, data_type: integer}]",
        "6: the history names 'price' 2 times; expected once.")]
    [InlineData(
        "      - name: items\n        config: {history: valid_to}\n        columns: [{name: id, data_type: uuid, "
        + "constraints: [{type: primary_key}]}, {name: valid_to, data_type: date}]",
        "6: the history of 'items' has a column 'valid_to' of its own; rename the table's, or leave it out.")]
    [InlineData(
        "      - name: items\n        config: {history: id}\n        columns: [{name: id, data_type: uuid, "
        + "constraints: [{type: primary_key}]}]",
        "6: the history names 'id', which is part of the key of 'items': a row with another key is another row. "
        + "Expected columns that change.")]
    [InlineData(
        "      - {name: items, config: {history: price}, columns: [{name: id, data_type: uuid, constraints: [{type: "
        + "primary_key}]}, {name: price, data_type: integer}]}\n      - {name: items_history, columns: [{name: id, "
        + "data_type: uuid, constraints: [{type: primary_key}]}]}",
        "7: the name 'items_history' is taken by the history of the table at sql/sources.yml:6.")]
    public void A_fault_of_the_contract_has_file_and_line(string table, string fault)
    {
        var (_, diagnostics) = Read(Table.TrimEnd('\n') + "\n" + table);

        Assert.Equal([$"sql/sources.yml:{fault}"], diagnostics.Select(found => $"{found}"));
    }

    [Fact]
    public void Snapshots_and_histories_are_read()
    {
        var (tables, diagnostics) = Read(
            """
            sources:
              - name: shop
                config: {snapshot: {most_gone: 5}}
                tables:
                  - name: plain
                    config: {snapshot: false}
                    columns: [{name: id, data_type: integer, constraints: [{type: primary_key}]}]
                  - name: inherited
                    columns: [{name: id, data_type: integer, constraints: [{type: primary_key}]}]
                  - name: own
                    config: {snapshot: {most_gone: 2.5%}, history: [price, stock]}
                    columns:
                      - {name: id, data_type: integer, constraints: [{type: primary_key}]}
                      - {name: price, data_type: integer}
                      - {name: stock, data_type: integer}
              - name: others
                tables:
                  - name: usual
                    config: {snapshot: true, history: price}
                    columns: [{name: id, data_type: integer, constraints: [{type: primary_key}]}, {name: price, data_type: integer}]
            """);

        Assert.Empty(diagnostics);
        Assert.Equal(
            [null, new SnapshotRule(new RejectLimit(5, null)), new SnapshotRule(new RejectLimit(null, 2.5m)),
                SnapshotRule.Default],
            tables.Select(table => table.Snapshot));
        Assert.Equal(["", "", "price,stock", "price"], tables.Select(table => string.Join(',', table.History)));
        Assert.Equal("usual_history", tables[3].HistoryName);
    }

    [Fact]
    public void A_history_belongs_to_a_table()
    {
        var (_, diagnostics) = Read("sources:\n  - name: shop\n    config: {history: [price]}\n    tables: []\n");

        Assert.Equal(
            ["sql/sources.yml:2: has a history; expected it in the config of a table, because it names the table's "
                + "columns."],
            diagnostics.Select(diagnostic => $"{diagnostic}"));
    }

    [Fact]
    public void Tables_live_in_staging()
    {
        var (_, diagnostics) = Read("sources:\n  - name: shop\n    schema: public\n    tables: []\n");

        Assert.Equal(
            ["sql/sources.yml:2: schema is 'public'; expected staging: all drops are loaded there."],
            diagnostics.Select(diagnostic => $"{diagnostic}"));
    }

    [Fact]
    public void A_key_that_is_declared_on_column_and_table_is_the_same_key()
    {
        var (tables, diagnostics) = Read(
            """
            sources:
              - name: shop
                tables:
                  - name: orders
                    constraints: [{type: primary_key, columns: [id]}]
                    columns: [{name: id, data_type: integer, constraints: [{type: primary_key}]}]
            """);

        Assert.Empty(diagnostics);
        Assert.Equal(["id"], tables[0].PrimaryKey);
    }

    [Theory]
    [InlineData("uuid", "uuid")]
    [InlineData(" Text ", "text")]
    [InlineData("varchar", "text")]
    [InlineData("INT", "integer")]
    [InlineData("bigint", "bigint")]
    [InlineData("numeric", "numeric")]
    [InlineData("decimal( 12 , 2 )", "numeric(12,2)")]
    [InlineData("numeric(1000,1000)", "numeric(1000,1000)")]
    [InlineData("bool", "boolean")]
    [InlineData("date", "date")]
    [InlineData("timestamp with time zone", "timestamptz")]
    [InlineData("jsonb", "jsonb")]
    [InlineData("double", "double precision")]
    [InlineData("timestamp without time zone", "timestamp")]
    [InlineData("character varying(20)", "varchar(20)")]
    [InlineData("Decimal(8, 2)[]", "numeric(8,2)[]")]
    public void A_data_type_is_known_by_its_usual_names(string text, string sql)
    {
        Assert.True(ColumnType.TryParse(text, out var type));
        Assert.Equal(sql, type.Sql);
    }

    [Theory]
    [InlineData("")]
    [InlineData("timetz")]
    [InlineData("numeric(0,0)")]
    [InlineData("numeric(1001,2)")]
    [InlineData("numeric(2,3)")]
    [InlineData("numeric(99999,2)")]
    [InlineData("numeric(١,١)")]
    [InlineData("text; drop table x")]
    public void Other_data_types_are_unknown(string text) => Assert.False(ColumnType.TryParse(text, out _));

    private static (IReadOnlyList<SourceTable> Tables, List<Diagnostic> Faults) Read(string yaml)
    {
        using var folder = new TestDataFolder();
        File.WriteAllText(Path.Combine(folder.Path, "sources.yml"), yaml);
        var diagnostics = new List<Diagnostic>();
        return (SourceCatalogue.Read(folder.Path, diagnostics), diagnostics);
    }
}
