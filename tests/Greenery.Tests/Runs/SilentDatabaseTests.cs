using Greenery.Runs;
using Greenery.Tests.Support;
using Greenery.Warehouse;

namespace Greenery.Tests.Runs;

/// <summary>A database that stays connected and never answers hangs nothing.</summary>
public sealed class SilentDatabaseTests
{
    [Fact]
    public async Task A_run_is_given_up_when_its_lease_cannot_be_renewed_and_the_next_one_resumes_it()
    {
        await using var test = await SlowShop.CreateAsync();
        await using var hole = SlowShop.Hole(test);
        await using var warehouse = await PostgresWarehouse.OpenAsync(
            SlowShop.Through(test, hole), CancellationToken.None);
        var run = new Pipeline(warehouse, test.Store, test.Project, new FastTime(60), test.PostRunActions)
            .RunAsync(new RunRequest(), null, CancellationToken.None);
        await Wait.UntilAsync(() => test.ValueAsync<bool>(SlowShop.Sleeping), () => run.IsCompleted);

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
        await using var hole = SlowShop.Hole(test);
        await using var warehouse = await PostgresWarehouse.OpenAsync(
            SlowShop.Through(test, hole), CancellationToken.None);
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

    // What follows the end has no lease that could run out.
    [Fact]
    public async Task A_run_that_has_ended_is_given_up_too_and_what_is_missing_of_it_follows()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        await using var hole = SlowShop.Hole(test);
        await using var warehouse = await PostgresWarehouse.OpenAsync(
            SlowShop.Through(test, hole), CancellationToken.None);
        var swallow = new Reaction(happened =>
        {
            if (happened is { Kind: RunEventKind.Done, Step.Kind: StepKind.End })
            {
                hole.Swallow();
            }
        });

        var outcome = await new Pipeline(warehouse, test.Store, test.Project, new FastTime(60), test.PostRunActions)
            .RunAsync(new RunRequest(), swallow, CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(60));

        Assert.Contains("The database did not answer for 180 seconds.", outcome.Message, StringComparison.Ordinal);
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
        await using var test = await SlowShop.CreateAsync();
        await using var hole = SlowShop.Hole(test);
        await using var warehouse = await PostgresWarehouse.OpenAsync(
            SlowShop.Through(test, hole), CancellationToken.None);
        using var stop = new CancellationTokenSource();
        var run = new Pipeline(warehouse, test.Store, test.Project, TimeProvider.System, test.PostRunActions)
            .RunAsync(new RunRequest(), null, stop.Token);
        await Wait.UntilAsync(() => test.ValueAsync<bool>(SlowShop.Sleeping), () => run.IsCompleted);
        hole.Swallow();

        await stop.CancelAsync();
        // A third of what a lease that cannot be renewed would take to be given up.
        var outcome = await run.WaitAsync(TimeSpan.FromSeconds(60));

        Assert.Equal(RunState.Cancelled, outcome.State);
    }
}
