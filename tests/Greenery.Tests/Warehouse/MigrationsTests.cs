using Greenery.Drops;
using Greenery.Tests.Support;
using Greenery.Warehouse;
using Npgsql;

namespace Greenery.Tests.Warehouse;

public sealed class MigrationsTests
{
    private static readonly Migration Steps = new(
        "0001_a.sql", "create table public.step (n integer); insert into public.step values (1)");

    [Fact]
    public async Task Each_runs_once_in_the_order_given()
    {
        await using var database = await EmptyAsync();
        Migration[] first = [Steps, new("0002_b.sql", "insert into public.step values (2)")];
        Migration[] then = [.. first, new("0003_c.sql", "insert into public.step values (3);\n-- the end")];

        Assert.Equal(["0001_a.sql", "0002_b.sql"], await RunAsync(database, first));
        Assert.Equal(["0003_c.sql"], await RunAsync(database, then));
        Assert.Empty(await RunAsync(database, then));

        Assert.Equal([1, 2, 3], await database.ListAsync<int>("select n from public.step order by n"));
    }

    [Fact]
    public async Task Several_processes_may_start_at_once()
    {
        await using var database = await EmptyAsync();

        await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => RunAsync(database, Steps)));

        Assert.Equal([1], await database.ListAsync<int>("select n from public.step"));
    }

    [Fact]
    public async Task Who_holds_the_lock_of_migrations_is_named_and_it_is_given_up()
    {
        await using var database = await EmptyAsync();
        await using var other = await database.Warehouse.ConnectAsync(default);
        await other.ExecuteAsync(
            "select pg_advisory_lock(hashtextextended('greenery: schema ops of ' || current_database(), 0))", null,
            default);

        var said = new List<string>();

        var blocked = await Assert.ThrowsAsync<BlockedException>(() => new Migrations(
            database.Warehouse, [Steps], TimeSpan.FromSeconds(1), new Listener(said.Add))
            .RunAsync(CancellationToken.None));

        Assert.StartsWith($"Waiting up to 1 s for locks on schema ops, held by: process {other.ProcessID} (",
            Assert.Single(said), StringComparison.Ordinal);

        Assert.Contains($"process {other.ProcessID} (", blocked.Message, StringComparison.Ordinal);
        await other.ExecuteAsync("select pg_advisory_unlock_all()", null, default);
        // A lock of another program's own number is none of it.
        await other.ExecuteAsync("select pg_advisory_lock(7311922001)", null, default);
        await RunAsync(database, Steps);
        await other.ExecuteAsync("select pg_advisory_unlock_all()", null, default);
    }

    [Fact]
    public async Task A_migration_that_differs_from_the_one_that_ran_is_refused()
    {
        await using var database = await EmptyAsync();
        await RunAsync(database, Steps);

        var exception = await Assert.ThrowsAsync<ConfigurationException>(() => RunAsync(
            database, Steps with { Sql = "create table public.step (n bigint)" },
            new Migration("0002_after.sql", "create table public.after (n integer)")));

        Assert.Equal(
            $"Greenery:Warehouse: {database.Warehouse.Description} has run another migration 0001_a.sql than this "
            + "program has; expected the same. Nothing was changed. Use a released version of Greenery, or another "
            + "database.",
            exception.Message);
        Assert.Empty(await database.ListAsync<int>("select 1 where to_regclass('public.after') is not null"));
    }

    [Fact]
    public async Task A_database_of_a_newer_version_is_refused()
    {
        await using var database = await EmptyAsync();
        await RunAsync(
            database, Steps, new Migration("0002_b.sql", "select 1"), new Migration("0003_c.sql", "select 1"));

        // Also where this program has one that the newer one gave up.
        var exception = await Assert.ThrowsAsync<ConfigurationException>(() => RunAsync(
            database, Steps, new Migration("0002_other.sql", "create table public.other (n integer)")));

        Assert.Equal(
            $"Greenery:Warehouse: {database.Warehouse.Description} is of a newer version of Greenery: its schema ops "
            + "has migration 0003_c.sql, this program knows those up to 0002_other.sql. Nothing was changed. Use the "
            + "version that migrated it or a later one, or another database.",
            exception.Message);
        Assert.Empty(await database.ListAsync<int>("select 1 where to_regclass('public.other') is not null"));
    }

    [Fact]
    public void Other_line_ends_are_no_change() => Assert.Equal(
        new Migration("0001_ends.sql", "create table public.ends (\n    n integer\n)\n").Checksum,
        new Migration("0001_ends.sql", "create table public.ends (\r\n    n integer\r\n)\r\n").Checksum);

    [Fact]
    public async Task One_that_fails_changes_nothing()
    {
        await using var database = await EmptyAsync();

        await Assert.ThrowsAsync<Npgsql.PostgresException>(() => RunAsync(
            database, Steps, new Migration("0002_bad.sql", "create table public.bad (n nonsense)")));

        Assert.Empty(await database.ListAsync<int>("select 1 from pg_namespace where nspname = 'ops'"));
        Assert.Empty(await database.ListAsync<int>("select 1 where to_regclass('public.step') is not null"));
    }

    [Fact]
    public void The_program_carries_every_file_of_its_folder()
    {
        var folder = Path.Combine(Repository.Top, "src", "Greenery", "Warehouse", "Migrations");

        Assert.Equal(
            Directory.GetFiles(folder).Select(Path.GetFileName).Order(StringComparer.Ordinal),
            Migration.All.Select(migration => migration.Name));
        Assert.All(Migration.All, migration => Assert.Equal(
            File.ReadAllText(Path.Combine(folder, migration.Name)), migration.Sql));
        // What version 0.1 wrote into databases.
        Assert.Equal(
            "6dcdda0d840b1d7d637916bee243ca3a2525933343e7c682f08fb3452bc4bf3c", Migration.All[0].Checksum);
    }

    [Fact]
    public async Task The_data_of_version_0_1_survives_the_fields_words()
    {
        await using var old = new TestDatabase(Before(8));
        await old.InitializeAsync();
        await old.RunAsync(
            """
            insert into ops.slot (slot_at, business_date, note) values ('2021-02-12 05:00Z', '2021-02-12', null);
            insert into ops.run (business_date, started_by, host, state, slot_at)
            values ('2021-02-12', 'schedule', 'test', 'running', '2021-02-12 05:00Z');
            insert into ops.lease (run_id, token, expires_at, is_watched)
            values (1, '00000000-0000-0000-0000-000000000001', now(), true);
            insert into ops.step (run_id, step, state, deaths) values (1, 'discover', 'running', 2);
            insert into ops.alert_state (subject, kind, level, message, opened_at, changed_at)
            values ('promise', 'promise', 'error', 'late', now(), now());
            insert into ops.alert_change (subject, kind, change, level_before, level, message, opened_at, changed_at)
            values ('promise', 'promise', 'worsened', 'warn', 'error', 'late', now(), now()),
                ('a', 'check', 'eased', 'error', 'warn', 'a', now(), now()),
                ('a', 'check', 'recovered', 'warn', 'ok', 'a', now(), now()),
                ('b', 'check', 'gone', 'warn', 'ok', 'b', now(), now());
            insert into ops.told_run (run_id) values (1);
            insert into ops.outbox (message_id, channel, kind, address, person, topic, title, message, created_at, next_try_at)
            values ('m', 'email', 'email', 'a@greenery.example', 'ana', 'look', 'Late',
                '{"Tone":2,"Title":"Tone \"Words\": kept","Links":[{"Words":"Open","Url":"https://greenery.example"}]}', now(), now());
            insert into ops.outbox_change (change_id, kind, address, outbox_id) values (1, 'email', 'a@greenery.example', 1);
            """);

        await new Migrations(old.Warehouse).RunAsync(CancellationToken.None);

        Assert.Equal(
            "2021-02-12 1 t 2 sla/sla escalated,deescalated,resolved,removed 1 poll 1",
            await old.ValueAsync<string>(
                """
                select concat_ws(' ', (select business_date from ops.scheduled_run),
                    (select count(*) from ops.run inner join ops.scheduled_run using (scheduled_at)),
                    (select is_session_held from ops.lease), (select crash_count from ops.step),
                    (select subject || '/' || kind from ops.incident),
                    (select string_agg(change, ',' order by event_id) from ops.incident_event),
                    (select run_id from ops.notified_run), (select topic from ops.outbox),
                    (select event_id from ops.outbox_event))
                """));
        Assert.Equal(
            """{"Severity":2,"Title":"Tone \"Words\": kept","Links":[{"Text":"Open","Url":"https://greenery.example"}]}""",
            await old.ValueAsync<string>("select message::text from ops.outbox"));
        Assert.Equal(
            1, await old.ValueAsync<long>("select count(*) from ops.slot where slot_at = '2021-02-12 05:00Z'"));
        await old.RunAsync("delete from ops.alert_state");
    }

    [Fact]
    public async Task Drops_of_earlier_versions_get_the_place_that_new_ones_get()
    {
        await using var old = new TestDatabase(Before(16));
        await old.InitializeAsync();
        string[] paths =
        [
            "2026-11-20/things-9.csv", "2026-11-20/things-10.csv", "2026-11-20/Things-0011.CSV.gz",
            "2026-11-20/things-000.csv", "2026-11-20/things-ÄÖ-5 b.csv", "2026-11-20/things-\n7.csv",
            $"2026-11-20/things-{new string('7', 40)}.csv", "2026-11-20/things.csv", "5", "x",
        ];
        await using var connection = await old.Warehouse.ConnectAsync(CancellationToken.None);
        await connection.ExecuteAsync(
            """
            insert into ops.drop (path, etag, table_name, drop_date, bytes, state)
            select path, etag, 'things', '2026-11-20', 1, 'loaded'
            from unnest(@paths) as path cross join unnest(array['a', 'b']) as etag
            """,
            new { paths },
            CancellationToken.None);

        await new Migrations(old.Warehouse).RunAsync(CancellationToken.None);

        Assert.Equal(
            paths.Select(path => $"{path} {DropOrder.KeyOf(path)}").Order(StringComparer.Ordinal),
            await old.ListAsync<string>(
                "select distinct path || ' ' || sort_key collate \"C\" from ops.drop order by 1"));
    }

    [Fact]
    public async Task Dates_that_were_loaded_of_complete_tables_are_complete()
    {
        await using var old = new TestDatabase(Before(17));
        await old.InitializeAsync();
        await old.RunAsync(
            """
            create table staging.whole (id integer, _gone_since date);
            create table staging.other (id integer);
            insert into ops.run (business_date, started_by, host, state) values ('2026-11-20', 'cli', 'test', 'published');
            insert into ops.drop (path, sort_key, etag, table_name, drop_date, bytes, state)
            select table_name || n, table_name || n, 'x', table_name, date '2026-11-18' + n, 1, state
            from unnest(array['whole', 'other', 'gone']) as table_name
            cross join (values (1, 'loaded'), (1, 'loaded'), (2, 'refused')) as d (n, state)
            on conflict do nothing;
            insert into ops.load (load_seq, drop_id, run_id, table_name, rows_in_file, rows_inserted, rows_updated,
                rows_unchanged, rows_superseded, rows_quarantined, started_at)
            select drop_id, drop_id, 1, table_name, 0, 0, 0, 0, 0, 0, now() from ops.drop where state = 'loaded';
            """);

        await new Migrations(old.Warehouse).RunAsync(CancellationToken.None);

        Assert.Equal(
            ["whole 2026-11-19 t"],
            await old.ListAsync<string>("select concat_ws(' ', table_name, drop_date, is_complete) from ops.snapshot"));
        Assert.Equal(0, await old.ValueAsync<long>(
            "select count(*) from ops.load inner join ops.drop using (drop_id) "
                + "where has_unreadable_keys or is_absent"));
    }

    [Fact]
    public async Task A_database_of_before_check_values_keeps_its_ledgers_and_takes_them()
    {
        await using var old = new TestDatabase(Before(19));
        await old.InitializeAsync();
        await old.RunAsync(
            "insert into ops.run (business_date, started_by, host, state) "
            + "values ('2021-02-12', 'cli', 'test', 'published')");

        await new Migrations(old.Warehouse).RunAsync(CancellationToken.None);
        await old.RunAsync(
            "insert into ops.check_value (check_id, day, value, asked, run_id) "
            + "values ('a', '2021-02-12', 1.5, 'x', 1)");

        Assert.Equal("a   1.5", await old.ValueAsync<string>(
            "select format('%s %s %s %s', check_id, category, path, value) from ops.check_value"));
    }

    [Fact]
    public async Task A_database_of_before_metric_periods_keeps_its_metrics_and_takes_them()
    {
        await using var old = new TestDatabase(Before(20));
        await old.InitializeAsync();
        await old.RunAsync(
            "insert into ops.run (business_date, started_by, host, state) "
            + "values ('2021-02-12', 'cli', 'test', 'published'); "
            + "insert into ops.metric (run_id, business_date, metric, value) values (1, '2021-02-12', 'orders', 3)");

        await new Migrations(old.Warehouse).RunAsync(CancellationToken.None);
        await old.RunAsync(
            "insert into ops.metric_period (run_id, metric, period, from_date, to_date, value) "
            + "values (1, 'orders', 'week', '2021-02-06', '2021-02-12', 2)");

        Assert.Equal("3 2", await old.ValueAsync<string>(
            "select format('%s %s', metric.value, metric_period.value) from ops.metric "
            + "inner join ops.metric_period using (run_id, metric)"));
    }

    [Fact]
    public async Task Runs_of_before_retention_have_their_details_and_refused_drops_are_found_by_an_index()
    {
        await using var old = new TestDatabase(Before(25));
        await old.InitializeAsync();
        await old.RunAsync(
            "insert into ops.run (business_date, started_by, host, state) "
            + "values ('2021-02-12', 'cli', 'test', 'published')");

        await new Migrations(old.Warehouse).RunAsync(CancellationToken.None);

        Assert.Equal([false], await old.ListAsync<bool>("select is_pruned from ops.run"));
        Assert.Equal(1, await old.ValueAsync<long>(
            "select count(*) from pg_indexes where indexname = 'drop_refused' and indexdef like '%refused%'"));
    }

    [Fact]
    public async Task Runs_of_before_models_by_key_do_not_say_what_they_were_computed_from()
    {
        await using var old = new TestDatabase(Before(27));
        await old.InitializeAsync();
        await old.RunAsync(
            "insert into ops.run (business_date, started_by, host, state) "
            + "values ('2021-02-12', 'cli', 'test', 'published'); "
            + "insert into ops.run_model (run_id, model, position, mart, action, reason, sql, materialization, "
            + "fingerprint, definition, table_name, version, is_delta, since_seq, until_seq) values (1, 'dim_users', "
            + "0, 'core', 'build', 'new', 'select 1', 'Table', 'f', 'd', 'dim_users__f', 1, false, 0, 7)");

        await new Migrations(old.Warehouse).RunAsync(CancellationToken.None);

        Assert.Equal([true], await old.ListAsync<bool>("select read_versions is null from ops.run_model"));
        Assert.Equal(0, await old.ValueAsync<long>(
            "select (select count(*) from ops.followed_column) + (select count(*) from ops.check_count)"));
    }

    [Fact]
    public async Task Days_of_metrics_of_before_their_index_are_found_by_it()
    {
        await using var old = new TestDatabase(Before(28));
        await old.InitializeAsync();
        await old.RunAsync(
            "insert into ops.run (business_date, started_by, host, state) "
            + "values ('2021-02-12', 'cli', 'test', 'published'); "
            + "insert into ops.metric_period (run_id, metric, period, from_date, to_date, value) "
            + "values (1, 'orders', 'day', '2021-02-12', '2021-02-12', 2)");

        await new Migrations(old.Warehouse).RunAsync(CancellationToken.None);

        Assert.Equal([2m], await old.ListAsync<decimal>("select value from ops.metric_period"));
        Assert.Equal(1, await old.ValueAsync<long>(
            "select count(*) from pg_indexes where indexname = 'metric_period_day' "
                + "and indexdef like '%(period, to_date)'"));
    }

    [Fact]
    public async Task Metrics_of_before_their_days_were_kept_stay()
    {
        await using var old = new TestDatabase(Before(34));
        await old.InitializeAsync();
        await old.RunAsync(
            "insert into ops.run (business_date, started_by, host, state) "
            + "values ('2021-02-12', 'cli', 'test', 'published'); "
            + "insert into ops.metric (run_id, business_date, metric, value) values (1, '2021-02-12', 'orders', 3)");

        await new Migrations(old.Warehouse).RunAsync(CancellationToken.None);

        Assert.Equal("3 0 0", await old.ValueAsync<string>(
            "select concat_ws(' ', (select value from ops.metric), (select count(*) from ops.metric_day), "
            + "(select count(*) from ops.metric_day_state))"));
    }

    [Fact]
    public async Task Loads_of_before_retention_have_left_no_row_out_and_each_row_is_still_accounted_for()
    {
        await using var old = new TestDatabase(Before(37));
        await old.InitializeAsync();
        await old.RunAsync(
            """
            insert into ops.run (business_date, started_by, host, state) values ('2021-02-12', 'cli', 'test', 'published');
            insert into ops.drop (path, sort_key, etag, table_name, drop_date, bytes, state)
            values ('a', 'a', 'x', 'users', '2021-02-12', 1, 'loaded');
            insert into ops.load (load_seq, drop_id, run_id, table_name, rows_in_file, rows_inserted, rows_updated,
                rows_unchanged, rows_superseded, rows_quarantined, started_at)
            values (1, 1, 1, 'users', 3, 2, 0, 0, 0, 1, now());
            """);

        await new Migrations(old.Warehouse).RunAsync(CancellationToken.None);
        await old.RunAsync("update ops.load set rows_inserted = 1, rows_expired = 1 where load_seq = 1");

        var lost = await Assert.ThrowsAsync<PostgresException>(
            () => old.RunAsync("update ops.load set rows_expired = 0 where load_seq = 1"));
        Assert.Equal("no_row_is_lost", lost.ConstraintName);
    }

    [Fact]
    public async Task Runs_of_before_tries_are_none_and_the_state_of_checks_leaves_tries_and_failed_publications_out()
    {
        await using var old = new TestDatabase(Before(41));
        await old.InitializeAsync();
        await old.RunAsync(
            "insert into ops.run (business_date, started_by, host, state) "
            + "values ('2021-02-12', 'cli', 'test', 'published')");

        await new Migrations(old.Warehouse).RunAsync(CancellationToken.None);
        await old.RunAsync(
            "insert into ops.run (business_date, started_by, host, state, selected_models) "
            + "values ('2021-02-12', 'try', 'test', 'tried', '{dim_users+}'); "
            + "insert into ops.run (business_date, started_by, host, state, tried_run_id) "
            + "values ('2021-02-12', 'publish', 'test', 'checks_failed', 2); "
            + "insert into ops.check_result (run_id, check_id, mart, model, kind, severity, status, rows_looked_at, "
            + "rows_failing, message) select n, 'a', 'core', 'm', 'unique', 'error', status, 1, 0, status "
            + "from (values (1, 'pass'), (2, 'fail'), (3, 'fail')) as result (n, status)");

        Assert.Equal(["1 f f", "2 t f", "3 f t"], await old.ListAsync<string>(
            "select concat_ws(' ', run_id, selected_models is not null, tried_run_id is not null) from ops.run "
            + "order by 1"));
        Assert.Equal("1 pass", await old.ValueAsync<string>(
            "select concat_ws(' ', last_run_id, status) from ops.check_state"));
    }

    [Fact]
    public async Task Tries_of_before_environments_are_in_none()
    {
        await using var old = new TestDatabase(Before(45));
        await old.InitializeAsync();
        await old.RunAsync(
            "insert into ops.run (business_date, started_by, host, state, selected_models) "
            + "values ('2021-02-12', 'try', 'test', 'tried', '{}')");

        await new Migrations(old.Warehouse).RunAsync(CancellationToken.None);

        Assert.Equal("1 t 0", await old.ValueAsync<string>(
            "select concat_ws(' ', run_id, environment is null, (select count(*) from ops.environment)) from ops.run"));
    }

    [Fact]
    public async Task Messages_of_before_they_were_masked_when_made_lose_what_they_quote_of_files()
    {
        await using var old = new TestDatabase(Before(29));
        await old.InitializeAsync();
        await old.RunAsync(
            """
            insert into ops.run (business_date, started_by, host, state, message, notes)
            values (
                '2021-02-12', 'cli', 'test', 'refused',
                $$users.csv: line 2: column 'mail' found 'ana@x', expected text; line 3: found 'bo's', expected a
            orders.csv: lacks columns a. Found: Ana, 1980. Expected: a, b.$$,
                array[$$a.csv begins with 'Ana', which is no text$$, 'b.csv is empty']
            );
            insert into ops.drop (path, sort_key, etag, table_name, drop_date, bytes, state, message)
            values ('users.csv', 'a', 'x', 'users', '2021-02-12', 1, 'refused', $$found 'Ana', expected none$$);
            insert into ops.run_drop (run_id, drop_id, position, message) values (1, 1, 0, $$found 'Ana'$$);
            insert into ops.quarantine (drop_id, load_seq, run_id, table_name, line, rule, message, raw)
            values
                (1, 1, 1, 'users', 2, 'type', $$found 'An'a', expected integer$$, '1,Ana'),
                (1, 1, 1, 'users', 3, 'field_count', 'found 2 fields, expected 3', '1,Ana');
            """);

        await new Migrations(old.Warehouse).RunAsync(CancellationToken.None);

        Assert.Equal(
            [
                "users.csv: line 2: column 'mail' found ***, expected a\norders.csv: lacks columns a. Found: ***. "
                    + "Expected: a, b.|a.csv begins with ***, which is no text|b.csv is empty",
                "found ***, expected none", "found ***", "found ***, expected integer", "found 2 fields, expected 3",
            ],
            await old.ListAsync<string>(
                """
                select message || '|' || array_to_string(notes, '|') from ops.run
                union all select message from ops.drop
                union all select message from ops.run_drop
                union all (select message from ops.quarantine order by line)
                """));
        Assert.Equal(["1,Ana", "1,Ana"], await old.ListAsync<string>("select raw from ops.quarantine"));
    }

    [Fact]
    public async Task Incidents_of_before_those_of_settings_and_reports_stay_and_these_are_taken()
    {
        await using var old = new TestDatabase(Before(29));
        await old.InitializeAsync();
        const string Insert = "insert into ops.incident (subject, kind, level, message, opened_at, changed_at) values ";
        await old.RunAsync(Insert + "('channel:team', 'channel', 'error', 'x', now(), now())");

        await new Migrations(old.Warehouse).RunAsync(CancellationToken.None);
        await old.RunAsync(Insert + "('setting:Greenery:Url', 'setting', 'error', 'x', now(), now()), "
            + "('report', 'report', 'warn', 'x', now(), now())");

        Assert.Equal(
            ["channel", "report", "setting"], await old.ListAsync<string>("select kind from ops.incident order by 1"));
    }

    [Fact]
    public async Task Messages_and_incidents_of_before_they_were_given_up_and_kept_apart_by_host_go_on()
    {
        await using var old = new TestDatabase(Before(35));
        await old.InitializeAsync();
        await old.RunAsync(
            """
            insert into ops.outbox (message_id, channel, kind, address, person, topic, title, message, created_at, next_try_at, attempts)
            select 'm' || n, 'email', 'email', 'a@greenery.example', 'ana', 'poll', 'x', '{}', '2021-02-12', now(), n
            from generate_series(0, 1) as n;
            insert into ops.incident (subject, kind, level, message, opened_at, changed_at)
            values ('channel:email', 'channel', 'error', 'x', now(), now()),
                ('setting:Greenery:Url', 'setting', 'ok', 'x', null, now()), ('run', 'run', 'error', 'x', now(), now());
            """);

        await new Migrations(old.Warehouse).RunAsync(CancellationToken.None);
        await old.RunAsync("update ops.outbox set state = 'given_up' where message_id = 'm1'");

        Assert.Equal(
            ["given_up 2021-02-12", "waiting"],
            await old.ListAsync<string>("select concat_ws(' ', state, first_try_at::date) from ops.outbox order by 1"));
        Assert.Equal(
            ["channel:email f"],
            await old.ListAsync<string>("select concat_ws(' ', subject, is_of_settings) from ops.incident_report"));
    }

    [Fact]
    public async Task Runs_of_versions_that_did_not_say_theirs_have_none()
    {
        await using var old = new TestDatabase(Before(43));
        await old.InitializeAsync();
        await old.RunAsync(
            "insert into ops.run (business_date, started_by, host, state) "
            + "values ('2021-02-12', 'cli', 'x', 'published')");

        await new Migrations(old.Warehouse).RunAsync(CancellationToken.None);

        Assert.Equal([true], await old.ListAsync<bool>("select program_version is null from ops.run"));
    }

    private static IReadOnlyList<Migration> Before(int last) => [.. Migration.All.Where(migration =>
        int.Parse(migration.Name[..4], System.Globalization.CultureInfo.InvariantCulture) <= last)];

    private static async Task<TestDatabase> EmptyAsync()
    {
        var database = new TestDatabase([]);
        await database.InitializeAsync();
        return database;
    }

    private static Task<IReadOnlyList<string>> RunAsync(TestDatabase database, params Migration[] migrations) =>
        new Migrations(database.Warehouse, migrations).RunAsync(CancellationToken.None);
}
