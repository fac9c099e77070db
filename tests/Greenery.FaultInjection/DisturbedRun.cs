using System.Diagnostics;
using Greenery.Warehouse;

namespace Greenery.FaultInjection;

/// <summary>One daily run: what happens to it, its recovery, and the judgement.</summary>
internal sealed class DisturbedRun(
    DisturbedWarehouse life, ExpectedResult expected, Random random, RunTiming tempo, FaultStatistics tally,
    IProgress<string>? progress)
{
    private const int MostAttempts = 5;

    private const string LastRun = "select max(run_id) from ops.run";

    private const string HasReported =
        $"select exists (select from ops.step where run_id = ({LastRun}) and step = 'tell' and state = 'done')";

    private readonly List<string> _faults = [];
    private readonly List<(Disturbance Disturbance, long? RunId)> _struck = [];

    /// <summary>Leases that had to expire, because their process died before it held its session lock.</summary>
    public int Waits { get; private set; }

    /// <summary>Disturbs the daily run, recovers it, and looks what came of it.</summary>
    /// <param name="disturbances">In order.</param>
    /// <param name="missed">Receives those that did not occur.</param>
    /// <returns>What is wrong.</returns>
    public async Task<IReadOnlyList<string>> ExecuteAsync(
        IReadOnlyList<Disturbance> disturbances, Action<Disturbance> missed)
    {
        var before = await life.ValueAsync<long?>(LastRun) ?? 0;
        var strikes = new FaultInjector(life, expected.Date, random, tempo, _faults, progress);
        foreach (var disturbance in disturbances)
        {
            if (await strikes.InjectAsync(disturbance))
            {
                var run = await life.ValueAsync<long?>(LastRun);
                _struck.Add((disturbance, run > before ? run : null));
            }
            else
            {
                missed(disturbance);
            }
        }
        await RecoverAsync();
        await life.Afterwards;
        await JudgeAsync();
        return _faults;
    }

    private async Task RecoverAsync()
    {
        var watch = Stopwatch.StartNew();
        var wasDone = await IsDoneAsync();
        // A run that has gone on by itself has cleaned up, too.
        for (var attempt = 1; !(wasDone && IsAlive)
            && !await TryAsync(viaServe: attempt == 1 && random.Next(4) == 0); attempt++)
        {
            await AgeLeaseAsync();
            if (attempt == MostAttempts)
            {
                _faults.Add($"it does not recover in {MostAttempts} attempts");
                break;
            }
        }
        await RecordAsync(watch.Elapsed, wasDone);
    }

    private bool IsAlive => _struck is [.., var (last, _)] && !last.Kind.IsKill();

    // Also where the daily run is done already: then there is nothing new, and the clean-up after it.
    private async Task<bool> TryAsync(bool viaServe)
    {
        var watch = Stopwatch.StartNew();
        if (viaServe)
        {
            // It polls once a minute; the tests do not wait that long.
            await AgeLeaseAsync();
        }
        using var process = viaServe ? await life.ServeAsync(expected.Date) : life.Run(expected.Date);
        if (viaServe)
        {
            await DisturbedWarehouse.UntilAsync(async () =>
                await IsDoneAsync() && await life.ValueAsync<bool>(HasReported), process);
        }
        var exitCode = viaServe ? await process.StopAsync() : await process.EndAsync();
        if (exitCode == 0 && await IsDoneAsync())
        {
            tempo.Learn(watch.Elapsed);
            return true;
        }
        if (!process.Said.Contains("is active on", StringComparison.Ordinal))
        {
            _faults.Add($"nothing disturbed {(viaServe ? "serve" : "run")}, yet it ended with {exitCode}: "
                + $"{process.Said}");
        }
        return false;
    }

    private async Task AgeLeaseAsync() => Waits += await life.AgeLeaseAsync() ? 1 : 0;

    private Task<bool> IsDoneAsync() => life.ValueAsync<bool>(
        $"""
        select not exists (select from ops.lease) and not exists (select from ops.run where state = 'running') and exists (
            select from ops.run where through_date = '{expected.Date:yyyy-MM-dd}' and state = 'published')
        """);

    private async Task RecordAsync(TimeSpan recovery, bool wasDone)
    {
        await using var connection = await life.ConnectAsync();
        foreach (var (position, (disturbance, runId)) in _struck.Index())
        {
            var state = await connection.ExecuteScalarAsync<string>(
                "select state from ops.run where run_id = @runId", new { runId }, default);
            var isLast = position == _struck.Count - 1;
            // One that found its daily run published already has nothing to publish.
            var outcome = state is not ("published" or "unchanged") ? DisturbanceOutcome.Anew : isLast && wasDone
                ? DisturbanceOutcome.Unharmed : DisturbanceOutcome.Resumed;
            tally.Add(disturbance.Kind, outcome, isLast && !wasDone ? recovery : null);
        }
    }

    private async Task JudgeAsync()
    {
        await using (var connection = await life.ConnectAsync())
        {
            _faults.AddRange(
                WarehouseSnapshot.Differences(expected.Picture, await WarehouseSnapshot.CaptureAsync(connection)));
        }
        _faults.AddRange(await Invariants.BrokenAsync(life));
        if ((await Invariants.LeftAsync(life)).Count > 0)
        {
            await TryAsync(viaServe: false);
            _faults.AddRange(await Invariants.LeftAsync(life));
        }
    }
}
