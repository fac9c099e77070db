using Greenery.Runs;
using Greenery.Staging.Loading;
using Greenery.Warehouse;

namespace Greenery.Benchmarks.Marts;

/// <summary>
/// Fills the staging tables with a shop of any size, without files: what is measured begins after staging.
/// </summary>
internal sealed class SyntheticShop(PostgresWarehouse warehouse, Project project)
{
    private const int EventsPerOrder = 10;

    private long _users = 1;

    /// <summary>
    /// Empties everything and makes <paramref name="events"/> events with orders, items and users to match.
    /// </summary>
    public async Task FillAsync(long events)
    {
        await using (var connection = await warehouse.ConnectAsync(default))
        {
            var schemas = await connection.QueryAsync<string>(
                @"select nspname::text from pg_namespace
                  where nspname in ('ops', 'staging', 'warehouse', 'core', 'marketing', 'product')
                      or nspname ~ '^run_\d+$'",
                null, default);
            if (schemas.Count > 0)
            {
                await connection.ExecuteAsync($"drop schema {SqlText.Names(schemas)} cascade", null, default);
            }
        }
        await new Migrations(warehouse).RunAsync(default);
        await new StagingTables(warehouse).EnsureAsync(project.Catalogue.Sources, null, default);
        _users = Math.Max(1, events / 50);
        await RunAsync(FewTables, new { users = _users });
        await RunAsync(Orders, new { orders = events / EventsPerOrder, users = _users });
        await AddEventsAsync(1, events, loadSeq: 1);
        await RunAsync("select setval('ops.load_seq', 1)", null);
        await RunAsync("insert into ops.source_state (table_name, load_seq) select unnest(@names), 1",
            new { names = project.Catalogue.Sources.Select(source => source.Name).ToArray() });
        await RunAsync("vacuum analyze", null);
    }

    /// <summary>Adds events, numbered from <paramref name="first"/>, as a later load.</summary>
    public async Task AddEventsAsync(long first, long count, long loadSeq)
    {
        await RunAsync(Events, new
        {
            first, last = first + count - 1, loadSeq, orders = Math.Max(1, (first + count) / EventsPerOrder),
            users = _users,
        });
        await RunAsync("update ops.source_state set load_seq = @loadSeq where table_name = 'events'", new { loadSeq });
    }

    private async Task RunAsync(string sql, object? parameters)
    {
        await using var connection = await warehouse.ConnectAsync(default);
        await connection.ExecuteAsync(sql, parameters, default);
    }

    // An id is its number: the same on every machine, and each reference can be computed.
    private const string FewTables =
        """
        create or replace function pg_temp.id(kind text, n bigint) returns uuid language sql immutable
        return md5(kind || n)::uuid;
        insert into staging.products (product_id, name, price, inventory, _drop_id, _load_seq)
        select pg_temp.id('p', n), 'plant ' || n, 5 + n, 100, 1, 1 from generate_series(1, 30) as n;
        insert into staging.promos (promo_id, discount, status, _drop_id, _load_seq)
        select 'promo ' || n, n, 'active', 1, 1 from generate_series(1, 6) as n;
        insert into staging.addresses (address_id, address, zipcode, state, country, _drop_id, _load_seq)
        select pg_temp.id('a', n), n || ' Fern Road', '0' || n % 10000, 'State ' || n % 50, 'United States', 1, 1
        from generate_series(1, @users) as n;
        insert into staging.users (user_id, first_name, last_name, email, created_at, address_id, _drop_id, _load_seq)
        select pg_temp.id('u', n), 'F' || n, 'L' || n, n || '@example.com', '2020-01-01', pg_temp.id('a', n), 1, 1
        from generate_series(1, @users) as n
        """;

    private const string Orders =
        """
        insert into staging.orders (order_id, user_id, address_id, created_at, order_cost, shipping_cost, order_total, status,
            tracking_id, shipping_service, estimated_delivery_at, delivered_at, _drop_id, _load_seq)
        select md5('o' || n)::uuid, md5('u' || 1 + n % @users)::uuid, md5('a' || 1 + n % @users)::uuid,
            timestamptz '2021-01-01 00:00Z' + n * interval '7 seconds', 20, 5, 25, 'delivered',
            md5('t' || n)::uuid, 'ups', timestamptz '2021-01-05 00:00Z' + n * interval '7 seconds',
            timestamptz '2021-01-04 00:00Z' + n * interval '7 seconds', 1, 1
        from generate_series(1, @orders) as n;
        insert into staging.order_items (order_id, product_id, quantity, _drop_id, _load_seq)
        select md5('o' || n)::uuid, md5('p' || 1 + (n + k) % 30)::uuid, 1 + k, 1, 1
        from generate_series(1, @orders) as n cross join generate_series(0, 1) as k
        """;

    // Ten events a session: six page views, two carts, a checkout and a parcel.
    private const string Events =
        """
        insert into staging.events (event_id, session_id, user_id, page_url, created_at, event_type, order_id, product_id,
            _drop_id, _load_seq)
        select md5('e' || n)::uuid, md5('s' || n / 10)::uuid, md5('u' || 1 + (n / 10) % @users)::uuid,
            'https://greenery.example/product/' || n % 30, timestamptz '2021-01-01 00:00Z' + n * interval '0.7 seconds',
            case when n % 10 < 6 then 'page_view' when n % 10 < 8 then 'add_to_cart' when n % 10 = 8 then 'checkout'
                else 'package_shipped' end,
            case when n % 10 >= 8 then md5('o' || 1 + (n / 10) % @orders)::uuid end,
            case when n % 10 < 8 then md5('p' || 1 + n % 30)::uuid end, 1, @loadSeq
        from generate_series(@first, @last) as n
        """;
}
