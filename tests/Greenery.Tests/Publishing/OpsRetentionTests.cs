using Greenery.Publishing;
using Greenery.Runs;
using Greenery.Tests.Support;

namespace Greenery.Tests.Publishing;

/// <summary>What is old leaves the ops tables; what decides what comes next stays, however old.</summary>
public sealed class OpsRetentionTests
{
    [Fact]
    public async Task Details_of_old_runs_go_and_runs_loads_and_live_versions_stay()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        await test.RunAsync();
        await MakeOldAsync(test);
        await AddRunsAsync(test, OpsRetention.RunsWithDetails + 30, "500 days");
        await AddRunsAsync(test, OpsRetention.RunsWithDetails, "1 day");
        var before = await test.MartsAsync();

        await CleanAsync(test);

        // The published run is what readers see; of each check the last result is that of the newest runs.
        var kept = OpsRetention.RunsWithDetails;
        Assert.Equal(
            $"{kept + 30} pruned, 1 {kept} {kept}",
            await test.ValueAsync<string>(
                """
                select format('%s pruned, %s %s %s', (select count(*) from ops.run where is_pruned),
                    (select count(distinct run_id) from ops.run_model),
                    (select count(*) from ops.step where step = 'old'),
                    (select count(*) from ops.check_result where check_id = 'core.old'))
                """));
        Assert.Equal(231, await test.ValueAsync<long>("select count(*) from ops.run"));
        Assert.Equal(2, await test.ValueAsync<long>("select count(*) from ops.load"));
        Assert.Equal(before, await test.MartsAsync());
        // Nothing is loaded or built again, and it goes on.
        Assert.Equal(RunState.Unchanged, (await test.RunAsync()).State);
        test.Put("2021-02-13/users.csv", "user_id,name,city\n4,Di,Oslo\n");
        Assert.Equal(RunState.Published, (await test.RunAsync()).State);
    }

    [Fact]
    public async Task What_is_open_or_last_stays_however_old()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        test.Put("2021-02-13/orders.csv", "order_id,user_id,amount,placed_on\nx,1,1,2021-02-13\n13,1,1,2021-02-13\n");
        await test.RunAsync();
        await MakeOldAsync(test);
        await AddRunsAsync(test, 40, "500 days");
        await AddRunsAsync(test, OpsRetention.RunsWithDetails, "1 day", hasDetails: false);
        await test.ExecuteAsync(
            """
            insert into ops.incident (subject, kind, level, message, opened_at, changed_at)
            values ('core.old', 'check', 'error', 'x', now() - interval '500 days', now() - interval '500 days'),
                ('core.well', 'check', 'ok', 'x', null, now() - interval '500 days');
            insert into ops.check_result (run_id, check_id, mart, model, kind, severity, status, rows_looked_at, rows_failing,
                message)
            select run_id, 'core.well', 'core', 'm', 'unique', 'error', 'pass', 1, 0, 'x' from ops.run
            where host = '500 days';
            insert into ops.incident_event (subject, kind, change, level_before, level, message, opened_at, changed_at)
            select subject, 'check', 'opened', 'ok', 'error', 'x', now() - interval '500 days', now() - interval '500 days'
            from unnest(array['core.old', 'core.well', 'core.unsent']) as subject;
            insert into ops.outbox (message_id, channel, kind, address, person, topic, title, message, state, created_at,
                next_try_at)
            select subject, 'email', 'email', 'a', subject, 'run', 'x', '{}', state, now() - interval '500 days', now()
            from (values ('core.old', 'accepted'), ('core.well', 'accepted'), ('core.unsent', 'waiting')) as m (subject, state);
            insert into ops.outbox_event (event_id, kind, address, outbox_id)
            select event_id, 'email', 'a', outbox_id from ops.incident_event inner join ops.outbox on message_id = subject;
            insert into ops.digest (business_date, kind, address, outbox_id)
            select '2020-01-01', 'email', 'a', outbox_id from ops.outbox where message_id = 'core.well'
            """);

        await CleanAsync(test);

        Assert.Equal(["core.old", "core.unsent"],
            await test.ListAsync("select subject from ops.incident_event order by 1"));
        Assert.Equal(["core.old", "core.unsent"], await test.ListAsync("select message_id from ops.outbox order by 1"));
        Assert.Equal(["core.old 40", "core.well 1"], await test.ListAsync(
            "select check_id || ' ' || count(*) from ops.check_result where check_id in ('core.old', 'core.well') "
            + "group by check_id order by 1"));
        Assert.Equal(1, await test.ValueAsync<long>("select count(*) from ops.quarantine"));
        Assert.Equal(3, await test.ValueAsync<long>("select count(*) from ops.drop"));
    }

    [Fact]
    public async Task A_refusal_is_not_forgotten_and_values_of_days_and_metrics_are_kept_for_a_year()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        await test.RunAsync();
        await AddRunsAsync(test, 10, "390 days");
        await AddRunsAsync(test, 10, "500 days");
        await AddRunsAsync(test, OpsRetention.RunsWithDetails, "1 day");
        await test.ExecuteAsync(
            """
            insert into ops.run_drop (run_id, drop_id, position, outcome)
            select run_id, drop_id, 1, case when path like '%users%' then 'refused' else 'loaded' end
            from ops.run cross join ops.drop where host = '500 days';
            insert into ops.check_value (check_id, day, asked, run_id)
            select 'a', date '2021-02-12' - n, 'x', 1 from generate_series(0, 1000) as n
            """);

        await CleanAsync(test, TimeSpan.FromDays(30));

        Assert.Equal(["refused"], await test.ListAsync(
            "select distinct outcome from ops.run_drop inner join ops.run using (run_id) where host = '500 days'"));
        Assert.Equal(401, await test.ValueAsync<long>("select count(*) from ops.check_value"));
        foreach (var table in new[] { "metric", "metric_period" })
        {
            Assert.Equal(["1 day 100", "390 days 10"], await test.ListAsync(
                $"select host || ' ' || count(*) from ops.{table} inner join ops.run using (run_id) "
                + "where metric = 'old' group by host order by 1"));
        }
        Assert.Equal(0, await test.ValueAsync<long>(
            "select count(*) from ops.step inner join ops.run using (run_id) where host = '390 days'"));
    }

    [Fact]
    public async Task Of_each_table_with_a_rule_old_rows_go()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        await test.RunAsync();
        await AddRunsAsync(test, 40, "500 days");
        await AddRunsAsync(test, OpsRetention.RunsWithDetails, "1 day", hasDetails: false);
        await test.ExecuteAsync(
            """
            insert into ops.check_result (run_id, check_id, mart, model, kind, severity, status, rows_looked_at, rows_failing,
                message)
            select run_id, 'core.old', 'core', 'm', 'unique', 'error', 'pass', 1, 0, 'x' from ops.run where host = '1 day'
            limit 1;
            insert into ops.failing_row (run_id, check_id, ordinal, failing_row)
            select run_id, check_id, 1, '{}' from ops.check_result where check_id = 'core.old';
            insert into ops.run_model (run_id, model, position, mart, action, reason, sql, materialization, fingerprint,
                definition, table_name, version, is_delta, since_seq, until_seq)
            select run_id, 'm', 1, 'core', 'build', 'new', '', 'Table', 'f', 'd', 't', 1, false, 0, 0 from ops.run
            where host = '500 days';
            insert into ops.run_drop (run_id, drop_id, position, outcome)
            select run_id, (select min(drop_id) from ops.drop), 1, 'loaded' from ops.run where host = '500 days';
            insert into ops.notified_run (run_id) select run_id from ops.run;
            insert into ops.scheduled_run (scheduled_at, business_date, run_id)
            select now() - n * interval '100 days', '2021-02-12', case when n <> 9 then 1 end from generate_series(1, 9) as n;
            insert into ops.incident (subject, kind, level, message, opened_at, changed_at)
            values ('over', 'check', 'ok', 'x', null, now() - interval '500 days'),
                ('young', 'check', 'ok', 'x', null, now() - interval '5 days'),
                ('open', 'check', 'warn', 'x', now() - interval '500 days', now() - interval '500 days');
            insert into ops.incident_event (subject, kind, change, level_before, level, message, opened_at, changed_at)
            values ('over', 'check', 'opened', 'ok', 'warn', 'x', now(), now() - interval '500 days');
            insert into ops.outbox (message_id, channel, kind, address, person, topic, title, message, state, created_at,
                next_try_at)
            values ('m', 'email', 'email', 'a', 'p', 'run', 'x', '{}', 'accepted', now() - interval '500 days', now());
            insert into ops.outbox_event (event_id, kind, address, outbox_id)
            select event_id, 'email', 'a', outbox_id from ops.incident_event cross join ops.outbox;
            insert into ops.digest (business_date, kind, address, outbox_id)
            select '2020-01-01', 'email', 'a', outbox_id from ops.outbox;
            insert into ops.check_value (check_id, day, asked, run_id) values ('a', '2001-01-01', 'x', 1)
            """);
        var before = await CountAsync(test);

        await CleanAsync(test);

        var after = await CountAsync(test);
        Assert.All(
            OpsRetention.Tables, table => Assert.True(after[table] < before[table], $"ops.{table} lost no row."));
        Assert.Equal(["open", "young"], await test.ListAsync("select subject from ops.incident order by 1"));
        // The date that no run has covered, those of the last 400 days, and none of them is asked for again.
        Assert.Equal(4, await test.ValueAsync<long>("select count(*) from ops.scheduled_run"));
        Assert.Equal(0, await test.ValueAsync<long>(
            "select count(*) from ops.notified_run inner join ops.run using (run_id) where is_pruned"));
    }

    [Fact]
    public async Task A_drop_of_a_misspelt_year_ages_no_values()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        await test.RunAsync();
        await test.ExecuteAsync(
            """
            insert into ops.drop (path, sort_key, etag, table_name, drop_date, bytes, state)
            values ('2999-01-01/users.csv', '2999-01-01/users.csv', 'x', 'users', '2999-01-01', 1, 'refused');
            insert into ops.check_value (check_id, day, asked, run_id)
            select 'a', current_date - n, 'x', 1 from generate_series(0, 500) as n
            """);

        await CleanAsync(test, TimeSpan.FromDays(30));

        Assert.Equal(401, await test.ValueAsync<long>("select count(*) from ops.check_value"));
    }

    private static async Task<Dictionary<string, long>> CountAsync(TestWarehouse test)
    {
        var counts = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var table in OpsRetention.Tables)
        {
            counts[table] = await test.ValueAsync<long>($"select count(*) from ops.{table}");
        }
        return counts;
    }

    private static Task MakeOldAsync(TestWarehouse test) => test.ExecuteAsync(
        "update ops.run set started_at = now() - interval '600 days', finished_at = now() - interval '600 days'");

    private static async Task CleanAsync(TestWarehouse test, TimeSpan? keep = null)
    {
        // Each cleaning deletes some.
        for (var times = 0; times < 3; times++)
        {
            var lease = await test.Database.StartAsync();
            await new CleanUp(test.Database.Warehouse, TimeProvider.System, keep).RunAsync(lease, default);
            await test.ExecuteAsync($"delete from ops.lease; delete from ops.run where run_id = {lease.RunId}");
        }
    }

    // Of which nothing is published.
    private static Task AddRunsAsync(TestWarehouse test, int count, string age, bool hasDetails = true) =>
        test.ExecuteAsync(
            $"""
            with added as (
                insert into ops.run (business_date, started_by, host, state, started_at, finished_at)
                select '2021-02-12', 'cli', '{age}', 'unchanged', now() - interval '{age}', now() - interval '{age}'
                from generate_series(1, {count})
                returning run_id
            ),

            steps as (insert into ops.step (run_id, step, state) select run_id, 'old', 'done' from added where {hasDetails}),

            periods as (
                insert into ops.metric_period (run_id, metric, period, from_date, to_date)
                select run_id, 'old', 'day', '2021-02-12', '2021-02-12' from added where {hasDetails}
            ),

            metrics as (
                insert into ops.metric (run_id, business_date, metric, value)
                select run_id, '2021-02-12', 'old', 1 from added where {hasDetails}
            )

            insert into ops.check_result (run_id, check_id, mart, model, kind, severity, status, rows_looked_at, rows_failing,
                message, checked_at)
            select run_id, 'core.old', 'core', 'm', 'unique', 'error', 'fail', 1, 1, 'x', now() - interval '{age}'
            from added where {hasDetails}
            """);
}
