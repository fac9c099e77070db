using Greenery.Models;
using Greenery.Models.Planning;
using Greenery.Tests.Support;

namespace Greenery.Tests.Models;

/// <summary>Which SQL may answer differently though no row has changed.</summary>
public sealed class VolatileSqlTests(TestDatabase database) : IClassFixture<TestDatabase>, IAsyncLifetime
{
    public Task InitializeAsync() => database.RunAsync(
        """
        create schema if not exists util;
        create schema if not exists staging;
        create or replace function util.pure(a integer) returns integer immutable language sql return a;
        create or replace function util.lookup(a integer, b integer default 1) returns integer stable language sql
            return a;
        create or replace function util.forgotten() returns date language sql return current_date;
        create or replace function staging.bare() returns date stable language sql return current_date;
        """);

    public Task DisposeAsync() => Task.CompletedTask;

    [Theory]
    [InlineData("select now()", "now()")]
    [InlineData("select 1 where placed_on > Current_Date - 30", "current_date")]
    [InlineData("select localtimestamp(0)", "localtimestamp")]
    [InlineData("select pg_catalog.clock_timestamp()", "pg_catalog.clock_timestamp()")]
    [InlineData("select age(created_at)", "age()")]
    [InlineData("select 'today'::date", "'today'")]
    [InlineData("select 1 where placed_on > ' Yesterday'", "' Yesterday'")]
    [InlineData("select timestamp 'tomorrow 10:00'", "'tomorrow 10:00'")]
    [InlineData("select coalesce(a, random())", "random()")]
    [InlineData("select * from t tablesample bernoulli (10)", "bernoulli()")]
    [InlineData("select util.lookup(1)", "util.lookup()")]
    [InlineData("select util.\"lookup\"(1, least(2, 3))", "util.lookup()")]
    [InlineData("select util.forgotten()", "util.forgotten()")]
    [InlineData("select bare()", "bare()")]
    [InlineData("select current_setting('a.b')", "current_setting()")]
    public async Task It_asks_for_the_time_or_calls_what_is_not_immutable(string sql, string found) =>
        Assert.Equal(found, await FindAsync(sql));

    [Theory]
    [InlineData("select age(created_at, shipped_at), count(*), min(a), b::numeric(12), c::timestamptz(0)")]
    [InlineData("select to_char(created_at, 'yyyy'), date_trunc('day', created_at), timezone('utc', created_at)")]
    [InlineData("select extract(year from created_at), concat(a, b), to_jsonb(t), jsonb_agg(a), json_build_object()")]
    [InlineData("select t.current_date, a as localtime, \"current_date\" from t")]
    [InlineData("select 'now or never', 'today is the day' -- now()")]
    [InlineData("select util.pure(1), util.lookup(1, 2, 3), forgotten(), lookup(1)")]
    public async Task The_same_rows_give_the_same_answer(string sql) => Assert.Null(await FindAsync(sql));

    private async Task<string?> FindAsync(string sql)
    {
        await using var connection = await database.Warehouse.ConnectAsync(default);
        return (await VolatileSql.ReadAsync(connection, Marts.Usual, [sql], default)).Find(sql);
    }
}
