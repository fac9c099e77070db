using System.Globalization;
using Greenery.Warehouse;

namespace Greenery.Benchmarks.History;

/// <summary>
/// The drops of one day of the synthetic shop: events in sessions of ten, an order for each session that checks out,
/// its items, some new accounts and some that move.
/// </summary>
internal sealed class DayFiles(PostgresWarehouse warehouse, string folder, long users)
{
    /// <summary>Writes the drops of a date.</summary>
    /// <param name="date">Their business date.</param>
    /// <param name="first">The number of the first event; they are numbered without a gap.</param>
    /// <param name="count">How many events.</param>
    public async Task WriteAsync(DateOnly date, long first, long count)
    {
        var day = Directory.CreateDirectory(Path.Combine(folder, $"{date:yyyy-MM-dd}")).FullName;
        foreach (var (table, select) in Selects)
        {
            var sql = select
                .Replace("@first", first.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal)
                .Replace("@last", (first + count - 1).ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal)
                .Replace("@users", users.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);
            await using var connection = await warehouse.ConnectAsync(default);
            using var reader = await connection.BeginTextExportAsync($"copy ({sql}) to stdout (format csv, header)");
            await File.WriteAllTextAsync(Path.Combine(day, $"{table}.csv"), await reader.ReadToEndAsync());
        }
    }

    // Ids and times as those of the shop itself.
    private static readonly (string Table, string Select)[] Selects =
    [
        ("events",
        """
        select md5('e' || n)::uuid as event_id, md5('s' || n / 10)::uuid as session_id,
            md5('u' || 1 + (n / 10) % @users)::uuid as user_id, 'https://greenery.example/product/' || n % 30 as page_url,
            timestamptz '2021-01-01 00:00Z' + n * interval '0.7 seconds' as created_at,
            case when n % 10 < 6 then 'page_view' when n % 10 < 8 then 'add_to_cart' when n % 10 = 8 then 'checkout'
                else 'package_shipped' end as event_type,
            case when n % 10 >= 8 then md5('new o' || n / 10)::uuid end as order_id,
            case when n % 10 < 8 then md5('p' || 1 + n % 30)::uuid end as product_id
        from generate_series(@first, @last) as n
        """),
        ("orders",
        """
        select md5('new o' || n)::uuid as order_id, md5('u' || 1 + n % @users)::uuid as user_id, null as promo_id,
            md5('a' || 1 + n % @users)::uuid as address_id,
            timestamptz '2021-01-01 00:00Z' + n * interval '7 seconds' as created_at,
            20 as order_cost, 5 as shipping_cost, 25 as order_total, null as tracking_id, null as shipping_service,
            null as estimated_delivery_at, null as delivered_at, 'preparing' as status
        from generate_series(@first / 10, @last / 10) as n
        """),
        ("order_items",
        """
        select md5('new o' || n)::uuid as order_id, md5('p' || 1 + (n + k) % 30)::uuid as product_id, 1 + k as quantity
        from generate_series(@first / 10, @last / 10) as n cross join generate_series(0, 1) as k
        """),
        // Ten new accounts, and ten that move.
        ("users",
        """
        select md5('u' || case when n < 10 then 1000000000 + @first + n else 1 + (@first + n * 997) % @users end)::uuid
                as user_id, 'F' as first_name, 'L' as last_name, n || '@example.com' as email,
            null as phone_number, null as updated_at, timestamptz '2021-01-01 00:00Z' as created_at, md5('a' || 1 + (@first + n) % @users)::uuid as address_id
        from generate_series(0, 19) as n
        """),
    ];
}
