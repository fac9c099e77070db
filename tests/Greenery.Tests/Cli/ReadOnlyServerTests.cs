using Greenery.Tests.Support;

namespace Greenery.Tests.Cli;

/// <summary>A standby, or a server that was set to read-only, is named as that, and what to do about it.</summary>
public sealed class ReadOnlyServerTests
{
    private const string Advice =
        "in a read-only transaction; the server is a standby, or set to read-only. Set Greenery:Warehouse to the "
        + "primary server, or default_transaction_read_only to off (25006).";

    [Fact]
    public async Task Commands_that_write_say_so_and_commands_that_read_work()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        await test.ExecuteAsync($"alter database {test.Database.Name} set default_transaction_read_only = on");

        var run = await CliProcess.On(test).RunAsync("run");
        var status = await CliProcess.On(test).RunAsync("status");

        Assert.Equal(3, run.ExitCode);
        Assert.StartsWith("PostgreSQL: cannot execute ", Assert.Single(run.ErrorLines), StringComparison.Ordinal);
        Assert.EndsWith(Advice, run.ErrorLines[0], StringComparison.Ordinal);
        Assert.Equal(0, status.ExitCode);
    }

    [Fact]
    public async Task A_database_without_the_ops_tables_is_no_exception()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        await test.ExecuteAsync(
            $"drop schema ops cascade; alter database {test.Database.Name} set default_transaction_read_only = on");

        var run = await CliProcess.On(test).RunAsync("run");

        Assert.Equal(3, run.ExitCode);
        Assert.EndsWith(Advice, Assert.Single(run.ErrorLines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Routes_and_log_of_serve_say_so()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        await test.ExecuteAsync($"alter database {test.Database.Name} set default_transaction_read_only = on");
        await using var serving = await Serving.StartAsync(CliProcess.On(test));

        var answer = (await serving.PostAsync("/api/runs")).Problem;

        Assert.Equal((503, "Infrastructure cannot be used now."), (answer.Status, answer.Title));
        Assert.EndsWith(Advice, answer.Detail, StringComparison.Ordinal);
        Assert.Equal(200, (await serving.GetAsync("/api/runs")).Status);
        await Wait.UntilAsync(
            () => Task.FromResult(serving.Output.Contains(Advice, StringComparison.Ordinal)), () => serving.HasExited);
    }

    // Its sessions were begun while the server was read-only, which they stay.
    [Fact]
    public async Task Serve_writes_again_as_soon_as_the_server_does()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        await test.ExecuteAsync($"alter database {test.Database.Name} set default_transaction_read_only = on");
        await using var serving = await Serving.StartAsync(CliProcess.On(test));
        Assert.Equal(503, (await serving.PostAsync("/api/runs")).Status);

        await test.ExecuteAsync(
            $"begin read write; alter database {test.Database.Name} reset default_transaction_read_only; commit");

        Assert.Equal(202, (await serving.PostAsync("/api/runs")).Status);
        await Wait.UntilAsync(
            async () => await test.ValueAsync<bool>("select exists (select from ops.run where state = 'published')"),
            () => serving.HasExited);
    }
}
