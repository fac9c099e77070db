using System.Globalization;
using System.Text;
using Greenery.Checks;
using Greenery.Models;
using Greenery.Runs;
using Greenery.Tests.Support;

namespace Greenery.Tests.Models;

/// <summary>
/// The law of models by key: whatever the drops say, in whatever order they come, are corrected and taken back, and
/// whichever runs fail or are rolled back in between, what is published equals a full build.
/// </summary>
public sealed class KeyedHistoryTests
{
    private const string Sources =
        """
        version: 2
        sources:
          - name: shop
            tables:
              - name: events
                columns:
                  - {name: event_id, data_type: integer, constraints: [{type: primary_key}]}
                  - {name: session_id, data_type: integer}
                  - {name: user_id, data_type: integer}
                  - {name: product_id, data_type: integer}
                  - {name: units, data_type: integer}
                  - {name: happened_on, data_type: date}
              - name: users
                columns:
                  - {name: user_id, data_type: integer, constraints: [{type: primary_key}]}
                  - {name: city_id, data_type: integer}
                  - {name: points, data_type: integer}
              - name: cities
                columns:
                  - {name: city_id, data_type: integer, constraints: [{type: primary_key}]}
                  - {name: city, data_type: text}
              - name: products
                config: {history: [price]}
                columns:
                  - {name: product_id, data_type: integer, constraints: [{type: primary_key}]}
                  - {name: price, data_type: integer}
        """;

    // In partitions, whose rows the drops move from one day to another.
    private static readonly string DividedSources = Sources.Replace(
        "- name: events\n", "- name: events\n        config: {partition_by: happened_on day}\n",
        StringComparison.Ordinal);

    private const string Properties =
        """
        models:
          - name: dim_users
            config:
              materialized: incremental
              incremental_strategy: by_key
              unique_key: user_id
              inputs: {users: user_id, cities: {lookup: city_id}}
          - name: int_sessions
            config:
              materialized: incremental
              incremental_strategy: by_key
              unique_key: session_id
              inputs:
                events: session_id
                dim_users: {lookup: {visitor_id: user_id}, columns: [city]}
            columns:
              - {name: session_id, data_tests: [unique, {not_null: {config: {severity: warn}}}]}
              - name: visitor_id
                data_tests:
                  - relationships: {to: dim_users, field: user_id, config: {severity: warn}}
                  - relationships:
                      {name: of_long, to: dim_users, field: user_id, config: {severity: warn, where: "events > 2"}}
                  - unique: {config: {severity: warn}}
                  - unique_where: {where: "events > 2", config: {severity: warn}}
              - {name: events, data_tests: [{accepted_range: {max_value: 3, config: {severity: warn}}}]}
          - name: visitors
            config:
              materialized: incremental
              incremental_strategy: by_key
              unique_key: visitor_id
              inputs: {int_sessions: {key: visitor_id, skip_nulls: true}}
          - name: event_lines
            config:
              materialized: incremental
              incremental_strategy: by_key
              unique_key: event_id
              rebuild_key: session_id
              inputs:
                events: session_id
                products_history: {lookup: product_id}
                biggest: {lookup: session_id}
            data_tests:
              - unique_combination_of_columns:
                  {combination_of_columns: [session_id, product_id], config: {severity: warn, where: "units > 1"}}
          - name: city_days
            config:
              materialized: incremental
              incremental_strategy: by_key
              unique_key: [city, began_on]
              inputs: {int_sessions: [city, began_on]}
            columns:
              - {name: sessions, data_tests: [{accepted_range: {max_value: 12}}]}
        """;

    // Of sessions whose first day changes, and without one.
    private static readonly string DividedProperties = Properties.Replace(
        "unique_key: session_id\n", "unique_key: session_id\n      partition_by: began_on day\n",
        StringComparison.Ordinal).Replace(
        "unique_key: [city, began_on]\n", "unique_key: [city, began_on]\n      partition_by: began_on year\n",
        StringComparison.Ordinal);

    private static readonly (string Name, string Sql)[] Models =
    [
        ("dim_users", "select user_id, city_id, city, points from users left join cities using (city_id)"),
        ("int_sessions", """
            with summed_sessions as (
                select session_id, max(user_id) as visitor_id, count(*) as events, min(happened_on) as began_on
                from events group by session_id
            )
            select session_id, visitor_id, events, began_on, city
            from summed_sessions left join dim_users on visitor_id = user_id
            """),
        ("visitors", """
            select visitor_id, count(*) as sessions, min(session_id) as first_session, sum(events) as events
            from int_sessions where visitor_id is not null group by visitor_id
            """),
        // A table of the usual kind: its changes are found by comparison.
        ("biggest", "select session_id, max(units) as most from events group by session_id having count(*) > 2"),
        ("event_lines", """
            select event_id, session_id, product_id, units, price, most,
                row_number() over (partition by session_id order by event_id) as place,
                sum(units) over (partition by session_id) as of_session
            from events
            left join biggest using (session_id)
            left join products_history using (product_id)
            where valid_to is null
            """),
        ("city_days", """
            select city, began_on, count(*) as sessions, sum(events) as events from int_sessions group by city, began_on
            """),
    ];

    private static readonly (string Name, string Sql)[] Metrics =
    [
        ("visits", "-- Visits (count): all.\nselect began_on as day, count(*) as value "
            + "from core.int_sessions group by 1"),
        ("cities", "-- Cities (count): of a day.\nselect began_on as day, count(distinct city) as value "
            + "from core.int_sessions group by 1"),
        ("length", """
            -- Length (events): of a session.
            select began_on as day, sum(events) as numerator, count(*) as denominator
            from core.int_sessions as s where s.city is not null group by began_on
            """),
    ];

    [Theory]
    [InlineData(1, false)]
    [InlineData(2, false)]
    [InlineData(3, true)]
    public async Task Daily_runs_publish_what_one_full_build_would(int seed, bool isDivided)
    {
        await using var test = await TestWarehouse.OfSourcesAsync(
            isDivided ? DividedSources : Sources, "select 1 as one");
        test.WriteSql("core/core.yml", isDivided ? DividedProperties : Properties);
        foreach (var (name, sql) in Models)
        {
            test.WriteSql($"core/{name}.sql", sql);
        }
        foreach (var (name, sql) in Metrics)
        {
            test.WriteSql($"metrics/{name}.sql", sql);
        }
        await new KeyedDays(test, new Random(seed)).LiveAsync(days: 12);
        foreach (var schema in new[] { "staging", "warehouse" })
        {
            Assert.Equal(isDivided, await test.ValueAsync<bool>(
                "select count(*) > 3 from pg_inherits inner join pg_class on pg_class.oid = inhparent "
                + $"where relnamespace = '{schema}'::regnamespace and relkind = 'p'"));
        }
    }

    private sealed class KeyedDays(TestWarehouse test, Random chance)
    {
        private readonly Dictionary<string, (string Header, List<string> Rows)> _files = [];
        private readonly List<string> _log = [];
        private int _deltas;

        public async Task LiveAsync(int days)
        {
            Put("2026-11-01/events.csv", "event_id,session_id,user_id,product_id,units,happened_on", 120, Event);
            Put("2026-11-01/users.csv", "user_id,city_id,points", 6, User);
            Put("2026-11-01/cities.csv", "city_id,city", 3, City);
            Put("2026-11-01/products.csv", "product_id,price", 4, Product);
            await RunAsync();
            for (var day = 2; day <= days; day++)
            {
                Change(day);
                if (chance.Next(6) == 0)
                {
                    await RollBackAsync();
                }
                await RunAsync();
            }
            Assert.True(_deltas > 12, $"Only {_deltas} models were built by key.\n{string.Join('\n', _log)}");
        }

        // New rows, some of which correct earlier ones; late drops of earlier dates; a file that is uploaded again with
        // rows fewer or other.
        private void Change(int day)
        {
            string Path(string table) => string.Create(CultureInfo.InvariantCulture,
                $"2026-11-{(chance.Next(4) == 0 ? chance.Next(1, day) : day):00}/{table}-{day}.csv");
            Put(Path("events"), "event_id,session_id,user_id,product_id,units,happened_on", chance.Next(1, 5), Event);
            if (chance.Next(3) == 0)
            {
                Put(Path("users"), "user_id,city_id,points", chance.Next(1, 3), User);
            }
            if (chance.Next(4) == 0)
            {
                Put(Path("cities"), "city_id,city", 1, City);
            }
            if (chance.Next(3) == 0)
            {
                Put(Path("products"), "product_id,price", 1, Product);
            }
            if (chance.Next(2) == 0)
            {
                var (path, file) = _files.Where(file => file.Value.Rows.Count > 0).ElementAt(
                    chance.Next(_files.Values.Count(file => file.Rows.Count > 0)));
                file.Rows.RemoveAt(chance.Next(file.Rows.Count));
                Write(path);
            }
        }

        private string Event() => string.Create(CultureInfo.InvariantCulture,
            $"{chance.Next(160)},{Maybe(60)},{Maybe(6)},{Maybe(4)},{chance.Next(9)},2026-11-0{chance.Next(1, 6)}");

        private string User() => $"{chance.Next(6)},{Maybe(3)},{chance.Next(3)}";

        private string City() => $"{chance.Next(3)},{(char)('a' + chance.Next(3))}";

        private string Product() => $"{chance.Next(4)},{chance.Next(50)}";

        private string Maybe(int below) => chance.Next(8) == 0 ? "" : $"{chance.Next(below)}";

        private void Put(string path, string header, int rows, Func<string> row)
        {
            _files[path] = (header, [.. Enumerable.Range(0, rows).Select(_ => row())]);
            Write(path);
        }

        private void Write(string path)
        {
            var (header, rows) = _files[path];
            _log.Add($"{path}: {string.Join(" ", rows)}");
            test.Put(path, new StringBuilder().AppendJoin('\n', rows.Prepend(header)).Append('\n').ToString());
        }

        private async Task RunAsync()
        {
            var report = await test.RunAsync(new RunRequest { IsFullRefresh = chance.Next(15) == 0 });
            _log.Add($"run {report.RunId} {report.State}: "
                + $"{string.Join(", ", report.Models.Select(model => $"{model.Model} {model.Reason}"))}");
            _deltas += await test.ValueAsync<int>(
                $"select count(*)::integer from ops.run_model where is_delta and run_id = {report.RunId}");
            if (report.State is RunState.Published)
            {
                await AssertLikeFullBuildAsync();
                await AssertLikeFullScanAsync(report);
                await AssertMetricsAsync(report);
            }
            else
            {
                Assert.True(report.State is RunState.ChecksFailed or RunState.Unchanged, Explain(report.Message));
            }
        }

        private async Task RollBackAsync()
        {
            var kept = await test.ListAsync(
                "select run_id::text from ops.run where state = 'published' and is_kept order by run_id desc");
            if (kept.Count > 1)
            {
                _log.Add("rolled back: " + (await test.Pipeline().RollbackAsync(null, default)).Message);
            }
        }

        private async Task AssertLikeFullBuildAsync()
        {
            foreach (var model in test.Project.Catalogue.Models.Where(model => Models.Any(x => x.Name == model.Name)))
            {
                var columns = string.Join(", ", await test.ListAsync(
                    $"select attname::text from pg_attribute where attrelid = 'core.{model.Name}'::regclass "
                    + "and attnum > 0 order by attnum"));
                var expected = await test.ListAsync(
                    $"set search_path to core, staging; {Rows(columns, $"({model.Sql}) as a")}");
                var actual = await test.ListAsync(Rows(columns, $"core.{model.Name}"));
                Assert.True(expected.SequenceEqual(actual), Explain(
                    $"{model.Name}\nonly in a full build: {string.Join(" ", expected.Except(actual))}\n"
                    + $"only published: {string.Join(" ", actual.Except(expected))}"));
                Assert.Equal(actual.Count, await test.ValueAsync<int>(
                    $"select row_count::integer from ops.live where model = '{model.Name}'"));
            }
        }

        // What checks counted by the rows that changed is what they count of all rows.
        private async Task AssertLikeFullScanAsync(RunReport report)
        {
            foreach (var checks in test.Project.Checks.Where(check => check is { Source: null, Metric: null })
                .GroupBy(check => check.Model))
            {
                foreach (var full in await new CheckRunner(test.Database.Warehouse)
                    .RunAsync(CheckTarget.OfReaders(checks.Key), [.. checks], default))
                {
                    var line = report.Checks.SingleOrDefault(line => line.Id == full.Check.Id);
                    Assert.True(
                        line is null || (line.RowsLookedAt, line.RowsFailing, line.Status, line.Message)
                            == (full.LookedAt, full.Failing, full.Status, full.Message),
                        Explain($"{full.Check.Id}: found {line?.Message}, expected {full.Message}"));
                    Assert.Equal(Math.Min(full.Failing, CheckRunner.OffendersKept), line?.FailingRows.Count
                        ?? full.Offenders.Count);
                }
            }
        }

        // What metrics keep of each day is what they have over all rows.
        private async Task AssertMetricsAsync(RunReport report)
        {
            foreach (var metric in test.Project.Metrics)
            {
                var expected = await test.ValueAsync<decimal?>($"select round(value, 6) from ({metric.Sql}) as metric");
                Assert.Equal((metric.Name, expected), (metric.Name,
                    report.Metrics.Single(line => line.Metric == metric.Name).Value));
                Assert.Equal(expected is null ? 0 : 1, await test.ValueAsync<long>(
                    $"select count(*) from ops.metric_day_state where metric = '{metric.Name}'"));
            }
        }

        private string Explain(string? what) => $"{what}\n{string.Join('\n', _log)}";

        private static string Rows(string columns, string from) =>
            $"select x::text from (select {columns} from {from}) as x order by x::text";
    }
}
