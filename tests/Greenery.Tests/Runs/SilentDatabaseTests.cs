using System.Diagnostics;
using Greenery.Runs;
using Greenery.Tests.Support;
using Greenery.Warehouse;
using Npgsql;

namespace Greenery.Tests.Runs;

/// <summary>A database that stays connected and never answers hangs nothing.</summary>
public sealed class SilentDatabaseTests
{
    private const string Sleeping = "select count(*) > 0 from pg_stat_activity where datname = current_database() and "
        + "wait_event = 'PgSleep'";

    // Without TLS the client that asks for a cancellation has no time limit of its own.
    private const string Settings = "SSL Mode=Disable";

    [Fact]
    public async Task A_run_is_given_up_when_its_lease_cannot_be_renewed_and_the_next_one_resumes_it()
    {
        await using var test = await SlowShopAsync();
        await using var hole = Hole(test);
        await using var warehouse = await PostgresWarehouse.OpenAsync(Through(test, hole), CancellationToken.None);
        var run = new Pipeline(warehouse, test.Store, test.Project, new FastTime(60), test.PostRunActions)
            .RunAsync(new RunRequest(), null, CancellationToken.None);
        await Wait.UntilAsync(() => test.ValueAsync<bool>(Sleeping), () => run.IsCompleted);

        hole.Swallow();
        var outcome = await run.WaitAsync(TimeSpan.FromSeconds(60));

        Assert.Equal(RunState.Failed, outcome.State);
        Assert.StartsWith("The database did not answer for 180 seconds.", outcome.Message, StringComparison.Ordinal);
        Assert.Contains("(The run's end could not be saved: ", outcome.Message, StringComparison.Ordinal);
        // The server does not know of the hole; it ends the sessions when keepalives find it.
        await test.ExecuteAsync("select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = "
            + "current_database() and pid <> pg_backend_pid()");
        test.Database.Warehouse.DataSource.Clear();
        await test.ExecuteAsync("update staging.users set name = 'Fast' where name = 'Slow'");
        Assert.Equal((1, RunState.Published), ((await test.RunAsync()).RunId, (await test.LastAsync()).State));
    }

    [Fact]
    public async Task A_run_whose_end_cannot_be_written_is_given_up_too()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        await using var hole = Hole(test);
        await using var warehouse = await PostgresWarehouse.OpenAsync(Through(test, hole), CancellationToken.None);
        var swallow = new Reaction(happened =>
        {
            if (happened is { Kind: RunEventKind.Started, Step.Kind: StepKind.End })
            {
                hole.Swallow();
            }
        });

        var outcome = await new Pipeline(warehouse, test.Store, test.Project, new FastTime(60), test.PostRunActions)
            .RunAsync(new RunRequest(), swallow, CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(60));

        Assert.Contains("(The run's end could not be saved: ", outcome.Message, StringComparison.Ordinal);
        Assert.Equal(3, await test.ValueAsync<long>("select count(*) from core.dim_users"));
    }

    [Fact]
    public async Task A_lease_that_was_given_back_is_lost_and_its_database_is_not_silent()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        var lease = await test.Database.StartAsync();
        await using var keeper = LeaseKeeper.SessionHeld(test.Database.Warehouse, lease, new FastTime(90));
        await test.ExecuteAsync("delete from ops.lease");
        await Wait.UntilAsync(() => Task.FromResult(keeper.Lost.IsCancellationRequested), () => false);

        await Task.Delay(TimeSpan.FromSeconds(4));

        Assert.False(keeper.IsUnreachable);
    }

    [Fact]
    public async Task A_run_that_is_stopped_does_not_wait_for_the_server()
    {
        await using var test = await SlowShopAsync();
        await using var hole = Hole(test);
        await using var warehouse = await PostgresWarehouse.OpenAsync(Through(test, hole), CancellationToken.None);
        using var stop = new CancellationTokenSource();
        var run = new Pipeline(warehouse, test.Store, test.Project, TimeProvider.System, test.PostRunActions)
            .RunAsync(new RunRequest(), null, stop.Token);
        await Wait.UntilAsync(() => test.ValueAsync<bool>(Sleeping), () => run.IsCompleted);
        hole.Swallow();
        var watch = Stopwatch.StartNew();

        await stop.CancelAsync();
        var outcome = await run.WaitAsync(TimeSpan.FromSeconds(60));

        Assert.Equal(RunState.Cancelled, outcome.State);
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(26));
    }

    [Theory]
    [InlineData("INT")]
    [InlineData("TERM")]
    public async Task A_signal_ends_the_command_in_order(string signal)
    {
        await using var test = await SlowShopAsync();
        await using var hole = Hole(test);
        var cli = CliProcess.On(test).With("Greenery__Warehouse", Through(test, hole));
        using var process = cli.Start("run");
        await Wait.UntilAsync(() => test.ValueAsync<bool>(Sleeping), () => process.HasExited);
        hole.Swallow();
        var watch = Stopwatch.StartNew();

        await SignalAsync(signal, process);
        var result = await CliProcess.FinishAsync(process);

        Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(35));
        Assert.Equal(3, result.ExitCode);
        Assert.Contains(
            "Run 1 ended as cancelled: It was stopped before it was done. (The run's end could not be saved: ",
            result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_second_signal_ends_the_command_at_once()
    {
        await using var test = await SlowShopAsync();
        await using var hole = Hole(test);
        using var process = CliProcess.On(test).With("Greenery__Warehouse", Through(test, hole)).Start("run");
        await Wait.UntilAsync(() => test.ValueAsync<bool>(Sleeping), () => process.HasExited);
        hole.Swallow();

        await SignalAsync("INT", process);
        await Task.Delay(TimeSpan.FromSeconds(1));
        Assert.False(process.HasExited);
        await SignalAsync("INT", process);

        await process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(5));
        Assert.NotEqual(0, process.ExitCode);
    }

    [Fact]
    public async Task Work_with_a_limit_ends_by_it_and_says_so()
    {
        var watch = Stopwatch.StartNew();

        var failure = await Assert.ThrowsAsync<InfrastructureException>(() => TimeLimit.RunAsync(
            TimeSpan.FromSeconds(1), _ => Task.Delay(Timeout.Infinite, CancellationToken.None),
            CancellationToken.None));

        Assert.StartsWith("The database did not answer for 1 second.", failure.Message, StringComparison.Ordinal);
        Assert.InRange(watch.Elapsed, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(10));
        Assert.Equal(7, await TimeLimit.RunAsync(
            TimeSpan.FromSeconds(30), _ => Task.FromResult(7), CancellationToken.None));
        await Assert.ThrowsAsync<ConfigurationException>(() => TimeLimit.RunAsync<int>(
            TimeSpan.FromSeconds(30), _ => throw new ConfigurationException("a", "b"), CancellationToken.None));
    }

    [Fact]
    public async Task Work_without_a_lease_is_given_up_when_the_database_is_silent_and_not_when_it_is_slow()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        await using var hole = Hole(test);
        await using var warehouse = await PostgresWarehouse.OpenAsync(Through(test, hole), CancellationToken.None);
        var limit = TimeSpan.FromSeconds(3);

        // As long as others are answered, it may take longer.
        Assert.Equal("", await SleepAsync(warehouse, limit, 5));
        var work = SleepAsync(warehouse, limit, 600);
        await Wait.UntilAsync(() => test.ValueAsync<bool>(Sleeping), () => work.IsCompleted);
        hole.Swallow();

        var failure = await Assert.ThrowsAsync<InfrastructureException>(() => work.WaitAsync(TimeSpan.FromSeconds(30)));
        Assert.StartsWith("The database did not answer for 3 seconds.", failure.Message, StringComparison.Ordinal);
    }

    private static Task<string> SleepAsync(PostgresWarehouse warehouse, TimeSpan limit, int seconds) =>
        SilenceLimit.RunAsync(warehouse, limit, async token =>
        {
            await using var connection = await warehouse.ConnectAsync(token);
            return (await connection.ExecuteScalarAsync<string>($"select pg_sleep({seconds})::text", null, token))!;
        }, CancellationToken.None);

    private static async Task<TestWarehouse> SlowShopAsync()
    {
        var test = await TestWarehouse.OfTinyShopAsync();
        test.WriteSql("core/slow.sql", "select pg_sleep(count(*) * 600)::text as slept from users where name = 'Slow'");
        test.Put("2021-02-11/users.csv", "user_id,name,city\n100,Slow,Malmo\n");
        return test;
    }

    private static BlackHole Hole(TestWarehouse test)
    {
        var server = new NpgsqlConnectionStringBuilder(test.Database.ConnectionString);
        return new BlackHole(server.Host!, server.Port);
    }

    private static string Through(TestWarehouse test, BlackHole hole) => new NpgsqlConnectionStringBuilder(
        $"{test.Database.ConnectionString};{Settings}")
    {
        Host = "127.0.0.1",
        Port = hole.Port,
    }.ConnectionString;

    private static async Task SignalAsync(string signal, Process process)
    {
        using var kill = Process.Start("kill", [$"-{signal}", $"{process.Id}"]);
        await kill.WaitForExitAsync();
    }
}
