using Greenery.Warehouse;

namespace Greenery.Tests.Support;

/// <summary>
/// Ops tables of a large installation: a hundred models with ten checks each, thirty source tables, and a year of daily
/// runs. Of every hundredth check some runs warn or fail.
/// </summary>
internal sealed class SyntheticHistory(PostgresWarehouse warehouse)
{
    public const int Models = 100;
    public const int ChecksPerModel = 10;
    public const int Sources = 30;
    public const int Runs = 365;

    /// <summary>Writes the sql folder that goes with it.</summary>
    public static void WriteSql(string folder)
    {
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, "sources.yml"),
            "version: 2\nsources:\n  - name: shop\n    meta: {owner: data@greenery.example}\n    tables:\n"
            + string.Concat(Enumerable.Range(0, Sources).Select(Source)));
        Directory.CreateDirectory(Path.Combine(folder, "metrics"));
        foreach (var i in Enumerable.Range(0, 10))
        {
            File.WriteAllText(Path.Combine(folder, "metrics", $"figure_{i}.sql"),
                $"-- Figure {i} (count): rows of a model.\nselect count(*)::numeric as value from core.model_0\n");
        }
        foreach (var mart in new[] { "core", "marketing", "product" })
        {
            Directory.CreateDirectory(Path.Combine(folder, mart));
            var models = Enumerable.Range(0, Models).Where(i => Mart(i) == mart).ToList();
            models.ForEach(i => File.WriteAllText(Path.Combine(folder, mart, $"model_{i}.sql"), Select(i)));
            File.WriteAllText(Path.Combine(folder, mart, $"{mart}.yml"), "version: 2\nmodels:\n"
                + string.Concat(models.Select(Properties)));
        }
    }

    /// <summary>Fills the ledgers, which must be empty, as if the runs had been.</summary>
    public async Task FillAsync()
    {
        await using var connection = await warehouse.ConnectAsync(default);
        await connection.ExecuteAsync(OpsRows, new { Models, ChecksPerModel, Sources, Runs }, default);
        await connection.ExecuteAsync("vacuum analyze", null, default);
    }

    private static string Mart(int model) => model < 40 ? "core" : model < 75 ? "marketing" : "product";

    private static string Source(int i) =>
        $"      - name: source_{i}\n        description: One row per thing number {i} that the shop's systems know "
            + $"of.\n        columns:\n"
        + "          - {name: id, description: Identifies it., data_type: integer, constraints: [{type: "
        + "primary_key}]}\n"
        + string.Concat(Enumerable.Range(0, 9)
        .Select(c => $"          - {{name: column_{c}, description: \"What column {c} of the table says.\", "
        + $"data_type: text}}\n"));

    // About as long as the shop's own models are.
    private static string Select(int i)
    {
        var parents = (i < 40 ? Array.Empty<int>() : [i % 40, (i * 7) % 40]).Concat(i >= 75 ? [40 + (i % 35)] : [])
            .Distinct();
        var reads = parents.Select(parent => $"model_{parent}").Append($"source_{i % Sources}").ToList();
        var columns = Enumerable.Range(0, 9)
            .Select(c => $"        coalesce(first.column_{c}, 'none given') as column_{c},\n");
        return $"with joined_rows as (\n    select\n        first.id,\n{string.Concat(columns)}"
            + $"        first.id % 10 as part\n    from {reads[0]} as first\n"
            + $"{string.Concat(reads.Skip(1).Select(read => $"    left join {read} using (id)\n"))}),\n\n"
            + $"ranked_rows as (\n    select\n        *,\n        row_number() over (partition by part order by id) "
            + $"as rank\n    from joined_rows\n)\n\n"
            + $"select\n    id,\n{string.Concat(Enumerable.Range(0, 9).Select(c => $"    column_{c},\n"))}    "
            + $"rank\nfrom ranked_rows\nwhere rank > 0\n";
    }

    private static string Properties(int i) =>
        $"  - name: model_{i}\n    description: One row per thing number {i}, with what the other tables know of it "
            + $"and its rank among those of its part.\n"
        + $"    meta: {{owner: team{i % 5}@greenery.example}}\n    columns:\n      - name: id\n        description: "
        + $"Identifies it.\n        data_tests: [not_null]\n"
        + string.Concat(Enumerable.Range(0, 9)
        .Select(c => $"      - name: column_{c}\n        description: What column {c} says, or that nothing was "
        + $"given.\n        data_tests: [not_null]\n"));

    private const string OpsRows =
        """
        insert into ops.run (business_date, started_by, host, state, started_at, finished_at)
        select date '2026-11-24' - @Runs + n, 'schedule', 'here', 'published',
            timestamptz '2026-11-25 05:00Z' + (n - @Runs) * interval '1 day', timestamptz '2026-11-25 05:05Z' + (n - @Runs) * interval '1 day'
        from generate_series(1, @Runs) as n;

        insert into ops.drop (path, sort_key, etag, table_name, drop_date, bytes, state)
        select format('%s/source_%s.csv', business_date, s), format('source_%s', s), 'x', 'source_' || s, business_date, 1000, 'loaded'
        from ops.run, generate_series(0, @Sources - 1) as s order by run_id, s;

        insert into ops.load (load_seq, drop_id, run_id, table_name, rows_in_file, rows_inserted, rows_updated, rows_unchanged,
            rows_superseded, rows_quarantined, started_at, finished_at)
        select drop_id, drop_id, run_id, table_name, 1000 + drop_id % 500, 980 + drop_id % 500, 0, 0, 0, 20, started_at, started_at
        from ops.drop join ops.run on business_date = drop_date;

        insert into ops.quarantine (drop_id, load_seq, run_id, table_name, line, column_name, rule, message, raw)
        select drop_id, drop_id, run_id, table_name, n, 'column_' || n % 3, 'type', 'found ''x'', expected integer', repeat('raw text, ', 12)
        from ops.load, generate_series(1, 20) as n;

        insert into ops.run_model (run_id, model, position, mart, action, reason, sql, materialization, fingerprint, definition,
            table_name, version, is_delta, since_seq, until_seq, row_count, total_rows, started_at, finished_at)
        select run_id, 'model_' || m, m, case when m < 40 then 'core' when m < 75 then 'marketing' else 'product' end,
            case when m % 4 = 0 then 'reuse' else 'build' end, 'new rows in source_1', repeat('select 1 as something -- ', 60), 'Table', 'f', 'd',
            'model_' || m || '__' || run_id, run_id, false, 0, run_id, 1000, 1000, started_at, finished_at
        from ops.run, generate_series(0, @Models - 1) as m;

        insert into ops.live (model, mart, table_name, version, fingerprint, definition, until_seq, row_count, run_id, published_at)
        select model, mart, table_name, version, fingerprint, definition, until_seq, total_rows, run_id, finished_at
        from ops.run_model where run_id = @Runs;

        insert into ops.step (run_id, step, state, started_at, finished_at)
        select run_id, kind || ':model_' || m, 'done', started_at + m * interval '2 seconds', started_at + (m + 3) * interval '2 seconds'
        from ops.run, generate_series(0, @Models - 1) as m, unnest(array['build', 'check']) as kind;

        insert into ops.check_result (run_id, check_id, mart, model, column_name, kind, severity, status, rows_looked_at, rows_failing, message)
        select run_id, format('%s.model_%s.%s.not_null', mart, m, name), mart, 'model_' || m, name, 'not_null',
            'warn', case when (m * 10 + c) % 100 = 0 then 'warn' when (m * 10 + c) % 97 = 0 and run_id % 7 = 0 then 'warn' else 'pass' end,
            1000, case when (m * 10 + c) % 100 = 0 then 3 else 0 end, format('not_null on %s.model_%s.%s: 3 of 1000 rows fail', mart, m, name)
        from ops.run,
            generate_series(0, @Models - 1) as m,
            generate_series(0, @ChecksPerModel - 1) as c,
            lateral (select case when m < 40 then 'core' when m < 75 then 'marketing' else 'product' end as mart,
                case c when 0 then 'id' else 'column_' || c - 1 end as name) as named;

        insert into ops.failing_row (run_id, check_id, ordinal, failing_row)
        select run_id, check_id, n, jsonb_build_object('id', n, 'column_1', 'some text', 'column_2', null)
        from ops.check_result, generate_series(1, 20) as n where status = 'warn' and run_id > @Runs - 60;

        insert into ops.metric (run_id, business_date, metric, value)
        select run_id, business_date, 'figure_' || m, 1000 + run_id * m from ops.run, generate_series(0, 9) as m
        """;
}
