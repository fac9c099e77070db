using Greenery.Alerts.Channels;
using Greenery.Alerts.Messages;
using Greenery.Alerts.Routing;
using Greenery.Presentation;
using Greenery.Runs;
using Greenery.Tests.Support;

namespace Greenery.Tests.Alerts;

/// <summary>
/// Notifications of the run itself, of the SLA and of the channels, and when quiet hours delay them.
/// </summary>
public sealed class SlaMonitorTests
{
    private const string Ops = "ops@greenery.example";

    [Fact]
    public async Task A_failing_infrastructure_is_reported_with_what_readers_still_see_why_and_what_to_do()
    {
        await using var scenario = await AlertScenario.StartAsync();
        await scenario.RunAsync();
        scenario.Test.Put("2021-02-13/users.csv", "user_id,name,city\n4,Di,Oslo\n");
        scenario.Test.PostRunActions = [scenario.Alerting];
        await scenario.Test.RunAsync(scenario.Test.Pipeline(
            new FailingDropStore(scenario.Test.Store, 99, () => new InfrastructureException("the storage is gone"))));
        var (message, to) = Assert.Single(scenario.Mail.Taken);
        Assert.Equal((Ops, "Nothing was published: infrastructure failed (run 2, 2021-02-13)", MessageSeverity.Error),
            (to.Address, message.Title, message.Severity));
        Assert.Equal(
            [
                "Nothing new was published. Readers still see run 1, data through 2021-02-12.",
                "Why: the storage is gone. Owner: ops@greenery.example.",
                "What to do: see that database and storage can be reached, then run again ('greenery run', or POST "
                    + "/api/runs). What was done is not done twice. ops.step says in which step it failed.",
            ],
            AlertScenario.Paragraphs(message));
        scenario.Notified();
        await scenario.RunAsync();
        Assert.Equal([$"{Ops}: Right again: run 3 (run 3, 2021-02-13)"], scenario.Notified());
    }

    [Fact]
    public async Task Nothing_published_by_the_agreed_time_is_reported_once_and_so_is_that_it_was_kept_late()
    {
        await using var scenario = await AlertScenario.StartAsync();
        scenario.Settings = scenario.Settings with { DeliverBy = new TimeOnly(7, 0),
            Local = new LocalTime(TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin")) };
        // The day that began with the last such hour, so that the run just now falls into it at whatever time this is
        // tested.
        var today = scenario.Settings.Local.DateOf(scenario.Settings.Local.Last(new TimeOnly(7, 0), DateTime.UtcNow));
        await scenario.CheckAsync();
        Assert.Empty(scenario.Notified());
        await scenario.RunAsync();
        // The run just now meets the first deadline; nothing meets the second.
        scenario.Time.Set(scenario.Settings.Local.ToUtc(today.AddDays(1), new TimeOnly(7, 1)));
        await scenario.CheckAsync();
        Assert.Empty(scenario.Notified());
        scenario.Time.Set(scenario.Settings.Local.ToUtc(today.AddDays(2), new TimeOnly(6, 59)));
        await scenario.CheckAsync();
        Assert.Empty(scenario.Notified());
        scenario.Time.Set(scenario.Settings.Local.ToUtc(today.AddDays(2), new TimeOnly(7, 0)));
        await scenario.CheckAsync();
        await scenario.CheckAsync();
        var (message, to) = Assert.Single(scenario.Mail.Taken);
        Assert.Equal((Ops, "Nothing was published by the SLA time"), (to.Address, message.Title));
        Assert.Equal(
            [
                $"Error publishing in time ({Ops}): Nothing was published by 07:00 (Europe/Berlin) on "
                    + $"{today.AddDays(2):yyyy-MM-dd}, the SLA time. "
                    + "No run was started since the day before. [, before ] new",
            ],
            AlertScenario.Problems(message));
        Assert.Equal("Nothing new was published. Readers still see run 1, data through 2021-02-12.",
            AlertScenario.Paragraphs(message)[0]);
        scenario.Notified();

        scenario.Test.Put("2021-02-13/users.csv", "user_id,name,city\n4,Di,Oslo\n");
        scenario.Test.PostRunActions = [];
        await scenario.Test.RunAsync();
        // Notified without another poll: the run has ended two days before the test's clock.
        await scenario.Alerting.NotifyAsync(CancellationToken.None);
        await scenario.Alerting.SendAsync(CancellationToken.None);
        Assert.Equal([$"{Ops}: Right again: publishing in time (run 2, 2021-02-13)"], scenario.Notified());
    }

    [Fact]
    public async Task A_run_that_is_silent_is_reported_and_so_is_that_another_process_ended_it_well()
    {
        await using var scenario = await AlertScenario.StartAsync();
        await scenario.Test.ExecuteAsync(
            """
            insert into ops.run (business_date, started_by, host, state) values ('2021-02-12', 'schedule', 'greenery-1', 'running');
            insert into ops.lease values (1, gen_random_uuid(), clock_timestamp() - interval '9 minutes', false)
            """);
        await scenario.CheckAsync();
        Assert.Empty(scenario.Notified());
        await scenario.Test.ExecuteAsync("update ops.lease set expires_at = expires_at - interval '3 minutes'");
        await scenario.CheckAsync();
        await scenario.CheckAsync();
        Assert.Equal([$"{Ops}: A run does not respond any more"], scenario.Notified());
        // Any process that runs next resumes it, and it ends well.
        await scenario.RunAsync();
        Assert.Equal([$"{Ops}: Right again: run 1 (run 1, 2021-02-12)"], scenario.Notified());
    }

    [Fact]
    public async Task Who_stops_a_run_or_goes_back_is_not_notified_of_it()
    {
        await using var scenario = await AlertScenario.StartAsync();
        scenario.Test.PostRunActions = [scenario.Alerting];
        using var stopped = new CancellationTokenSource();
        await scenario.Test.Pipeline().RunAsync(new RunRequest(), new Reaction(_ => stopped.Cancel()), stopped.Token);
        await scenario.Test.Pipeline().RollbackAsync(null, CancellationToken.None);
        await scenario.CheckAsync();
        Assert.Equal(
            ["cancelled", "refused"], await scenario.Test.ListAsync("select state from ops.run order by run_id"));
        Assert.Empty(scenario.Notified());
        Assert.Equal(2, await scenario.Test.ValueAsync<long>("select count(*) from ops.notified_run"));
    }

    [Fact]
    public async Task Quiet_hours_hold_back_warnings_and_recoveries_but_not_errors()
    {
        await using var scenario = await AlertScenario.StartAsync();
        var now = scenario.Time.Now;
        var (from, to) = (TimeOnly.FromDateTime(now.AddHours(-1)), TimeOnly.FromDateTime(now.AddHours(2)));
        scenario.Settings = scenario.Settings with { Quiet = new QuietHours(from, new TimeOnly(to.Hour, to.Minute)) };
        scenario.Test.ChangeSql("core/core.yml", "{min_value: 0}", "{min_value: 6, config: {severity: warn}}");
        await scenario.RunAsync();
        Assert.Empty(scenario.Notified());
        scenario.DoubleUsers(true);
        await scenario.RunAsync();
        Assert.Equal(
            [$"{AlertScenario.Data}: Nothing was published: core.dim_users.user_id.unique fails (run 2, 2021-02-12)"],
            scenario.Notified());
        scenario.DoubleUsers(false);
        await scenario.RunAsync();
        Assert.Empty(scenario.Notified());
        scenario.Time.Advance(TimeSpan.FromHours(2.1));
        await scenario.CheckAsync();
        Assert.Equal(
            [
                $"{AlertScenario.Data}: core.fact_orders.amount.accepted_range warns (run 1, 2021-02-12)",
                $"{AlertScenario.Data}: Right again: core.dim_users.user_id.unique (run 3, 2021-02-12)",
            ],
            scenario.Notified());
    }

    [Fact]
    public async Task A_channel_that_keeps_failing_is_reported_on_the_others_once_and_so_is_its_recovery()
    {
        await using var scenario = await AlertScenario.StartAsync();
        scenario.Mail.Answer = (_, _) => new Delivery(DeliveryOutcome.Later, "503.");
        scenario.DoubleUsers(true);
        await scenario.RunAsync();
        Assert.Empty(scenario.Notified());
        scenario.Time.Advance(TimeSpan.FromMinutes(59));
        await scenario.Alerting.CheckAsync(CancellationToken.None);
        scenario.Time.Advance(TimeSpan.FromMinutes(2));
        await scenario.CheckAsync();
        await scenario.CheckAsync();
        var (message, to) = Assert.Single(scenario.Teams.Taken);
        Assert.Equal(("shop-team", "Notifications are not delivered on channel email"), (to.Address, message.Title));
        Assert.Matches(
            "^Error channel email \\(ops@greenery.example\\): \\d attempts in a row failed since .* UTC. The last "
                + "answer: 503. "
            + "Not delivered: Nothing was published: core.dim_users.user_id.unique fails \\(run 1, 2021-02-12\\). "
            + "\\[, before \\] new$",
            Assert.Single(AlertScenario.Problems(message)));
        Assert.Equal("Nothing was published yet: readers see nothing.", AlertScenario.Paragraphs(message)[0]);
        scenario.Notified();

        scenario.Time.Advance(TimeSpan.FromHours(2));
        scenario.Mail.Answer = (_, _) => new Delivery(DeliveryOutcome.Accepted, "202");
        await scenario.CheckAsync();
        Assert.Equal(
            [
                $"{AlertScenario.Data}: Nothing was published: core.dim_users.user_id.unique fails (run 1, 2021-02-12)",
                "shop-team: Right again: channel email",
            ],
            scenario.Notified());
    }

    [Fact]
    public async Task A_channel_with_wrong_settings_is_reported_at_once_and_its_messages_wait_until_they_are_right()
    {
        await using var scenario = await AlertScenario.StartAsync();
        var channels = scenario.Settings.Channels;
        scenario.Settings = scenario.Settings with
        {
            Channels = [channels[0] with { Fault = "Greenery:Alerts:Email:ApiKey is not set." }, channels[1]],
        };
        scenario.DoubleUsers(true);
        await scenario.RunAsync();
        Assert.Equal(["shop-team: Notifications are not delivered on channel email"], scenario.Notified());
        scenario.Time.Advance(TimeSpan.FromDays(4));
        await scenario.CheckAsync();
        Assert.Empty(scenario.Notified());

        scenario.Settings = scenario.Settings with { Channels = channels };
        await scenario.CheckAsync();
        var notified = scenario.Notified();
        Assert.Contains(
            $"{AlertScenario.Data}: Nothing was published: core.dim_users.user_id.unique fails (run 1, 2021-02-12)",
            notified);
        Assert.Contains("shop-team: Right again: channel email", notified);
        Assert.Empty(await scenario.Test.ListAsync("select title from ops.outbox where state <> 'accepted'"));
    }

    [Fact]
    public async Task A_report_that_was_not_written_is_reported_and_so_is_the_next_one_that_was()
    {
        await using var scenario = await AlertScenario.StartAsync();
        await scenario.RunAsync();
        scenario.Test.Put("2021-02-13/users.csv", "user_id,name,city\n4,Di,Oslo\n");
        scenario.Test.PostRunActions = [new NoReport("The container is gone."), scenario.Alerting];
        var report = await scenario.Test.RunAsync();
        Assert.Equal(RunState.Published, report.State);
        Assert.Equal(["report warn"], await scenario.Test.ListAsync(
            "select subject || ' ' || level from ops.incident where level <> 'ok'"));
        Assert.Equal($"{Ops}: The report was not written", Assert.Single(scenario.Notified()));
        Assert.Equal("The page of run 2 was not written: Greenery:Reports: The container is gone.",
            await scenario.Test.ValueAsync<string>("select message from ops.incident where subject = 'report'"));

        scenario.Test.Put("2021-02-14/users.csv", "user_id,name,city\n5,Ed,Oslo\n");
        scenario.Test.PostRunActions = [new NoReport(null), scenario.Alerting];
        await scenario.Test.RunAsync();
        Assert.Equal($"{Ops}: Right again: the report", Assert.Single(scenario.Notified()));
    }

    private sealed class NoReport(string? reason) : IPostRunAction
    {
        public StepKind Kind => StepKind.Report;

        public Task<DoneResult> ExecuteAsync(long runId, CancellationToken cancellationToken) => reason is null
            ? Task.FromResult(new DoneResult(1)) : throw new ConfigurationException("Greenery:Reports", reason);
    }

    [Fact]
    public async Task Five_failures_in_a_row_are_enough()
    {
        await using var scenario = await AlertScenario.StartAsync();
        scenario.Mail.Answer = (_, _) => new Delivery(DeliveryOutcome.Refused, "401.");
        scenario.DoubleUsers(true);
        scenario.Settings = scenario.Settings with
            { Subscribers = [.. "abcde".Select(c => new Subscription($"{c}@greenery.example", [], "x"))] };
        await scenario.RunAsync();
        // What is refused is lost to its reader, so after three the others are kept for the next poll.
        Assert.Equal(["refused 3", "waiting 3"],
            await scenario.Test.ListAsync(
            "select format('%s %s', state, count(*)) from ops.outbox group by state order by state"));
        Assert.Empty(scenario.Notified());
        await scenario.CheckAsync();
        Assert.Equal(["shop-team: Notifications are not delivered on channel email"], scenario.Notified());
    }
}
