using Greenery.Functions.Orchestration;
using Greenery.Runs;
using Greenery.Tests.Support;
using Greenery.Warehouse;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace Greenery.Functions.Tests;

/// <summary>
/// Runs on Durable Task: what is delivered twice, too late or never must not be seen in what readers get.
/// </summary>
public sealed class DailyRunFunctionTests
{
    [Fact]
    public async Task A_run_on_Durable_publishes_what_a_run_in_one_process_does()
    {
        await using var alone = await TestWarehouse.OfTinyShopAsync();
        await alone.RunAsync();
        await using var durable = await DurableRun.StartAsync();

        var (instance, report) = await durable.EndAsync(await durable.StartRunAsync());

        Assert.Equal(OrchestrationRuntimeStatus.Completed, instance.RuntimeStatus);
        Assert.Equal("published", instance.ReadOutputAs<string>());
        Assert.Equal(RunState.Published, report.State);
        Assert.Equal(await alone.MartsAsync(), await durable.Test.MartsAsync());
    }

    [Fact]
    public async Task Every_step_delivered_twice_at_once_is_as_good_as_once()
    {
        await using var alone = await TestWarehouse.OfTinyShopAsync();
        await alone.RunAsync();
        await using var durable =
            await DurableRun.StartAsync(async (_, doAsync) => (await Task.WhenAll(doAsync(), doAsync()))[0]);

        var (_, report) = await durable.EndAsync(await durable.StartRunAsync());

        Assert.Equal(RunState.Published, report.State);
        Assert.Equal(await alone.MartsAsync(), await durable.Test.MartsAsync());
    }

    [Fact]
    public async Task A_delivery_that_the_host_lost_comes_again()
    {
        var lost = 0;
        await using var durable = await DurableRun.StartAsync((step, doAsync) =>
            step.Kind == StepKind.Publish && Interlocked.Increment(ref lost) == 1
                ? throw new InvalidOperationException("The worker process exited.")
                : doAsync());

        var (_, report) = await durable.EndAsync(await durable.StartRunAsync());

        Assert.Equal(2, lost);
        Assert.Equal(RunState.Published, report.State);
    }

    [Fact]
    public async Task A_project_that_changes_under_way_ends_the_run_and_its_successor_takes_it()
    {
        DurableRun? durable = null;
        await using var started = durable = await DurableRun.StartAsync((step, doAsync) =>
        {
            if (step is { Kind: StepKind.Build, Subject: "dim_users", Lease.RunId: 1 })
            {
                durable!.Test.WriteSql("core/dim_users.sql", "select user_id, name, upper(city) as city from users\n");
            }
            return doAsync();
        });

        var (_, first) = await durable.EndAsync(await durable.StartRunAsync());
        await durable.Control.PollDueRunsAsync(CancellationToken.None);
        var successor = await RunStore.TimeLimitedLeaseAsync(
            durable.Test.Database.Warehouse, first.RunId + 1, CancellationToken.None);
        var (_, second) = await durable.EndAsync(Assert.IsType<RunLease>(successor));

        Assert.Equal(RunState.Cancelled, first.State);
        Assert.StartsWith(
            "The sql folder was changed while this run was under way", first.Message, StringComparison.Ordinal);
        Assert.Equal(RunState.Published, second.State);
        Assert.NotEqual(first.Project, second.Project);
        Assert.Contains("core.dim_users: 1,Ana,LISBON", await durable.Test.MartsAsync());
    }

    [Fact]
    public async Task A_refusal_ends_the_run_and_not_the_orchestration()
    {
        await using var durable = await DurableRun.StartAsync();
        durable.Test.Put($"{TinyShop.Day}/users.csv", "user_name\nAna\n");
        durable.Test.Put($"{TinyShop.Day}/orders.csv", "order\n1\n");

        var (instance, report) = await durable.EndAsync(await durable.StartRunAsync());

        Assert.Equal("refused", instance.ReadOutputAs<string>());
        Assert.Equal(RunState.Refused, report.State);
        Assert.Empty(await durable.Test.MartsAsync());
    }

    [Fact]
    public async Task A_cancelled_run_publishes_nothing()
    {
        await using var durable = await DurableRun.StartAsync();
        var gate = new GatedDropStore(durable.Test.Store);
        durable.Host.Store = gate;
        var lease = await durable.StartRunAsync();
        await gate.Reached;

        await RunStore.CancelAsync(durable.Test.Database.Warehouse, lease.RunId, CancellationToken.None);
        var (instance, report) = await durable.EndAsync(lease);

        Assert.Equal("cancelled", instance.ReadOutputAs<string>());
        Assert.Equal(RunState.Cancelled, report.State);
        Assert.Empty(await durable.Test.MartsAsync());
    }

    [Fact]
    public async Task A_second_launch_of_a_lease_leaves_its_instance_alone()
    {
        await using var durable = await DurableRun.StartAsync();
        var gate = new GatedDropStore(durable.Test.Store);
        durable.Host.Store = gate;
        var lease = await durable.StartRunAsync();
        await gate.Reached;

        await new DurableLauncher(durable.Client, DurableRun.Version).LaunchAsync(lease, CancellationToken.None);
        gate.Open();
        var (instance, report) = await durable.EndAsync(lease);

        Assert.Equal(OrchestrationRuntimeStatus.Completed, instance.RuntimeStatus);
        Assert.Equal(RunState.Published, report.State);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_new_version_takes_over_at_once_what_the_one_before_left(bool isAsked)
    {
        await using var durable = await DurableRun.StartAsync();
        var gate = new GatedDropStore(durable.Test.Store);
        durable.Host.Store = gate;
        var old = await durable.StartRunAsync();
        await gate.Reached;
        // Its own version leaves it alone.
        Assert.Null((await durable.Control.PollDueRunsAsync(CancellationToken.None)).RunId);
        durable.Host.Store = durable.Test.Store;

        var next = durable.ControlOf("2.1");
        var runId = isAsked
            ? Assert.IsType<RunStart.Started>(await next.StartAsync(
                new RunRequest { StartedBy = RunTrigger.Http }, CancellationToken.None)).Lease.RunId
            : (await next.PollDueRunsAsync(CancellationToken.None)).RunId;

        Assert.Equal(old.RunId, runId);
        var token = await durable.Test.ValueAsync<Guid>("select token from ops.lease");
        var (successor, _) = await durable.EndAsync(new RunLease(old.RunId, token), "2.1");
        gate.Open();
        var (_, report) = await durable.EndAsync(old);
        Assert.Equal("published", successor.ReadOutputAs<string>());
        Assert.Equal(RunState.Published, report.State);
    }

    [Theory]
    // While hosts are replaced the earlier one polls too; of versions that are no numbers none is earlier.
    [InlineData("1.9")]
    [InlineData("1.10")]
    [InlineData("next")]
    public async Task A_version_that_is_not_later_leaves_a_run_alone(string version)
    {
        await using var durable = await DurableRun.StartAsync();
        var gate = new GatedDropStore(durable.Test.Store);
        durable.Host.Store = gate;
        var lease = await durable.StartRunAsync();
        await gate.Reached;

        var other = durable.ControlOf(version);
        Assert.Null((await other.PollDueRunsAsync(CancellationToken.None)).RunId);
        Assert.IsType<RunStart.Busy>(await other.StartAsync(
            new RunRequest { StartedBy = RunTrigger.Http }, CancellationToken.None));
        gate.Open();
        var (_, report) = await durable.EndAsync(lease);

        Assert.Equal(RunState.Published, report.State);
        Assert.Equal(1, await durable.Test.ValueAsync<long>("select count(*) from ops.run"));
    }

    [Fact]
    public async Task A_run_in_whose_middle_other_sql_is_deployed_ends_in_order_and_another_one_begins_at_once()
    {
        await using var durable = await DurableRun.StartAsync();
        var gate = new GatedDropStore(durable.Test.Store);
        durable.Host.Store = gate;
        var lease = await durable.StartRunAsync();
        await gate.Reached;
        durable.Host.Store = durable.Test.Store;
        durable.Test.ChangeSql("core/dim_users.sql", "name, city", "name, upper(city) as city");

        gate.Open();
        var (instance, report) = await durable.EndAsync(lease);
        await Wait.UntilAsync(
            () => durable.Test.ValueAsync<bool>(
                "select exists (select from ops.run where run_id = 2) and not exists (select from ops.lease)"),
            () => false);

        Assert.Equal("cancelled", instance.ReadOutputAs<string>());
        Assert.Contains("Run 2 does the same from the start", report.Message, StringComparison.Ordinal);
        Assert.Equal(["1 http cancelled", "2 http published"], await durable.Test.ListAsync(
            "select concat_ws(' ', run_id, started_by, state) from ops.run order by run_id"));
        Assert.Equal(1, await durable.Test.ValueAsync<long>(
            "select count(*) from core.dim_users where city = 'LEEDS'"));
        Assert.Equal(0, await durable.Test.ValueAsync<long>(
            "select count(*) from ops.run_model where run_id = 1"));
    }

    [Fact]
    public async Task A_run_whose_orchestration_was_ended_is_taken_over_at_once()
    {
        await using var durable = await DurableRun.StartAsync();
        var gate = new GatedDropStore(durable.Test.Store);
        durable.Host.Store = gate;
        var old = await durable.StartRunAsync();
        await gate.Reached;
        var instance = DurableLauncher.InstanceId(old, DurableRun.Version);
        await durable.Client.TerminateInstanceAsync(instance);
        await durable.Client.WaitForInstanceCompletionAsync(instance, CancellationToken.None);
        durable.Host.Store = durable.Test.Store;

        Assert.Equal(old.RunId, (await durable.Control.PollDueRunsAsync(CancellationToken.None)).RunId);
        gate.Open();
        var token = await durable.Test.ValueAsync<Guid>("select token from ops.lease");
        var (_, report) = await durable.EndAsync(new RunLease(old.RunId, token));

        Assert.Equal(RunState.Published, report.State);
    }

    [Fact]
    public async Task A_run_that_Durable_does_not_know_is_left_to_its_lease()
    {
        await using var durable = await DurableRun.StartAsync();
        var pipeline = await durable.Host.PipelineAsync(CancellationToken.None);
        var lost = Assert.IsType<RunStart.Started>(await pipeline.StartAsync(
            new RunRequest { StartedBy = RunTrigger.Http }, RunLease.TimeLimitedLength, CancellationToken.None));
        Assert.Null((await durable.Control.PollDueRunsAsync(CancellationToken.None)).RunId);
        await durable.Test.ExecuteAsync("update ops.lease set expires_at = now() - interval '1 second'");

        Assert.Equal(lost.Lease.RunId, (await durable.Control.PollDueRunsAsync(CancellationToken.None)).RunId);
        var token = await durable.Test.ValueAsync<Guid>("select token from ops.lease");
        var (_, report) = await durable.EndAsync(new RunLease(lost.Lease.RunId, token));

        Assert.Equal(RunState.Published, report.State);
    }

    [Fact]
    public async Task A_delivery_that_waits_does_not_renew_the_lease_of_a_frozen_one()
    {
        await using var durable = await DurableRun.StartAsync();
        var pipeline = await durable.Host.PipelineAsync(CancellationToken.None);
        var lease = Assert.IsType<RunStart.Started>(await pipeline.StartAsync(
            new RunRequest { StartedBy = RunTrigger.Http }, TimeSpan.FromMinutes(1), CancellationToken.None)).Lease;
        var expires = await durable.Test.ValueAsync<DateTime>("select expires_at from ops.lease");
        // As the session of a process that was stopped in the middle of the step holds it.
        await using var frozen = await durable.Test.Database.Warehouse.ConnectAsync(CancellationToken.None);
        await frozen.ExecuteAsync(
            "select pg_advisory_lock(@RunId::integer, hashtext('discover' || @Token::text))", lease,
            CancellationToken.None);

        var waiting = pipeline.StepAsync(new RunStep(StepKind.Discover, lease), null, CancellationToken.None);
        // It waits for the step, and its keeper has had a look at the lease.
        await Wait.UntilAsync(async () => await durable.Test.ValueAsync<bool>(
            """
            select count(*) filter (where wait_event = 'advisory') = 1
                and count(*) filter (where query like '%cancel_requested_at%' and state = 'idle') >= 1
            from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()
            """), () => waiting.IsCompleted);

        Assert.Equal(expires, await durable.Test.ValueAsync<DateTime>("select expires_at from ops.lease"));
        await durable.Test.ExecuteAsync("update ops.lease set expires_at = now() - interval '1 second'");
        Assert.Equal(lease.RunId, (await durable.Control.PollDueRunsAsync(CancellationToken.None)).RunId);
        Assert.Contains("taken over", (await waiting).Failure?.Message, StringComparison.Ordinal);
        var token = await durable.Test.ValueAsync<Guid>("select token from ops.lease");
        var (_, report) = await durable.EndAsync(new RunLease(lease.RunId, token));
        Assert.Equal(RunState.Published, report.State);
    }

    [Fact]
    public async Task A_run_that_was_taken_over_is_done_by_its_new_instance_alone()
    {
        await using var durable = await DurableRun.StartAsync();
        var gate = new GatedDropStore(durable.Test.Store);
        durable.Host.Store = gate;
        var old = await durable.StartRunAsync();
        await gate.Reached;
        await durable.Test.ExecuteAsync("update ops.lease set expires_at = now() - interval '1 second'");
        durable.Host.Store = durable.Test.Store;

        Assert.Equal(old.RunId, (await durable.Control.PollDueRunsAsync(CancellationToken.None)).RunId);
        var token = await durable.Test.ValueAsync<Guid>("select token from ops.lease");
        var (successor, _) = await durable.EndAsync(new RunLease(old.RunId, token));
        gate.Open();
        var (predecessor, report) = await durable.EndAsync(old);

        Assert.Equal("published", successor.ReadOutputAs<string>());
        Assert.Equal(OrchestrationRuntimeStatus.Failed, predecessor.RuntimeStatus);
        Assert.Equal(RunState.Published, report.State);
        Assert.Equal(1, await durable.Test.ValueAsync<long>("select count(*) from ops.run"));
    }
}
