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

        await new DurableLauncher(durable.Client).LaunchAsync(lease, CancellationToken.None);
        gate.Open();
        var (instance, report) = await durable.EndAsync(lease);

        Assert.Equal(OrchestrationRuntimeStatus.Completed, instance.RuntimeStatus);
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
