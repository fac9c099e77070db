using Greenery.Alerts.Channels;
using Greenery.Alerts.Messages;
using Greenery.Alerts.Routing;
using Greenery.Presentation;
using Greenery.Runs;
using Greenery.Tests.Support;

namespace Greenery.Tests.Alerts;

/// <summary>What is told of the run itself, of the promised hour and of the channels, and when quiet hours hold it back.</summary>
public sealed class SlaMonitorTests
{
    private const string Ops = "ops@greenery.example";

    [Fact]
    public async Task Machinery_that_fails_is_told_with_what_readers_still_see_why_and_what_to_do()
    {
        await using var night = await AlertScenario.StartAsync();
        await night.RunAsync();
        night.Night.Put("2021-02-13/users.csv", "user_id,name,city\n4,Di,Oslo\n");
        night.Night.FollowUps = [night.Alerting];
        await night.Night.RunAsync(night.Night.Pipeline(new FailingDropStore(night.Night.Store, 99, () => new InfrastructureException("the storage is gone"))));
        var (message, to) = Assert.Single(night.Mail.Taken);
        Assert.Equal((Ops, "Nothing was published: the machinery failed (run 2, 2021-02-13)", MessageSeverity.Error), (to.Address, message.Title, message.Severity));
        Assert.Equal(
            [
                "Nothing new was published. Readers still see run 1, data through 2021-02-12.",
                "Why: the storage is gone",
                "What to do: see that database and storage can be reached, then run again ('greenery run', or POST /api/runs). What was done is not "
                    + "done twice. ops.step says in which step it failed.",
            ],
            AlertScenario.Paragraphs(message));
        night.Told();
        await night.RunAsync();
        Assert.Equal([$"{Ops}: Right again: run 3 (run 3, 2021-02-13)"], night.Told());
    }

    [Fact]
    public async Task Nothing_published_by_the_promised_hour_is_told_once_and_so_is_that_it_was_kept_late()
    {
        await using var night = await AlertScenario.StartAsync();
        night.Settings = night.Settings with { DeliverBy = new TimeOnly(7, 0), Local = new LocalTime(TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin")) };
        // The day that began with the last such hour, so that the run just now falls into it at whatever time this is tested.
        var today = night.Settings.Local.DateOf(night.Settings.Local.Last(new TimeOnly(7, 0), DateTime.UtcNow));
        await night.LookAsync();
        Assert.Empty(night.Told());
        await night.RunAsync();
        // Over the first promise the run just now counts; over the second nothing does.
        night.Time.Set(night.Settings.Local.ToUtc(today.AddDays(1), new TimeOnly(7, 1)));
        await night.LookAsync();
        Assert.Empty(night.Told());
        night.Time.Set(night.Settings.Local.ToUtc(today.AddDays(2), new TimeOnly(6, 59)));
        await night.LookAsync();
        Assert.Empty(night.Told());
        night.Time.Set(night.Settings.Local.ToUtc(today.AddDays(2), new TimeOnly(7, 0)));
        await night.LookAsync();
        await night.LookAsync();
        var (message, to) = Assert.Single(night.Mail.Taken);
        Assert.Equal((Ops, "Nothing was published by the hour promised"), (to.Address, message.Title));
        Assert.Equal(
            [
                $"Error publishing in time ({Ops}): Nothing was published by 07:00 (Europe/Berlin) on {today.AddDays(2):yyyy-MM-dd}, as promised. "
                    + "No run was started since the day before. [, before ] new",
            ],
            AlertScenario.Problems(message));
        Assert.Equal("Nothing new was published. Readers still see run 1, data through 2021-02-12.", AlertScenario.Paragraphs(message)[0]);
        night.Told();

        night.Night.Put("2021-02-13/users.csv", "user_id,name,city\n4,Di,Oslo\n");
        night.Night.FollowUps = [];
        await night.Night.RunAsync();
        // Told without another look: the run has ended two days before the test's clock.
        await night.Alerting.NotifyAsync(CancellationToken.None);
        await night.Alerting.SendAsync(CancellationToken.None);
        Assert.Equal([$"{Ops}: Right again: publishing in time (run 2, 2021-02-13)"], night.Told());
    }

    [Fact]
    public async Task A_run_that_is_not_heard_of_any_more_is_told_and_so_is_that_another_process_ended_it_well()
    {
        await using var night = await AlertScenario.StartAsync();
        await night.Night.ExecuteAsync(
            """
            insert into ops.run (business_date, started_by, host, state) values ('2021-02-12', 'schedule', 'greenery-1', 'running');
            insert into ops.lease values (1, gen_random_uuid(), clock_timestamp() - interval '9 minutes', false)
            """);
        await night.LookAsync();
        Assert.Empty(night.Told());
        await night.Night.ExecuteAsync("update ops.lease set expires_at = expires_at - interval '2 minutes'");
        await night.LookAsync();
        await night.LookAsync();
        Assert.Equal([$"{Ops}: A run is not heard of any more"], night.Told());
        // Whoever runs next goes on with it, and it ends well.
        await night.RunAsync();
        Assert.Equal([$"{Ops}: Right again: run 1 (run 1, 2021-02-12)"], night.Told());
    }

    [Fact]
    public async Task Who_stops_a_run_or_goes_back_is_not_told_of_it()
    {
        await using var night = await AlertScenario.StartAsync();
        night.Night.FollowUps = [night.Alerting];
        using var stopped = new CancellationTokenSource();
        await night.Night.Pipeline().RunAsync(new RunRequest(), new Reaction(_ => stopped.Cancel()), stopped.Token);
        await night.Night.Pipeline().RollbackAsync(null, CancellationToken.None);
        await night.LookAsync();
        Assert.Equal(["cancelled", "refused"], await night.Night.ListAsync("select state from ops.run order by run_id"));
        Assert.Empty(night.Told());
        Assert.Equal(2, await night.Night.ValueAsync<long>("select count(*) from ops.notified_run"));
    }

    [Fact]
    public async Task Quiet_hours_hold_back_warnings_and_recoveries_but_not_errors()
    {
        await using var night = await AlertScenario.StartAsync();
        var now = night.Time.Now;
        var (from, to) = (TimeOnly.FromDateTime(now.AddHours(-1)), TimeOnly.FromDateTime(now.AddHours(2)));
        night.Settings = night.Settings with { Quiet = new QuietHours(from, new TimeOnly(to.Hour, to.Minute)) };
        night.Night.ChangeSql("core/core.yml", "{min_value: 0}", "{min_value: 6, config: {severity: warn}}");
        await night.RunAsync();
        Assert.Empty(night.Told());
        night.DoubleUsers(true);
        await night.RunAsync();
        Assert.Equal([$"{AlertScenario.Data}: Nothing was published: core.dim_users.user_id.unique fails (run 2, 2021-02-12)"], night.Told());
        night.DoubleUsers(false);
        await night.RunAsync();
        Assert.Empty(night.Told());
        night.Time.Advance(TimeSpan.FromHours(2.1));
        await night.LookAsync();
        Assert.Equal(
            [
                $"{AlertScenario.Data}: core.fact_orders.amount.accepted_range warns (run 1, 2021-02-12)",
                $"{AlertScenario.Data}: Right again: core.dim_users.user_id.unique (run 3, 2021-02-12)",
            ],
            night.Told());
    }

    [Fact]
    public async Task A_channel_that_keeps_failing_is_told_on_the_others_once_and_so_is_its_recovery()
    {
        await using var night = await AlertScenario.StartAsync();
        night.Mail.Answer = (_, _) => new Delivery(DeliveryOutcome.Later, "503.");
        night.DoubleUsers(true);
        await night.RunAsync();
        Assert.Empty(night.Told());
        night.Time.Advance(TimeSpan.FromMinutes(59));
        await night.Alerting.CheckAsync(CancellationToken.None);
        night.Time.Advance(TimeSpan.FromMinutes(2));
        await night.LookAsync();
        await night.LookAsync();
        var (message, to) = Assert.Single(night.Teams.Taken);
        Assert.Equal(("shop-team", "Nobody is reached on channel email"), (to.Address, message.Title));
        Assert.Matches(
            "^Error channel email \\(ops@greenery.example\\): \\d attempts in a row failed since .* UTC. The last answer: 503. "
            + "Not delivered: Nothing was published: core.dim_users.user_id.unique fails \\(run 1, 2021-02-12\\). \\[, before \\] new$",
            Assert.Single(AlertScenario.Problems(message)));
        Assert.Equal("Nothing was published yet: readers see nothing.", AlertScenario.Paragraphs(message)[0]);
        night.Told();

        night.Time.Advance(TimeSpan.FromHours(2));
        night.Mail.Answer = (_, _) => new Delivery(DeliveryOutcome.Accepted, "202");
        await night.LookAsync();
        Assert.Equal(
            [
                $"{AlertScenario.Data}: Nothing was published: core.dim_users.user_id.unique fails (run 1, 2021-02-12)",
                "shop-team: Right again: channel email",
            ],
            night.Told());
    }

    [Fact]
    public async Task Five_failures_in_a_row_are_enough()
    {
        await using var night = await AlertScenario.StartAsync();
        night.Mail.Answer = (_, _) => new Delivery(DeliveryOutcome.Refused, "401.");
        night.DoubleUsers(true);
        night.Settings = night.Settings with { Subscribers = [.. "abcde".Select(c => new Subscription($"{c}@greenery.example", [], "x"))] };
        await night.RunAsync();
        // What is refused is lost to its reader, so behind three the others are spared for the next look.
        Assert.Equal(["refused 3", "waiting 3"], await night.Night.ListAsync("select format('%s %s', state, count(*)) from ops.outbox group by state order by state"));
        Assert.Empty(night.Told());
        await night.LookAsync();
        Assert.Equal(["shop-team: Nobody is reached on channel email"], night.Told());
    }
}
