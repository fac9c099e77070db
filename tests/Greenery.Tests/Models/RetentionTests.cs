using System.Globalization;
using Greenery.Models.Building;
using Greenery.Runs;
using Greenery.Tests.Support;

namespace Greenery.Tests.Models;

/// <summary>
/// Rows that retention takes out of a source table are no deletions: models by key keep what they have computed of
/// them, whatever comes later, and the plan and the run say what goes.
/// </summary>
public sealed class RetentionTests
{
    private const string Header = "event_id,session_id,happened_on,units\n";

    private const string Sources =
        """
        version: 2
        sources:
          - name: shop
            tables:
              - name: events
                config: {partition_by: happened_on month, keep: 2 months}
                columns:
                  - {name: event_id, data_type: integer, constraints: [{type: primary_key}]}
                  - {name: session_id, data_type: integer}
                  - {name: happened_on, data_type: date}
                  - {name: units, data_type: integer}
              - name: visitors
                columns:
                  - {name: session_id, data_type: integer, constraints: [{type: primary_key}]}
                  - {name: visitor, data_type: text}
        """;

    private const string Properties =
        """
        models:
          - name: dim_first
          - name: int_sessions
            config:
              materialized: incremental
              incremental_strategy: by_key
              unique_key: session_id
              inputs: {events: session_id, visitors: {lookup: session_id}}
          - name: int_visitors
            config:
              materialized: incremental
              incremental_strategy: by_key
              unique_key: visitor
              inputs: {int_sessions: visitor}
        """;

    private const string Sessions =
        """
        with summed_events as (
            select session_id, sum(units) as units, count(*) as events from events group by session_id
        )
        select session_id, visitor, units, events from summed_events left join visitors using (session_id)
        """;

    private static readonly string[] Both = [" 6", "1 3", "2 4"];

    [Fact]
    public async Task Models_by_key_keep_their_rows_and_what_goes_is_said_before_and_after()
    {
        await using var test = await CreateAsync();
        await RunMonthAsync(test, 1, "1,1,2021-01-05,1\n2,1,2021-01-06,2\n3,2,2021-01-07,4\n4,,2021-01-08,6\n");
        await RunMonthAsync(test, 2, "5,3,2021-02-05,8\n");
        Assert.Empty((await test.Pipeline().PreviewAsync(null, false, default)).Tables);
        await RunMonthAsync(test, 3, "6,3,2021-03-05,8\n");
        test.Put("2021-04-10/events.csv", $"{Header}7,4,2021-04-05,9\n8,9,2021-01-31,9\n");

        Assert.Equal(
            ["staging.events: 4 rows of 2021-01 are removed (config: keep: 2 months); core.int_sessions keeps what was "
                + "computed of them"],
            (await test.Pipeline().PreviewAsync(null, false, default)).Tables);
        var report = await test.RunAsync();

        Assert.Equal(RunState.Published, report.State);
        Assert.Contains("staging.events: 4 rows of 2021-01 were removed (config: keep: 2 months); core.int_sessions "
            + "keeps what was computed of them.", report.Notes);
        Assert.Equal((2, 1, 1), report.Loads.Select(load => (load.Rows, load.Inserted, load.Expired)).Single());
        Assert.Equal(["2021-01-01 2021-02-01 4"], await test.ListAsync(
            "select concat_ws(' ', from_date, to_date, row_count) from ops.expired_partition"));
        Assert.Equal(["5", "6", "7"], await test.ListAsync("select event_id::text from staging.events order by 1"));
        Assert.Equal([.. Both, "3 16", "4 9"], await UnitsAsync(test));
        Assert.Equal(RunState.Unchanged, (await test.RunAsync()).State);

        // A new row of a key that has lost rows, one of a key without a value, and a value that the row shows.
        test.Put("2021-04-11/events.csv", $"{Header}9,1,2021-04-11,100\n10,,2021-04-11,100\n11,3,2021-04-11,1\n");
        test.Put("2021-04-11/visitors.csv", "session_id,visitor\n1,Ana\n2,Bo\n3,Cy\n");
        report = await test.RunAsync();

        Assert.Contains("core.int_sessions: changed rows lead to 3 keys that lost source rows by retention (config: "
            + "keep); their rows stay as they were.", report.Notes);
        Assert.Equal([.. Both, "3 17", "4 9"], await UnitsAsync(test));
        Assert.Equal(["Cy 17", " 22"], await test.ListAsync(
            "select concat_ws(' ', coalesce(visitor, ''), units) from core.int_visitors order by 1 desc"));
        await AssertVerifiedAsync(test);
    }

    [Fact]
    public async Task A_full_build_takes_them_over_also_by_another_select()
    {
        await using var test = await CreateAsync();
        await RunMonthAsync(test, 1, "1,1,2021-01-05,1\n2,1,2021-01-06,2\n3,2,2021-01-07,4\n4,,2021-01-08,6\n");
        await RunMonthAsync(test, 2, "5,3,2021-02-05,8\n");
        await RunMonthAsync(test, 3, "6,3,2021-03-05,8\n");
        await RunMonthAsync(test, 4, "7,3,2021-04-05,9\n");

        Assert.Equal(RunState.Published, (await test.RunAsync(new RunRequest { IsFullRefresh = true })).State);
        Assert.Equal([.. Both, "3 25"], await UnitsAsync(test));
        await AssertVerifiedAsync(test);

        test.ChangeSql("core/int_sessions.sql", "units, events from", "units, events, 2 as half from");
        Assert.Equal(RunState.Published, (await test.RunAsync()).State);
        Assert.Equal([.. Both, "3 25"], await UnitsAsync(test));
        Assert.Equal(["1 ", "2 ", "3 2", " "], await test.ListAsync(
            "select format('%s %s', session_id, half) from core.int_sessions order by session_id"));

        test.ChangeSql("core/core.yml", "unique_key: session_id\n      inputs: {events",
            "unique_key: session_id\n      rebuild_key: events\n      inputs: {events");
        test.ChangeSql("core/core.yml", "events: session_id", "events: units");
        test.ChangeSql("core/int_sessions.sql", "count(*) as events", "count(*)::integer as events");
        var refused = await test.RunAsync();
        Assert.Equal(RunState.Refused, refused.State);
        Assert.Contains("core.int_sessions is computed by (events) now, but its rows of which source rows were removed "
            + "(config: keep) are known by (session_id). Restore its unique_key or rebuild_key, or drop",
            refused.Message);
    }

    [Theory]
    [InlineData("date '2021-01-01' as units", "column \"units\" is of type date but expression is of type bigint")]
    [InlineData("(units % 7)::smallint as units", "smallint out of range")]
    public async Task A_type_that_closed_rows_do_not_fit_is_refused_with_the_column(string units, string found)
    {
        await using var test = await CreateAsync();
        foreach (var month in Enumerable.Range(1, 4))
        {
            await RunMonthAsync(test, month, string.Create(CultureInfo.InvariantCulture,
                $"{month},{month},2021-0{month}-05,70000\n"));
        }
        test.ChangeSql("core/int_sessions.sql", "visitor, units, events from", $"visitor, {units}, events from");
        test.DeleteSql("core/int_visitors.sql");
        test.ChangeSql(
            "core/core.yml", Properties[Properties.IndexOf("  - name: int_visitors", StringComparison.Ordinal)..], "");

        var refused = await test.RunAsync(new RunRequest { MayWithdraw = true });

        Assert.Equal(RunState.Refused, refused.State);
        Assert.Contains($"its columns have other types now: {found}. Cast the column in its select to the type that it "
            + "had, or drop \"warehouse\".\"int_sessions__closed\" to give these rows up.", refused.Message);
        Assert.Contains("1 70000", await UnitsAsync(test));
    }

    [Fact]
    public async Task Rows_that_kept_runs_do_not_know_wait_and_go_when_they_do()
    {
        await using var test = await CreateAsync();
        foreach (var month in Enumerable.Range(1, 4))
        {
            await RunMonthAsync(test, month, string.Create(CultureInfo.InvariantCulture,
                $"{month},{month},2021-0{month}-05,1\n"));
        }
        // A row that is there moves to a month that is not kept any more: it is as the shop says, and goes in time.
        var report = await RunMonthAsync(test, 5, "4,4,2021-01-05,7\n");

        Assert.Contains("staging.events: 1 row of 2021-01 is older than the contract keeps (config: keep: 2 months), "
            + "to be removed when all kept runs, what environments show, and all models by key have been computed with "
            + "them.", report.Notes);
        Assert.Contains("4 7", await UnitsAsync(test));
        foreach (var day in new[] { 6, 7, 8 })
        {
            Assert.Equal(1, await test.ValueAsync<long>("select count(*) from staging.events where event_id = 4"));
            await RunMonthAsync(test, day, $"{day},{day},2021-05-05,1\n");
        }
        Assert.Equal(0, await test.ValueAsync<long>("select count(*) from staging.events where event_id = 4"));
        Assert.Contains("4 7", await UnitsAsync(test));
    }

    [Theory]
    [InlineData("materialized: table", "", "sql/core/int_sessions.sql reads all rows that there are. Make it a model "
        + "by key whose input events leads to its key: it keeps what it has computed. Or say in its config how far "
        + "back it needs them (needs: {events: 2 months}): what is older leaves it.")]
    [InlineData("materialized: table", ", needs: {events: 3 months}",
        "'needs: {events: 3 months}' in its config; expected to keep at least that.")]
    [InlineData("materialized: table", ", needs: {events: 2 months}", null)]
    [InlineData("materialized: incremental, incremental_strategy: by_key, unique_key: session_id, inputs: {events: "
        + "session_id, visitors: {lookup: session_id}}", ", needs: {events: 1 year}",
        "'needs: {events: 1 year}' in its config; expected to keep at least that.")]
    [InlineData("materialized: incremental, incremental_strategy: by_key, unique_key: session_id, inputs: {visitors: "
        + "session_id, events: {lookup: session_id}}", "", "sql/core/int_sessions.sql reads all rows that there are.")]
    public void Keep_must_not_be_shorter_than_a_model_needs(string config, string needs, string? shortfall)
    {
        using var folder = new ProjectFolder(
            ("sources.yml", Sources), ("core/int_sessions.sql", Sessions),
            ("core/core.yml", $"models:\n  - name: int_sessions\n    config: {{{config}{needs}}}\n"));

        if (shortfall is null)
        {
            Assert.Empty(folder.Diagnostics());
            return;
        }
        Assert.StartsWith($"sql/sources.yml:6: 'keep: 2 months' of 'events' is shorter than core.int_sessions needs: "
            + shortfall, Assert.Single(folder.Diagnostics()));
    }

    [Theory]
    [InlineData("evnts: 2 months", "needs of core.int_sessions names 'evnts', which is no source table that "
        + "sql/core/int_sessions.sql reads; it reads events, visitors. Did you mean 'events'?")]
    [InlineData("visitors: 2 weeks", "'visitors: 2 weeks' is no period; expected a number of days, months or years "
        + "(25 months).")]
    public void Needs_name_what_is_read_and_a_period(string needs, string message)
    {
        using var folder = new ProjectFolder(
            ("sources.yml", Sources.Replace(", keep: 2 months", "", StringComparison.Ordinal)),
            ("core/int_sessions.sql", Sessions),
            ("core/core.yml", $"models:\n  - name: int_sessions\n    config:\n      needs:\n        {needs}\n"));

        Assert.Equal($"sql/core/core.yml:5: {message}", Assert.Single(folder.Diagnostics()));
    }

    private static async Task<TestWarehouse> CreateAsync()
    {
        var test = await TestWarehouse.OfSourcesAsync(Sources, "select 1 as one");
        test.WriteSql("core/core.yml", Properties);
        test.WriteSql("core/int_sessions.sql", Sessions);
        test.WriteSql("core/int_visitors.sql",
            "select visitor, sum(units) as units from int_sessions group by visitor");
        test.Put("2021-01-01/visitors.csv", "session_id,visitor\n3,Cy\n");
        return test;
    }

    private static async Task<RunReport> RunMonthAsync(TestWarehouse test, int month, string rows)
    {
        test.Put($"2021-{Math.Min(month, 5):00}-{month + 9:00}/events.csv", Header + rows);
        var report = await test.RunAsync();
        Assert.True(report.State == RunState.Published, report.Message);
        return report;
    }

    private static Task<List<string>> UnitsAsync(TestWarehouse test) => test.ListAsync(
        "select format('%s %s', session_id, units) from core.int_sessions order by session_id nulls first");

    // What was computed of rows that are gone cannot be compared, and is no difference.
    private static async Task AssertVerifiedAsync(TestWarehouse test)
    {
        var catalogue = test.Project.Catalogue;
        var verified = await new ModelVerifier(test.Database.Warehouse, catalogue)
            .RunAsync(catalogue.Models.Where(model => model.IsByKey), 100, 1, default);
        Assert.All(verified, model => Assert.Equal((null, false), (model.Skipped, model.Differs)));
        Assert.Contains(verified, model => model.Rows > 0);
    }
}
