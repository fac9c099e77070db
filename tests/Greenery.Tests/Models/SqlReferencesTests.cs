using Greenery.Models.Sql;

namespace Greenery.Tests.Models;

/// <summary>
/// A missed table would serve stale rows, a false one would refuse a sound model: each case names all tables, no other.
/// Tables are single letters, columns and aliases are longer.
/// </summary>
public sealed class SqlReferencesTests
{
    [Theory]
    [InlineData("select 1", "")]
    [InlineData("select x from a", "a")]
    [InlineData("SELECT x FROM A", "a")]
    [InlineData("select x from a as aa, b bb, c", "a b c")]
    [InlineData("select x from a, (select * from b) as bb, c", "a b c")]
    [InlineData("select x from a join b using (k, l) left join c on a.k = c.k, d", "a b c d")]
    [InlineData("select x from a join b on f(a.k, b.k) and a.k in (k1, k2), d", "a b d")]
    [InlineData("select x from a natural join b cross join c", "a b c")]
    [InlineData("select x from (a join b using (k)) join c using (k)", "a b c")]
    [InlineData("select x from ((a join b using (k)) join (c join d using (k)) using (k)), e", "a b c d e")]
    [InlineData("select x from only a, only (b)", "a b")]
    [InlineData("select x from a cross join lateral (select y from b where b.k = a.k) as bb, c", "a b c")]
    [InlineData("select x from a, lateral unnest(a.list) as item, b", "a b")]
    [InlineData("select x from a as aa (c1, c2), b", "a b")]
    [InlineData("select x from a tablesample bernoulli (10) repeatable (5), b", "a b")]
    [InlineData("select x from a for update of aa, bb", "a")]
    [InlineData("select x from a where k in (select k from b) and exists (select from c)", "a b c")]
    [InlineData("select (select max(x) from a) as largest, y from b", "a b")]
    [InlineData("select array(select x from a), y from b", "a b")]
    [InlineData(
        "select x from a union all select x from b except (select x from c) intersect select x from d",
        "a b c d")]
    [InlineData("(select x from a) union (select x from b)", "a b")]
    [InlineData("select x from a union table b", "a b")]
    [InlineData("select x from (table a) as aa, b", "a b")]
    public void Tables_after_from_join_and_commas_are_found(string sql, string tables) =>
        Assert.Equal(tables, Tables(sql));

    [Theory]
    [InlineData("select x from generate_series(1, 3) as g (i), a", "a")]
    [InlineData("select x from unnest(one, two) with ordinality as u (v, n), a", "a")]
    [InlineData("select x from a, unnest(array[one, two]) as u (v), b", "a b")]
    [InlineData("select x from a cross join pg_catalog.generate_series(1, 3) as g", "a")]
    [InlineData("select x from rows from (f(1, 2), g(3)) as r (v, w), a", "a")]
    [InlineData("select x from jsonb_to_recordset(doc) as r (v int, w text), a", "a")]
    [InlineData("select x from (values (1, 2), (3, 4)) as v (c1, c2), a", "a")]
    [InlineData("select extract(epoch from created) from a", "a")]
    [InlineData("select extract(day from (select max(created) from b)), y from a", "b a")]
    [InlineData(
        "select substring(name from 1 for 2), trim(both ' ' from name), overlay(name placing 'x' from 2) from a",
        "a")]
    [InlineData("select trim(leading from name), position('x' in name), TRIM(name) from a", "a")]
    [InlineData("select x is distinct from y, x is not distinct from z from a", "a")]
    [InlineData("select distinct from a", "a")]
    [InlineData("select x from a where x is distinct from (select max(y) from b)", "a b")]
    [InlineData("select x from a join b on a.k is not distinct from b.k, c", "a b c")]
    public void Functions_and_their_from_are_no_tables(string sql, string tables) => Assert.Equal(tables, Tables(sql));

    [Theory]
    [InlineData("select x from a order by one, two", "a")]
    [InlineData("select x from a, b group by one, two having count(*) > 1 order by one desc, two", "a b")]
    [InlineData("select x from a group by grouping sets ((one, two), (one)), three", "a")]
    [InlineData(
        "select sum(x) over w, rank() over (partition by one, two order by three, four) from a window w as "
        + "(order by one), v as (w)",
        "a")]
    [InlineData("select count(*) filter (where x > 1), percentile_cont(0.5) within group (order by y), z from a", "a")]
    [InlineData("select x from a where (one, two) in ((1, 2), (3, 4)) limit 1 offset 2", "a")]
    [InlineData("select x from a join b on a.tags && array[one, two] and a.list[1] = b.k, c", "a b c")]
    [InlineData("select x from a join b on a.list[lo:hi] = array[one, two], c", "a b c")]
    [InlineData("select case when x then y end, z from a", "a")]
    public void Commas_elsewhere_name_no_tables(string sql, string tables) => Assert.Equal(tables, Tables(sql));

    [Theory]
    [InlineData("select e.from, e.to, e.order from a as e, b", "a b")]
    [InlineData("select one as from, two as join, three as table from a", "a")]
    [InlineData("select x from a join b on a.order = b.order, c", "a b c")]
    [InlineData("select x from a join b on a.limit = b.select, c", "a b c")]
    [InlineData("select \"from\", \"join\" from a", "a")]
    [InlineData("select 'from b' from a -- from c", "a")]
    [InlineData("select x from \"a\", \"B\"", "a B")]
    public void Names_like_keywords_are_names_where_they_must_be(string sql, string tables) =>
        Assert.Equal(tables, Tables(sql));

    [Theory]
    [InlineData("with one as (select x from a) select * from one, b", "a b", "one")]
    [InlineData(
        "with one (c1, c2) as (select x, y from a), two as materialized (select * from one) select * from two",
        "a",
        "one two")]
    [InlineData("with one as not materialized (select x from a) select * from one", "a", "one")]
    [InlineData(
        "with one as (values (1, 2)), two as (with three as (select x from a) select * from three) select * "
        + "from one, two",
        "a",
        "one three two")]
    [InlineData(
        "with recursive tree (id, up) as (select id, up from a union all select b.id, b.up from b join tree on "
        + "b.up = tree.id) select * from tree",
        "a b",
        "tree")]
    [InlineData(
        "with recursive tree as (select id from a) search depth first by id, up set seq cycle id, up set looped "
        + "using way, two as (select * from tree, b) select * from two",
        "a b",
        "tree two")]
    [InlineData("with one as ((select x from a) union (select x from b)) select * from one", "a b", "one")]
    [InlineData("with one as (table a) select * from one", "a", "one")]
    [InlineData("with \"One\" as (select x from a) select * from \"One\", one", "a one", "One")]
    [InlineData("select * from (with one as (select x from a) select * from one) as o, b", "a b", "one")]
    [InlineData(
        "with position as (select x from a), trim (c1) as (select x from b) select * from position, trim",
        "a b",
        "position trim")]
    [InlineData(
        "with recent as (select x from a), old as (select x from b) select recent.x, old.x from recent join old "
        + "using (x)",
        "a b",
        "old recent")]
    [InlineData("with a as (select * from a) select * from a", "a", "a")]
    [InlineData(
        "with a as (select * from a), one as (select * from a join b using (k)) select * from one", "a b", "a one")]
    [InlineData("with one as (select * from b), b as (select * from one) select * from b", "b", "b one")]
    [InlineData("with recursive a as (select 1 union all select k from a) select * from a", "", "a")]
    [InlineData("with recursive one as (select * from b), b as (select 1) select * from one", "", "b one")]
    [InlineData("select * from (with a as (select * from b) select * from a) as o, a", "b a", "a")]
    [InlineData("with one as (with a as (select * from a) select * from a) select * from one, a", "a a", "a one")]
    public void Names_of_with_clauses_are_no_tables(string sql, string tables, string commonTables)
    {
        Assert.Equal(tables, Tables(sql));
        Assert.Equal(commonTables, string.Join(' ', Find(sql).CommonTables.Keys.Order(StringComparer.Ordinal)));
    }

    [Fact]
    public void A_table_is_found_with_its_schema_and_line()
    {
        var (tables, _) = Find("select x\nfrom core.a\njoin \"Big\".\"b\" using (k),\n    c\n");

        Assert.Equal(
            [new TableReference("core", "a", 2), new TableReference("Big", "b", 3), new TableReference(null, "c", 4)],
            tables);
    }

    private static (IReadOnlyList<TableReference> Tables, IReadOnlyDictionary<string, int> CommonTables) Find(
        string sql)
    {
        var found = SqlReferences.Find(SqlTokenizer.Tokenize(sql));
        return (found.Tables, found.CommonTables);
    }

    private static string Tables(string sql) => string.Join(' ', Find(sql).Tables.Select(table => table.Name));
}
