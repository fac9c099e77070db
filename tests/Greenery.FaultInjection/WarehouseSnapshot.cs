using Greenery.Models;
using Greenery.Warehouse;
using Npgsql;

namespace Greenery.FaultInjection;

/// <summary>
/// The results of a daily run, in figures that do not depend on the ids of runs, loads and drops: per table its rows
/// and a hash of all of them; of the ops tables the rows themselves.
/// </summary>
internal static class WarehouseSnapshot
{
    private static readonly (string What, string Sql)[] OpsTables =
    [
        ("ops.load", """
            select concat_ws(' ', path, rows_in_file, rows_inserted, rows_updated, rows_unchanged, rows_superseded, rows_quarantined,
                rows_restored, rows_removed, rows_soft_deleted, rows_returned)
            from ops.load inner join ops.drop using (drop_id)
            """),
        ("ops.drop", "select concat_ws(' ', path, state, content_hash, message) from ops.drop"),
        ("ops.quarantine", """
            select concat_ws(' ', path, line, column_name, rule, quarantine.message, md5(raw))
            from ops.quarantine inner join ops.drop using (drop_id)
            """),
        ("ops.check_result",
            $"select concat_ws(' ', check_id, status, rows_failing) from ops.check_result {OfLast}"),
        // Nodes of a cluster answer in any order, and the first rows of them are kept: there it is only how many.
        ("ops.failing_row", $"""
            select concat_ws(' ', check_id, ordinal,
                case when not exists (select from pg_extension where extname = 'citus') then failing_row end)
            from ops.failing_row {OfLast}
            """),
        ("ops.metric",
            $"select concat_ws(' ', metric, business_date, value, error) from ops.metric where run_id = {Last}"),
        ("ops.live", "select concat_ws(' ', mart, model, definition, row_count) from ops.live"),
    ];

    // Whether drops are fresh is judged by the clock, and of today's run only; both differ where the clock jumps.
    private const string OfLast = $"where run_id = {Last} and check_id not like '%.freshness'";

    private const string Last = "(select max(run_id) from ops.run where state = 'published')";

    // The path identifies the drop of a row: the ids of drops and loads have gaps where an attempt was rolled back. A
    // join finds it, since a cluster refuses a correlated subquery on a table of the coordinator.
    private const string Tables =
        """
        select format('%I.%I', nspname, relname) as name, format(
            'select concat(count(*), '' rows, hash '', sum(hashtextextended(row(%s)::text, 0)::numeric)) from %I.%I as t%s',
            string_agg(case attname when '_drop_id' then 'source.path' else format('t.%I', attname) end, ', ' order by attnum)
                filter (where attname <> '_load_seq'),
            nspname, relname, case when bool_or(attname = '_drop_id')
                then ' left join ops.drop as source on source.drop_id = t._drop_id' end) as sql
        from pg_class
        inner join pg_namespace on pg_namespace.oid = relnamespace
        inner join pg_attribute on attrelid = pg_class.oid and attnum > 0 and not attisdropped
        where nspname = 'staging' and relkind = 'r' or nspname = any(@marts) and relkind = 'v'
            -- it says when a run published, which differs
            and relname <> 'metric_history'
            -- the pipeline's own notes, which clean-up takes away when it comes to it
            and relname not like '%\_replaced'
        group by nspname, relname
        """;

    /// <summary>Takes it; lines by what they are of.</summary>
    public static async Task<IReadOnlyDictionary<string, IReadOnlyList<string>>> CaptureAsync(
        NpgsqlConnection connection)
    {
        var picture = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
        var tables = await connection.QueryAsync<(string Name, string Sql)>(
            Tables, new { marts = Marts.Usual.InOrder.ToArray() }, default);
        foreach (var (what, sql) in tables.Concat(OpsTables))
        {
            var lines = await connection.QueryAsync<string>(sql, null, default);
            lines.Sort(StringComparer.Ordinal);
            picture[what] = lines;
        }
        return picture;
    }

    /// <summary>Where two differ, in words; a line that is there twice on one side only is a difference.</summary>
    public static IEnumerable<string> Differences(
        IReadOnlyDictionary<string, IReadOnlyList<string>> expected,
        IReadOnlyDictionary<string, IReadOnlyList<string>> found)
    {
        foreach (var what in expected.Keys.Union(found.Keys))
        {
            var (left, right) = (expected.GetValueOrDefault(what) ?? [], found.GetValueOrDefault(what) ?? []);
            if (!left.SequenceEqual(right))
            {
                yield return $"{what}: expected {Shown(Without(left, right))}, found {Shown(Without(right, left))}";
            }
        }
    }

    private static List<string> Without(IReadOnlyList<string> lines, IReadOnlyList<string> others)
    {
        var rest = lines.ToList();
        foreach (var other in others)
        {
            rest.Remove(other);
        }
        return rest;
    }

    private static string Shown(List<string> lines) =>
        lines.Count == 0 ? "nothing else"
            : $"{string.Join(" | ", lines.Take(3))}{(lines.Count > 3 ? $" and {lines.Count - 3} more" : "")}";
}
