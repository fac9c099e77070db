using Greenery.Drops;
using Greenery.Runs;
using Greenery.Warehouse;
using Npgsql;

namespace Greenery.FaultInjection;

/// <summary>Starts a daily run's run and lets something happen to it.</summary>
internal sealed class FaultInjector(
    DisturbedWarehouse life, DateOnly date, Random random, RunTiming tempo, ICollection<string> faults,
    IProgress<string>? progress)
{
    // A file system of the process's own, too small for the temporary files; as the superuser of a user namespace, so
    // that the tests need no superuser.
    private static readonly string[] SmallTemp =
        ["unshare", "-rm", "sh", "-c", "mount -t tmpfs -o size=64k greenery \"$TMPDIR\" && exec \"$@\"", "greenery"];

    private readonly DisturbedProcess _process = new(life, date, random, tempo, progress);

    /// <summary>Whether this machine lets a process have a file system of its own.</summary>
    public static async Task<bool> CanFillTempAsync(string folder)
    {
        var settings = new Dictionary<string, string> { ["TMPDIR"] = folder };
        try
        {
            using var process = GreeneryProcess.Start(settings, SmallTemp, "--help");
            return await process.EndAsync() == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }

    /// <returns>Whether it came about; the run may have been over before.</returns>
    public Task<bool> InjectAsync(Disturbance disturbance) => disturbance.Kind switch
    {
        DisturbanceKind.KillAtBoundary => KillAtAsync(disturbance.Boundary!),
        DisturbanceKind.KillRun => KillRunAsync(),
        DisturbanceKind.KillServe => KillServeAsync(),
        DisturbanceKind.CutConnections => CutAsync(() => life.CutAsync(1 + random.Next(3))),
        DisturbanceKind.CutNodes => CutAsync(() => OnServerAsync(disturbance.Kind)),
        DisturbanceKind.RestartFast or DisturbanceKind.RestartImmediate
            or DisturbanceKind.CrashNode or DisturbanceKind.CrashCoordinator =>
            _process.DisturbAsync(0.7, _ => OnServerAsync(disturbance.Kind)),
        DisturbanceKind.RestartAzurite => _process.DisturbAsync(0.2, _ => life.Services.RestartStorageAsync()),
        DisturbanceKind.FillTemp => FillTempAsync(),
        DisturbanceKind.DeliverTwice => DeliverTwiceAsync(),
        DisturbanceKind.Freeze => _process.DisturbAsync(0.5, FreezeAsync),
        var kind => new ChaosInjector(life, date, random, tempo, _process, faults, progress).InjectAsync(kind),
    };

    private async Task<bool> KillAtAsync(StepBoundary boundary)
    {
        await life.Afterwards;
        var control = await life.ConnectAsync();
        var halts = new StopPoints(control);
        await halts.CloseAsync(boundary);
        using var process = life.Run(date);
        await DisturbedWarehouse.UntilAsync(async () => await halts.WaitingAsync() != 0, process);
        if (process.HasEnded || !await process.KillAsync())
        {
            await halts.OpenAsync();
            await control.DisposeAsync();
            return false;
        }
        // The server does not look whether the client is still there while a statement is under way.
        life.Afterwards = random.Next(2) == 0
            ? FinishAsync(halts.CutAsync(), control)
            : FinishAsync(LaterAsync(halts), control);
        return true;
    }

    private async Task LaterAsync(StopPoints halts)
    {
        await Task.Delay(random.Next(1500));
        await halts.OpenAsync();
    }

    private static async Task FinishAsync(Task work, NpgsqlConnection control)
    {
        await work;
        await control.DisposeAsync();
    }

    private async Task<bool> KillRunAsync()
    {
        var before = await life.TokenAsync();
        using var process = life.Run(date);
        // Most of its time it starts up; a moment in five is from that.
        if (random.Next(5) > 0)
        {
            await life.UntilAtWorkAsync(process, before);
        }
        await Task.Delay(tempo.Moment(random, 1.0));
        return !process.HasEnded && await process.KillAsync();
    }

    private async Task<bool> KillServeAsync()
    {
        using var process = await life.ServeAsync(date);
        await Task.Delay(tempo.Moment(random, 1.0));
        return !process.HasEnded && await process.KillAsync();
    }

    private Task<bool> CutAsync(Func<Task> cutAsync) => _process.DisturbAsync(1.0, async process =>
    {
        for (var i = 0; i < 3 && !process.HasEnded; i++)
        {
            await cutAsync();
            await Task.Delay(tempo.Moment(random, 0.3));
        }
    });

    private Task OnServerAsync(DisturbanceKind kind) => life.Services.Database.DisturbAsync(kind, life.Name);

    private async Task FreezeAsync(GreeneryProcess process)
    {
        await ProcessSignal.SendAsync("STOP", process.Id);
        await life.CutAsync(int.MaxValue);
        using var successor = life.Run(date);
        await Task.Delay(tempo.Moment(random, 2.0));
        await ProcessSignal.SendAsync("CONT", process.Id);
        await successor.EndAsync();
    }

    private async Task<bool> FillTempAsync()
    {
        using var process = life.Run(date, SmallTemp);
        var exitCode = await process.EndAsync();
        if (exitCode != 0 && (exitCode != 3 || !process.Said.Contains("temp folder", StringComparison.Ordinal)))
        {
            faults.Add($"a full temp folder was not reported clearly; exit code {exitCode}: {process.Said}");
        }
        // Otherwise the drop with the bad rows was loaded by an earlier process.
        return exitCode != 0;
    }

    private async Task<bool> DeliverTwiceAsync()
    {
        await life.Afterwards;
        await using var left = await PostgresWarehouse.OpenAsync(life.Setting, default);
        await using var right = await PostgresWarehouse.OpenAsync(life.Setting, default);
        var start = await PipelineOn(left)
            .StartAsync(new RunRequest { Date = date }, RunLease.TimeLimitedLength, default);
        var lease = start switch
        {
            RunStart.Started started => started.Lease,
            RunStart.Resumed resumed => resumed.Lease,
            _ => null,
        };
        if (lease is null)
        {
            return false;
        }
        await new DailyRun(new DuplicateDelivery([PipelineOn(left), PipelineOn(right)], faults), lease).RunAsync();
        return true;
    }

    private Pipeline PipelineOn(PostgresWarehouse warehouse) =>
        new(warehouse, DropStores.Open(life.Services.Storage, "drops"), life.Project, TimeProvider.System, []);
}
