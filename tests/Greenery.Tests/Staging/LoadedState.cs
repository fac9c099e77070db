namespace Greenery.Tests.Staging;

/// <summary>All that loading leaves of a table, without the numbers that differ from one table to another.</summary>
internal static class LoadedState
{
    public static async Task<List<string>> ReadAsync(LoadHarness harness)
    {
        var state = new List<string>();
        foreach (var query in harness.Table.HasHistory ? [.. Kept, Observed] : Kept)
        {
            state.AddRange(await AskAsync(harness, query));
        }
        return state;
    }

    private static readonly string[] Kept =
    [
        """
        select concat_ws(' | ', s.id, s.name, s.price, s._extra, d.path, loaded.path)
        from staging.{0} as s
        inner join ops.drop as d on s._drop_id = d.drop_id
        inner join ops.load as l on s._load_seq = l.load_seq
        inner join ops.drop as loaded on l.drop_id = loaded.drop_id
        order by s.id
        """,
        """
        select concat_ws(' | ', d.path, d.state, d.message, d.content_hash, l.rows_in_file, l.rows_inserted,
            l.rows_updated, l.rows_unchanged, l.rows_superseded, l.rows_quarantined, l.rows_restored, l.rows_removed,
            l.unknown_columns, l.has_unreadable_keys, l.ends_with_line_break, l.run_id is null,
            rank() over (order by l.load_seq))
        from ops.drop as d
        left join ops.load as l on d.drop_id = l.drop_id
        where d.table_name = '{0}'
        order by d.path
        """,
        """
        select concat_ws(' | ', d.path, q.line, q.column_name, q.rule, q.message, q.raw, q.raw_bytes, q.run_id is null)
        from ops.quarantine as q
        inner join ops.drop as d on q.drop_id = d.drop_id
        where q.table_name = '{0}'
        order by d.path, q.line, q.quarantine_id
        """,
        """
        select concat_ws(' | ', v.check_id, v.path, v.day, v.value, v.of_rows, v.asked, v.error)
        from ops.check_value as v
        where v.path like '%/{0}-%' or v.path like '%/{0}.%'
        order by v.path, v.check_id
        """,
        """
        select d.path
        from ops.source_state as s
        inner join ops.load as l on s.load_seq = l.load_seq
        inner join ops.drop as d on l.drop_id = d.drop_id
        where s.table_name = '{0}'
        """,
    ];

    private const string Observed =
        """
        select concat_ws(' | ', o.id, o.name, o.price, d.path)
        from staging.{0}_observation as o
        inner join ops.drop as d on o._drop_id = d.drop_id
        order by o.id, d.path
        """;

    private static async Task<List<string>> AskAsync(LoadHarness harness, string query) =>
        [.. (await harness.QueryAsync(string.Format(null, query, harness.Table.Name)))
            .Select(line => line.Replace($"/{harness.Table.Name}", "/t", StringComparison.Ordinal))];
}
