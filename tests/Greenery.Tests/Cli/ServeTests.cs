using Greenery.Tests.Support;
using Npgsql;

namespace Greenery.Tests.Cli;

/// <summary><c>greenery serve</c> from its start to its end, however that comes.</summary>
public sealed class ServeTests
{
    private const string Never = "0 0 0 1 1 *";

    private static string Runs => "select concat_ws(' ', run_id, started_by, state) from ops.run order by run_id";

    [Fact]
    public async Task Two_that_serve_one_database_catch_up_with_missed_scheduled_runs_in_their_order_once_each()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        // Half a day away from now, so that the test does not see a daily run come.
        var schedule = $"0 0 {(DateTime.UtcNow.Hour + 12) % 24} * * *";
        var times = RunSchedule.TryParse(schedule, TimeZoneInfo.Utc)!;
        var begin = times.LastBefore(DateTimeOffset.UtcNow.AddDays(-3))!;
        var scheduledRuns = times.Between(begin.At, DateTimeOffset.UtcNow).ToList();
        await test.ExecuteAsync(
            $"insert into ops.scheduled_run (scheduled_at, business_date, note) values ('{begin.At:O}', '"
                + $"{begin.BusinessDate:O}', 'the ledger begins here')");
        var cli = CliProcess.On(test).With("Greenery__Schedule", schedule);

        var (starting, second) = (Serving.StartAsync(cli), Serving.StartAsync(cli));
        await using var one = await starting;
        await using var other = await second;
        await UntilAsync(test, one,
            $"select count(*) = {scheduledRuns.Count} from ops.scheduled_run inner join ops.run using (scheduled_at) "
            + $"where run.finished_at is not null");

        Assert.Equal(
            scheduledRuns.Select((due, i) =>
                $"{i + 1} schedule {due.BusinessDate:yyyy-MM-dd} {(i == 0 ? "published" : "unchanged")}"),
            await test.ListAsync(
                "select concat_ws(' ', run_id, started_by, through_date, state) from ops.run order by run_id"));
        Assert.Equal((0, 0), (await one.StopAsync(), await other.StopAsync()));
    }

    [Fact]
    public async Task The_old_name_of_a_setting_is_logged()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        await using var serving = await Serving.StartAsync(CliProcess.On(test)
            .With("Greenery__Schedule", Never).With("Greenery__Alerts__PromisedBy", "07:00"));

        Assert.Equal(0, await serving.StopAsync());
        Assert.Contains("Setting Greenery:Alerts:PromisedBy: is the old name of Greenery:Alerts:DeliverBy;",
            serving.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_run_survives_the_death_and_the_end_of_those_who_do_it()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        test.WriteSql("core/slow.sql", "select pg_sleep(count(*) * 600)::text as slept from users where name = 'Slow'");
        test.Put("2021-02-11/users.csv", "user_id,name,city\n100,Slow,Malmo\n");
        var cli = CliProcess.On(test).With("Greenery__Schedule", Never);

        // Killed in the middle of a build.
        await using (var killed = await Serving.StartAsync(cli))
        {
            Assert.Equal("/api/runs/1", (await killed.PostAsync("/api/runs")).Location);
            await UntilSleepingAsync(test, killed);
            await killed.KillAsync();
        }
        // The server would notice only at the end of the statement that its client is gone.
        await test.ExecuteAsync(Wake);
        Assert.Equal(["1 http running"], await test.ListAsync(Runs));

        // Asked to stop, it leaves the run to the next one.
        await using (var stopped = await Serving.StartAsync(cli))
        {
            await UntilSleepingAsync(test, stopped);
            Assert.Contains("Run 1 resumed: its previous process died.", stopped.Output,
                StringComparison.Ordinal);
            Assert.Equal(0, await stopped.StopAsync());
            Assert.Contains("The run is interrupted; the next process resumes it.", stopped.Output,
                StringComparison.Ordinal);
        }
        Assert.False(await test.ValueAsync<bool>(Sleeping));
        Assert.Equal(["1 http running"], await test.ListAsync(Runs));

        await test.ExecuteAsync("update staging.users set name = 'Fast' where name = 'Slow'");
        await using var last = await Serving.StartAsync(cli);
        await UntilAsync(test, last, "select finished_at is not null from ops.run");
        Assert.Equal(["1 http published"], await test.ListAsync(Runs));
        Assert.Equal(3, await test.ValueAsync<long>("select count(*) from ops.load"));
        Assert.Equal(200, (await last.GetAsync("/api/health")).Status);
        Assert.Equal(0, await last.StopAsync());
    }

    [Fact]
    public async Task A_run_that_was_started_over_http_and_breaks_off_is_resumed_at_once()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        test.WriteSql("core/slow.sql", "select pg_sleep(count(*) * 600)::text as slept from users where name = 'Slow'");
        test.Put("2021-02-11/users.csv", "user_id,name,city\n100,Slow,Malmo\n");
        await using var serving = await Serving.StartAsync(CliProcess.On(test).With("Greenery__Schedule", Never));
        await serving.PostAsync("/api/runs");
        await UntilSleepingAsync(test, serving);

        // As when another process had taken the run over, and is gone.
        await test.ExecuteAsync(
            "update staging.users set name = 'Fast' where name = 'Slow'; update ops.lease set token = "
            + "gen_random_uuid(), is_session_held = false, expires_at = clock_timestamp() + interval '3 seconds'");

        await UntilAsync(test, serving, "select finished_at is not null from ops.run");
        Assert.Contains("Run 1 resumed: its previous process died.", serving.Output, StringComparison.Ordinal);
        Assert.Equal(["1 http published"], await test.ListAsync(Runs));
    }

    [Fact]
    public async Task A_terminal_that_is_closed_stops_it_in_order()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        test.WriteSql("core/slow.sql", "select pg_sleep(600)::text as slept");
        await using var serving = await Serving.StartAsync(CliProcess.On(test).With("Greenery__Schedule", Never));
        await serving.PostAsync("/api/runs");
        await UntilSleepingAsync(test, serving);

        Assert.Equal(0, await serving.StopAsync("HUP"));

        Assert.Contains("The run is interrupted; the next process resumes it.", serving.Output,
            StringComparison.Ordinal);
        Assert.False(await test.ValueAsync<bool>(Sleeping));
    }

    [Fact]
    public async Task A_run_is_stopped_over_http()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        test.WriteSql("core/slow.sql", "select pg_sleep(600)::text as slept");
        await using var serving = await Serving.StartAsync(CliProcess.On(test).With("Greenery__Schedule", Never));
        await serving.PostAsync("/api/runs");
        await UntilSleepingAsync(test, serving);

        Assert.Equal(409, (await serving.PostAsync("/api/runs")).Status);
        Assert.Equal(202, (await serving.PostAsync("/api/runs/1/cancel")).Status);
        await UntilAsync(test, serving, "select finished_at is not null from ops.run");

        Assert.False(await test.ValueAsync<bool>(Sleeping));
        Assert.Equal("cancelled", (await serving.GetAsync("/api/runs/1")).Json.GetProperty("state").GetString());
        Assert.Equal(
            (409, "Not as things stand.", "Run 1 has ended as cancelled; only a running one can be stopped.", 1),
            (await serving.PostAsync("/api/runs/1/cancel")).Problem);
    }

    [Fact]
    public async Task It_serves_while_its_database_is_down_and_is_well_again_when_that_is_back()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        var server = new NpgsqlConnectionStringBuilder(test.Database.ConnectionString);
        await using var door = new SeverableConnection(server.Host!, server.Port);
        server.Host = "127.0.0.1";
        server.Port = door.Port;
        await using var serving = await Serving.StartAsync(
            CliProcess.On(test).With("Greenery__Schedule", Never).With("Greenery__Warehouse", server.ConnectionString));
        await AssertDownAsync(serving, door.Port);
        Assert.Contains("Polling for due runs failed and is retried: ", serving.Output, StringComparison.Ordinal);

        door.Open();
        var health = await serving.GetAsync("/api/health");
        Assert.Equal(
            (503, "No run was published yet."), (health.Status, health.Json.GetProperty("reasons")[0].GetString()));
        Assert.Equal(202, (await serving.PostAsync("/api/runs")).Status);
        await UntilAsync(test, serving, "select finished_at is not null from ops.run");
        Assert.Equal(200, (await serving.GetAsync("/api/health")).Status);

        await door.ShutAsync();
        await AssertDownAsync(serving, door.Port);

        door.Open();
        await Wait.UntilAsync(async () => (await serving.GetAsync("/api/health")).Status == 200, () =>
            serving.HasExited);
        Assert.Equal(0, await serving.StopAsync());
    }

    [Fact]
    public async Task It_stops_well_also_while_its_database_is_down()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        test.WriteSql("core/slow.sql", "select pg_sleep(600)::text as slept");
        var server = new NpgsqlConnectionStringBuilder(test.Database.ConnectionString);
        await using var door = new SeverableConnection(server.Host!, server.Port);
        (server.Host, server.Port) = ("127.0.0.1", door.Port);
        door.Open();
        await using var serving = await Serving.StartAsync(
            CliProcess.On(test).With("Greenery__Schedule", Never).With("Greenery__Warehouse", server.ConnectionString));
        await serving.PostAsync("/api/runs");
        await UntilSleepingAsync(test, serving);

        await door.ShutAsync();

        Assert.Equal(0, await serving.StopAsync());
        await test.ExecuteAsync(Wake);
    }

    private const string Sleepers =
        "from pg_stat_activity where datname = current_database() and wait_event = 'PgSleep'";

    private const string Sleeping = $"select count(*) > 0 {Sleepers}";

    private const string Wake = $"select pg_terminate_backend(pid, 5000) {Sleepers}";

    // Aborted requests come first, refused ones later.
    private static async Task AssertDownAsync(Serving serving, int port)
    {
        await Wait.UntilAsync(
            async () => (await serving.GetAsync("/api/runs")).Problem.Detail!.Contains(
                "refused", StringComparison.Ordinal),
            () => serving.HasExited);
        foreach (var answer in new[] { await serving.GetAsync("/api/health"), await serving.GetAsync("/api/runs/1"),
            await serving.PostAsync("/api/runs") })
        {
            Assert.Equal((503, "Infrastructure cannot be used now."), (answer.Problem.Status, answer.Problem.Title));
            Assert.Matches(
                $@"^database 'greenery_test_[0-9a-f]+' on 127\.0\.0\.1:{port} cannot be used: .*refused.*\. "
                + @"Is the server running, and is the address in Greenery:Warehouse right\?$",
                answer.Problem.Detail);
        }
    }

    private static Task UntilSleepingAsync(TestWarehouse test, Serving serving) => UntilAsync(test, serving, Sleeping);

    private static Task UntilAsync(TestWarehouse test, Serving serving, string condition) =>
        Wait.UntilAsync(() => test.ValueAsync<bool>(condition), () => serving.HasExited);
}
