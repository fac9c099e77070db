using System.Diagnostics;
using Greenery.Runs;
using Greenery.Tests.Support;

namespace Greenery.Tests.Cli;

/// <summary>A command that is asked to stop by a signal stops in order and says so.</summary>
public sealed class SignalTests
{
    [Theory]
    [InlineData("INT")]
    [InlineData("TERM")]
    [InlineData("HUP")]
    public async Task A_run_that_is_stopped_by_a_signal_ends_as_cancelled(string signal)
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        test.WriteSql("core/slow.sql", "select pg_sleep(600)::text as slept");
        using var process = CliProcess.On(test).Start("run");
        await Wait.UntilAsync(() => test.ValueAsync<bool>(Sleeping), () => process.HasExited);

        using (var kill = Process.Start("kill", [$"-{signal}", $"{process.Id}"]))
        {
            await kill.WaitForExitAsync();
        }
        var result = await CliProcess.FinishAsync(process);

        Assert.Equal(3, result.ExitCode);
        Assert.Contains("not published: cancelled", result.Output.Replace("NOT", "not", StringComparison.Ordinal),
            StringComparison.Ordinal);
        Assert.Equal(RunState.Cancelled, (await test.LastAsync()).State);
        Assert.False(await test.ValueAsync<bool>(Sleeping));
    }

    private const string Sleeping = "select count(*) > 0 from pg_stat_activity where datname = current_database() and "
        + "wait_event = 'PgSleep'";
}
