namespace Greenery.Tests.Support;

/// <summary>
/// A sql folder small enough to run in a blink, with one of each: a table, an incremental table, a table that reads
/// both, and a view. Its data is in whole numbers.
/// </summary>
internal static class TinyShop
{
    public const string Day = "2021-02-12";

    public const string Users = "user_id,name,city\n1,Ana,Lisbon\n2,Bo,Malmo\n3,Cy,Leeds\n";

    public const string Orders =
        "order_id,user_id,amount,placed_on\n10,1,5,2021-02-10\n11,1,7,2021-02-11\n12,2,9,2021-02-11\n";

    public static void WriteSql(string folder)
    {
        foreach (var (path, text) in Files)
        {
            var file = Path.Combine(folder, path);
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllText(file, text);
        }
    }

    private static (string Path, string Text)[] Files =>
    [
        ("sources.yml",
        """
        version: 2
        sources:
          - name: shop
            tables:
              - name: users
                columns:
                  - {name: user_id, data_type: integer, constraints: [{type: primary_key}]}
                  - {name: name, data_type: text, meta: {pii: true}}
                  - {name: city, data_type: text}
              - name: orders
                columns:
                  - {name: order_id, data_type: integer, constraints: [{type: primary_key}]}
                  - {name: user_id, data_type: integer, constraints: [{type: not_null}]}
                  - {name: amount, data_type: "numeric(12,2)"}
                  - {name: placed_on, data_type: date}
        """),
        ("core/dim_users.sql", "select user_id, name, city from users\n"),
        ("core/fact_orders.sql",
            "select order_id, user_id, amount, placed_on\nfrom orders\nwhere _load_seq > :since\n"),
        ("core/core.yml",
        """
        version: 2
        models:
          - name: dim_users
            columns:
              - name: user_id
                data_tests: [unique, not_null]
              - name: name
                meta: {pii: true}
          - name: fact_orders
            config: {materialized: incremental, unique_key: order_id}
            columns:
              - name: order_id
                data_tests: [unique, not_null]
              - name: amount
                data_tests:
                  - accepted_range: {min_value: 0}
        """),
        ("marketing/fact_user_orders.sql",
        """
        select
            dim_users.user_id,
            dim_users.city,
            count(*) as total_orders,
            sum(fact_orders.amount) as total_spend
        from dim_users
        inner join fact_orders using (user_id)
        group by
            dim_users.user_id,
            dim_users.city
        """),
        ("product/daily_sales.sql",
            "select placed_on, count(*) as orders, sum(amount) as revenue\nfrom fact_orders\ngroup by placed_on\n"),
        ("product/product.yml",
        """
        version: 2
        models:
          - name: daily_sales
            config: {materialized: view}
            columns:
              - name: placed_on
                data_tests: [unique, not_null]
        """),
        ("metrics/orders.sql",
            "-- Orders (count): orders placed.\nselect count(*)::numeric as value from core.fact_orders\n"),
    ];
}
