using System.Diagnostics;
using Greenery.Tests.Support;

namespace Greenery.Tests.Runs;

/// <summary>Signals end a command in order, also where the database never answers.</summary>
public sealed class SilentCommandTests
{
    [Fact]
    public async Task A_signal_ends_the_command_in_order()
    {
        await using var test = await SlowShop.CreateAsync();
        await using var hole = SlowShop.Hole(test);
        var cli = CliProcess.On(test).With("Greenery__Warehouse", SlowShop.Through(test, hole));
        using var process = cli.Start("run");
        await Wait.UntilAsync(() => test.ValueAsync<bool>(SlowShop.Sleeping), () => process.HasExited);
        hole.Swallow();
        var watch = Stopwatch.StartNew();

        await SignalAsync("TERM", process);
        var result = await CliProcess.FinishAsync(process);

        // Far less than what a lease that cannot be renewed takes to be given up, which is three minutes.
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(120));
        Assert.Equal(3, result.ExitCode);
        Assert.Contains(
            "Run 1 ended as cancelled: It was stopped before it was done. (The run's end could not be saved: ",
            result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_second_signal_ends_the_command_at_once()
    {
        await using var test = await SlowShop.CreateAsync();
        await using var hole = SlowShop.Hole(test);
        using var process = CliProcess.On(test).With("Greenery__Warehouse", SlowShop.Through(test, hole)).Start("run");
        await Wait.UntilAsync(() => test.ValueAsync<bool>(SlowShop.Sleeping), () => process.HasExited);
        hole.Swallow();

        await SignalAsync("INT", process);
        await Task.Delay(TimeSpan.FromSeconds(1));
        Assert.False(process.HasExited);
        await SignalAsync("INT", process);

        await process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(20));
        Assert.NotEqual(0, process.ExitCode);
    }

    private static async Task SignalAsync(string signal, Process process)
    {
        using var kill = Process.Start("kill", [$"-{signal}", $"{process.Id}"]);
        await kill.WaitForExitAsync();
    }
}
