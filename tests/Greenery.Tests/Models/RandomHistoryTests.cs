using Greenery.Models;
using Greenery.Models.Building;
using Greenery.Models.Planning;
using Greenery.Publishing;
using Greenery.Tests.Support;
using Greenery.Warehouse;

namespace Greenery.Tests.Models;

/// <summary>
/// Whatever happens to staging, and whichever runs fail or are rolled back in between: what is published equals one
/// full build, and a rollback shows what the run had shown.
/// </summary>
public sealed class RandomHistoryTests
{
    private const string Properties =
        """
        models:
          - {name: appended, config: {materialized: incremental, incremental_strategy: append}}
          - {name: merged, config: {materialized: incremental, unique_key: order_id}}
          - {name: totals, config: {materialized: incremental, unique_key: user_id}}
          - {name: days, config: {materialized: incremental, incremental_strategy: replace_window, window: ordered_on}}
        """;

    private static readonly (string Name, string Sql)[] Models =
    [
        ("appended", "select user_id, email from users where _load_seq > :since"),
        ("merged", "select order_id, user_id, amount, amount < 0 as _deleted from orders where _load_seq > :since"),
        ("totals", "select user_id, sum(amount) as total, bool_and(amount < 0) as _deleted from orders where exists "
            + "(select from orders as new "
            + "where new.user_id is not distinct from orders.user_id and new._load_seq > :since) group by user_id"),
        ("days", "select ordered_on, user_id, sum(amount) as total, bool_and(amount < 0) as _deleted from orders "
            + "where ordered_on in "
            + "(select ordered_on from orders where _load_seq > :since) group by ordered_on, user_id"),
    ];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task What_is_published_equals_one_full_build(int seed)
    {
        var database = new TestDatabase();
        await database.InitializeAsync();
        try
        {
            await new History(database, new Random(seed)).LiveAsync(steps: 14);
        }
        finally
        {
            await database.DisposeAsync();
        }
    }

    private sealed class History(TestDatabase database, Random chance)
    {
        private readonly Dictionary<long, string> _shown = [];
        private readonly List<string> _log = [];
        private int _deltas;

        public async Task LiveAsync(int steps)
        {
            await database.RunAsync(
                """
                create table staging.users (user_id integer, email text, _load_seq bigint);
                create table staging.orders (order_id integer primary key, user_id integer, amount integer, ordered_on date, _load_seq bigint);
                create sequence staging.at;
                """);
            for (var step = 0; step < steps; step++)
            {
                await ChangeStagingAsync();
                switch (chance.Next(6))
                {
                    case 0:
                        await RollBackAsync();
                        break;
                    case 1:
                        await BuildAsync(isPublished: false);
                        break;
                    default:
                        await BuildAsync(isPublished: true);
                        break;
                }
            }
            await BuildAsync(isPublished: true);
            Assert.True(_deltas > 5, "The history had no increments to speak of.");
        }

        // Rows come, late ones among them; rows change, some so that the models lose them and some so that they come
        // back; now and then a row leaves staging.
        private async Task ChangeStagingAsync()
        {
            await database.RunAsync("select nextval('staging.at')");
            for (var i = chance.Next(1, 4); i > 0; i--)
            {
                await database.RunAsync(
                    $"""
                    insert into staging.orders values ({chance.Next(12)}, nullif({chance.Next(4)}, 0), {chance.Next(-6, 9)},
                        null, (select last_value from staging.at))
                    on conflict (order_id) do update set amount = excluded.amount, _load_seq = excluded._load_seq;
                    update staging.orders set ordered_on = date '2026-11-01' + order_id % 4 where ordered_on is null
                    """);
            }
            await database.RunAsync(
                "insert into ops.source_state values ('orders', (select last_value from staging.at)) "
                + "on conflict (table_name) do update set load_seq = excluded.load_seq");
            if (chance.Next(3) > 0)
            {
                await database.RunAsync(
                    $"""
                    insert into staging.users select {chance.Next(100)}, 'x', last_value from staging.at;
                    insert into ops.source_state values ('users', (select last_value from staging.at))
                    on conflict (table_name) do update set load_seq = excluded.load_seq
                    """);
            }
            if (chance.Next(9) == 0)
            {
                await database.RunAsync(
                    "delete from staging.orders where order_id = (select min(order_id) from staging.orders); "
                    + "update ops.source_state set removed_seq = load_seq where table_name = 'orders'");
            }
        }

        private async Task BuildAsync(bool isPublished)
        {
            using var folder = new ProjectFolder(("core/core.yml", Properties));
            foreach (var (name, sql) in Models)
            {
                folder.Write($"core/{name}.sql", sql);
            }
            var catalogue = folder.Catalogue();
            var lease = await database.StartAsync();
            var plan = await new RunPlan(database.Warehouse, catalogue)
                .MakeAsync(lease, isFullRefresh: chance.Next(12) == 0, default);
            foreach (var planned in plan.Where(planned => planned.Action == ModelAction.Build))
            {
                _deltas += planned.IsDelta ? 1 : 0;
                await new ModelBuilder(database.Warehouse).BuildAsync(planned, lease, default);
            }
            _log.Add($"run {lease.RunId} {(isPublished ? "published" : "failed")}: "
                + $"{string.Join(", ", plan.Select(planned => planned.Reason))}");
            if (isPublished)
            {
                await new Publisher(database.Warehouse, TimeProvider.System)
                    .PublishAsync(plan, lease.RunId, lease, (connection, token) => connection.ExecuteAsync(
                    "update ops.run set state = 'published' where run_id = @RunId", lease, token), default);
                _shown[lease.RunId] = await ShownAsync();
                await AssertLikeFullBuildAsync(catalogue);
            }
            await new CleanUp(database.Warehouse, TimeProvider.System).RunAsync(lease, default);
        }

        private async Task RollBackAsync()
        {
            var kept = await database.ListAsync<long>(
                "select run_id from ops.run where state = 'published' and is_kept order by run_id desc");
            if (kept.Count < 2)
            {
                return;
            }
            using var folder = new ProjectFolder(("core/core.yml", Properties));
            foreach (var (name, sql) in Models)
            {
                folder.Write($"core/{name}.sql", sql);
            }
            var target = kept[chance.Next(1, kept.Count)];
            var lease = await database.StartAsync();
            await new Rollback(database.Warehouse, folder.Catalogue(), ReaderRole.Usual, TimeProvider.System)
                .RunAsync(target, lease, default);
            _log.Add($"run {lease.RunId} rolled back to {target}");
            Assert.True(_shown[target] == await ShownAsync(), string.Join('\n', _log));
        }

        private async Task AssertLikeFullBuildAsync(ModelCatalogue catalogue)
        {
            foreach (var model in catalogue.Models)
            {
                var columns = string.Join(", ", await database.ListAsync<string>(
                    $"select attname::text from pg_attribute where attrelid = 'core.{model.Name}'::regclass and "
                        + $"attnum > 0 order by attnum"));
                var kept = model.Sql.Contains("_deleted", StringComparison.Ordinal) ? " where _deleted is not true"
                    : "";
                var full = $"({model.SqlSince(0)}) as a{kept}";
                var expected = await database.ValueAsync<string>($"set search_path to staging; {Rows(columns, full)}");
                var actual = await database.ValueAsync<string>(Rows(columns, $"core.{model.Name}"));
                Assert.True(expected == actual,
                    $"{model.Name}: expected {expected}, was {actual}\n{string.Join('\n', _log)}");
                Assert.Equal(
                    await database.ValueAsync<long>($"select count(*) from core.{model.Name}"),
                    await database.ValueAsync<long>($"select row_count from ops.live where model = '{model.Name}'"));
            }
        }

        private async Task<string> ShownAsync() => string.Join('\n', await Task.WhenAll(
            Models.Select(model => database.ValueAsync<string>(Rows("*", $"core.{model.Name}")))));

        private static string Rows(string columns, string from) =>
            $"select array_agg(x::text order by x::text)::text from (select {columns} from {from}) as x";
    }
}
