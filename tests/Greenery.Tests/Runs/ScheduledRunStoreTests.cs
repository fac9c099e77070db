using Greenery.Runs;
using Greenery.Tests.Support;
using Greenery.Warehouse;

namespace Greenery.Tests.Runs;

/// <summary>Which daily runs are due, by the runs that were.</summary>
public sealed class ScheduledRunStoreTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private const string Five = "0 0 5 * * *";

    [Fact]
    public async Task The_first_look_only_begins_the_ledger()
    {
        await ForgetAsync();
        Assert.Equal("", await MissingAsync("2021-02-12 06:00"));

        var looks = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => DueAsync("2021-02-12 06:00")));

        Assert.All(looks, due => Assert.Equal("", due));
        Assert.Equal(
            ["2021-02-12 05:00:00 2021-02-12 the schedule begins after this date"],
            await database.ListAsync<string>("select concat_ws(' ', scheduled_at at time zone 'utc', business_date, "
                + "run_id, note) from ops.scheduled_run"));
    }

    [Fact]
    public async Task Missed_scheduled_runs_are_due_in_their_order_however_often_hosts_poll()
    {
        await BeginAsync();
        Assert.Equal("", await DueAsync("2021-02-13 04:59"));
        Assert.Equal("2021-02-13", await DueAsync("2021-02-13 05:00"));
        Assert.Equal("2021-02-13, 2021-02-14, 2021-02-15", await MissingAsync("2021-02-15 05:00"));

        var looks = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => DueAsync("2021-02-15 05:00")));

        Assert.All(looks, due => Assert.Equal("2021-02-13, 2021-02-14, 2021-02-15", due));
        // A clock that goes wrong for a while makes nothing due twice.
        Assert.Equal("2021-02-13", await DueAsync("2021-02-13 05:00"));
        Assert.Equal("2021-02-13, 2021-02-14, 2021-02-15", await DueAsync("2021-02-15 05:00"));
        Assert.Equal(4, await database.ValueAsync<long>("select count(*) from ops.scheduled_run"));
    }

    [Fact]
    public async Task Runs_noted_for_the_future_are_ignored_and_removed_and_their_dates_are_due_when_they_come()
    {
        await BeginAsync();
        await DueAsync("2022-03-20 06:00");
        await RunAsync("schedule", "published", through: "2021-02-13", due: "2021-02-13 05:00");
        await RunAsync("schedule", "unchanged", through: "2021-02-14", due: "2021-02-14 05:00");
        await RunAsync("schedule", "unchanged", through: "2022-03-19", due: "2022-03-19 05:00");
        await DueAsync("2022-03-20 06:00");
        Assert.Equal(402, await database.ValueAsync<long>("select count(*) from ops.scheduled_run"));
        Assert.Equal("", await MissingAsync("2021-02-13 06:00"));

        Assert.Equal("", await DueAsync("2021-02-13 06:00"));

        Assert.Equal(["2021-02-12", "2021-02-13"], await database.ListAsync<string>(
            "select business_date::text from ops.scheduled_run order by scheduled_at"));
        Assert.Equal(3, await database.ValueAsync<long>("select count(*) from ops.run"));
        Assert.Equal("2021-02-14", await DueAsync("2021-02-14 05:00"));
        await RunAsync("schedule", "unchanged", through: "2021-02-14", due: "2021-02-14 05:00");
        Assert.Equal("2021-02-15", await DueAsync("2021-02-15 05:00"));
    }

    [Fact]
    public async Task A_run_that_began_while_the_databases_clock_was_ahead_settles_nothing()
    {
        await BeginAsync();
        await RunAsync("cli", "published", through: "2999-12-31", startedAt: "2999-12-31 05:00");
        Assert.Equal("2021-02-13", await DueAsync("2021-02-13 06:00"));
        // What was settled by such a run while the clock was ahead is due again.
        await RunAsync("schedule", "unchanged", through: "2021-02-13", due: "2021-02-13 05:00",
            startedAt: "2999-12-31 05:00");
        await database.RunAsync(
            "update ops.scheduled_run set run_id = (select max(run_id) from ops.run) where note is null");

        Assert.Equal("2021-02-13", await DueAsync("2021-02-13 06:00"));
        await RunAsync("schedule", "unchanged", through: "2021-02-13", due: "2021-02-13 05:00");
        Assert.Equal("", await DueAsync("2021-02-13 06:00"));
    }

    [Fact]
    public async Task A_failure_in_the_future_delays_no_retry_and_a_future_run_covers_nothing_that_was_given_up()
    {
        await BeginAsync();
        await DueAsync("2021-02-13 05:00");
        for (var failures = 1; failures <= ScheduledRunStore.MostFailures; failures++)
        {
            await RunAsync("schedule", "failed", through: "2021-02-13", due: "2021-02-13 05:00");
            await database.RunAsync("update ops.run set finished_at = '2999-12-31 05:00Z'");
            if (failures == 1)
            {
                Assert.Null(Assert.Single(await Ledger().DueAsync(SetTime.At("2021-02-13 06:00"), default)).FailedAt);
            }
        }
        await DueAsync("2021-02-13 06:00");

        await RunAsync("cli", "published", through: "2999-12-31", startedAt: "2999-12-31 05:00");

        Assert.Equal("2021-02-13", await MissingAsync("2021-02-13 06:00"));
    }

    [Theory]
    [InlineData("published")]
    [InlineData("unchanged")]
    [InlineData("checks_failed")]
    [InlineData("refused")]
    [InlineData("cancelled")]
    [InlineData("rolled_back")]
    public async Task A_scheduled_run_is_done_by_its_own_run_whatever_that_says_of_the_data(string state)
    {
        await BeginAsync();
        await DueAsync("2021-02-13 05:00");
        await RunAsync("schedule", state, through: "2021-02-13", due: "2021-02-13 05:00");

        Assert.Equal("", await DueAsync("2021-02-13 06:00"));
        Assert.Equal(1,
            await database.ValueAsync<long>(
            "select count(*) from ops.scheduled_run inner join ops.run using (run_id, scheduled_at)"));
    }

    [Fact]
    public async Task A_run_that_readers_blocked_leaves_its_scheduled_run_due_however_often()
    {
        await BeginAsync();
        await DueAsync("2021-02-13 05:00");
        for (var runs = 0; runs <= ScheduledRunStore.MostFailures; runs++)
        {
            await RunAsync("schedule", "refused", through: "2021-02-13", due: "2021-02-13 05:00");
            await database.RunAsync("update ops.run set is_blocked = true");
            var due = Assert.Single(await Ledger().DueAsync(SetTime.At("2021-02-13 06:00"), default));
            // No session holds a mart any more: nothing to wait for.
            Assert.Equal((true, default(DateTimeOffset?)), (due.IsBlocked, due.FailedAt));
        }
        Assert.Equal("2021-02-13", await MissingAsync("2021-02-13 06:00"));
        await RunAsync("schedule", "published", through: "2021-02-13", due: "2021-02-13 05:00");
        Assert.Equal("", await DueAsync("2021-02-13 06:00"));
    }

    [Fact]
    public async Task A_scheduled_run_whose_run_failed_by_infrastructure_is_due_again_until_it_is_given_up()
    {
        await BeginAsync();
        await DueAsync("2021-02-13 05:00");
        for (var failures = 1; failures < ScheduledRunStore.MostFailures; failures++)
        {
            await RunAsync("schedule", "failed", through: "2021-02-13", due: "2021-02-13 05:00");
            var due = Assert.Single(await Ledger().DueAsync(SetTime.At("2021-02-13 06:00"), default));
            Assert.Equal(SetTime.At("2021-02-13 05:10"), due.FailedAt);
        }
        await RunAsync("schedule", "failed", through: "2021-02-13", due: "2021-02-13 05:00");

        Assert.Equal("2021-02-14", await DueAsync("2021-02-14 05:00"));
        Assert.Equal(
            "given up: 5 runs failed by infrastructure",
            await database.ValueAsync<string>("select note from ops.scheduled_run where business_date = '2021-02-13'"));
        // It is not retried automatically, but health keeps reporting it until a run covers it.
        Assert.Equal("2021-02-13, 2021-02-14", await MissingAsync("2021-02-14 05:00"));
        await RunAsync("cli", "published", through: "2021-02-14", startedAt: "2021-02-14 06:00");
        await DueAsync("2021-02-14 07:00");
        Assert.Equal("", await MissingAsync("2021-02-14 07:00"));
    }

    [Theory]
    [InlineData("cli", "published", "2021-02-14", "")]
    [InlineData("http", "unchanged", "2021-02-14", "")]
    [InlineData("http", "published", "2999-12-31", "")]
    // Published, and readers were sent back since: that was a user's will.
    [InlineData("cli", "rolled_back", "2021-02-14", "")]
    // The later daily run stays due.
    [InlineData("cli", "published", "2021-02-13", "2021-02-14")]
    [InlineData("cli", "published", "2021-02-12", "2021-02-13, 2021-02-14")]
    // Readers are not up to date after these.
    [InlineData("cli", "checks_failed", "2021-02-14", "2021-02-13, 2021-02-14")]
    [InlineData("cli", "refused", "2021-02-14", "2021-02-13, 2021-02-14")]
    [InlineData("cli", "failed", "2021-02-14", "2021-02-13, 2021-02-14")]
    [InlineData("cli", "cancelled", "2021-02-14", "2021-02-13, 2021-02-14")]
    [InlineData("cli", "running", "2021-02-14", "2021-02-13, 2021-02-14")]
    // These load nothing.
    [InlineData("rollback", "unchanged", "2021-02-14", "2021-02-13, 2021-02-14")]
    [InlineData("replay", "unchanged", "2021-02-14", "2021-02-13, 2021-02-14")]
    public async Task A_later_manual_run_does_the_scheduled_runs_it_covers_if_readers_are_up_to_date(
        string startedBy, string state, string through, string stillDue)
    {
        await BeginAsync();
        await DueAsync("2021-02-14 05:00");
        await RunAsync(startedBy, state, through, startedAt: "2021-02-14 05:01");

        Assert.Equal(stillDue, await DueAsync("2021-02-14 06:00"));
        Assert.Equal(stillDue, await MissingAsync("2021-02-14 06:00"));
    }

    [Fact]
    public async Task A_run_that_began_before_a_scheduled_run_may_have_missed_its_drops()
    {
        await BeginAsync();
        await RunAsync("cli", "published", through: "2021-02-13", startedAt: "2021-02-13 04:59");

        Assert.Equal("2021-02-13", await DueAsync("2021-02-13 05:00"));
    }

    [Fact]
    public async Task Another_schedule_holds_from_the_last_scheduled_run_on()
    {
        await BeginAsync();
        Assert.Equal("2021-02-13", await DueAsync("2021-02-13 05:00"));

        // Earlier in the day: this day's daily run was noted already.
        Assert.Equal("2021-02-13", await DueAsync("2021-02-13 06:00", "0 0 3 * * *"));
        // Later in the day: it comes once more, and finds nothing new or what came since.
        Assert.Equal("2021-02-13, 2021-02-13", await DueAsync("2021-02-13 07:00", "0 30 6 * * *"));
        Assert.Equal(
            "2021-02-13, 2021-02-13, 2021-02-13, 2021-02-14", await DueAsync("2021-02-14 12:00", "0 0 12 * * *"));
    }

    [Fact]
    public async Task A_scheduled_run_that_another_host_did_meanwhile_is_not_begun_again()
    {
        await BeginAsync();
        await DueAsync("2021-02-13 05:00");
        await using var other = await database.Warehouse.ConnectAsync(default);
        await using var transaction = await other.BeginTransactionAsync();
        await other.ExecuteAsync("select from ops.scheduled_run where business_date = '2021-02-13' for update", null,
            default);

        var start = new RunStore(database.Warehouse, "rules", TimeSpan.FromMinutes(2)).StartAsync(
            new RunRequest { Date = new DateOnly(2021, 2, 13), StartedBy = RunTrigger.Schedule,
                ScheduledAt = SetTime.At("2021-02-13 05:00") },
            new DateOnly(2021, 2, 13), CancellationToken.None);
        await Wait.UntilAsync(
            () => database.ValueAsync<bool>(
                "select count(*) > 0 from pg_stat_activity where datname = current_database() and wait_event_type = "
                    + "'Lock'"),
            () => start.IsCompleted);
        await other.ExecuteAsync(Insert("schedule", "unchanged", "2021-02-13", "2021-02-13 05:00", "2021-02-13 05:00"),
            null, default);
        await transaction.CommitAsync();

        Assert.IsType<RunStart.NotDue>(await start);
        Assert.Equal(1, await database.ValueAsync<long>("select count(*) from ops.run"));
    }

    private ScheduledRunStore Ledger(string schedule = Five) =>
        new(database.Warehouse, RunSchedule.TryParse(schedule, TimeZoneInfo.Utc)!);

    private async Task<string> DueAsync(string now, string schedule = Five) =>
        Text(await Ledger(schedule).DueAsync(SetTime.At(now), CancellationToken.None));

    private async Task<string> MissingAsync(string now) =>
        Text(await Ledger().MissingAsync(SetTime.At(now), CancellationToken.None));

    private static string Text(IEnumerable<ScheduledRun> scheduledRuns) =>
        string.Join(", ", scheduledRuns.Select(scheduledRun => $"{scheduledRun.BusinessDate:yyyy-MM-dd}"));

    private Task ForgetAsync() => database.RunAsync("truncate ops.run, ops.scheduled_run cascade");

    private async Task BeginAsync()
    {
        await ForgetAsync();
        await DueAsync("2021-02-12 06:00");
    }

    private Task RunAsync(string startedBy, string state, string through, string? due = null,
        string startedAt = "2021-02-13 05:00") =>
        database.RunAsync(Insert(startedBy, state, through, due, startedAt));

    private static string Insert(string startedBy, string state, string through, string? due, string startedAt) =>
        $"""
        insert into ops.run (business_date, through_date, started_by, host, state, scheduled_at, started_at, finished_at)
        values ('{through}', '{through}', '{startedBy}', 'test', '{state}', {(due is null ? "null" : $"'{due}Z'")}, '{startedAt}Z',
            timestamptz '{startedAt}Z' + interval '10 minutes')
        """;
}
