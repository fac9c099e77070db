using Azure.Storage.Blobs;
using Greenery.FaultInjection.Clocks;
using Greenery.FaultInjection.Network;
using Greenery.Warehouse;
using Npgsql;

namespace Greenery.FaultInjection;

/// <summary>What clocks, networks, storages and servers do to a run, beyond ending things.</summary>
internal sealed class ChaosInjector(
    DisturbedWarehouse life, DateOnly date, Random random, RunTiming tempo, DisturbedProcess process,
    ICollection<string> faults, IProgress<string>? progress)
{
    /// <summary>A lease lasts three minutes; so it has run out after some seconds.</summary>
    private const double FasterTimers = 30;

    private static readonly int[] Statuses = [200, 500, 503];

    /// <returns>Whether it came about; the run may have been over before.</returns>
    public Task<bool> InjectAsync(DisturbanceKind kind) => kind switch
    {
        DisturbanceKind.JumpClock => JumpClockAsync(),
        DisturbanceKind.BlackHole => BlackHoleAsync(),
        DisturbanceKind.Silence => SilenceAsync(),
        DisturbanceKind.HalfAnswer => HalfAnswerAsync(),
        DisturbanceKind.StorageOutage => StorageOutageAsync(),
        DisturbanceKind.StorageHalfAnswer => StorageHalfAnswerAsync(),
        DisturbanceKind.PauseBeyondLease => process.DisturbAsync(0.7, PauseAsync),
        DisturbanceKind.ReadOnly => process.DisturbAsync(0.7, _ => ReadOnlyAsync()),
        DisturbanceKind.FullDisk => process.DisturbAsync(0.7, _ => FullDiskAsync()),
        DisturbanceKind.Pooler => PoolerAsync(),
        _ => throw new InvalidOperationException($"{kind} is no disturbance of chaos."),
    };

    private Task<bool> JumpClockAsync()
    {
        var time = new JumpingTime();
        return Inner.DisturbAsync(life.Setting, time, 0.6, async () =>
        {
            for (var jump = 0; jump < 4; jump++)
            {
                time.Ahead = TimeSpan.FromHours((random.NextDouble() - 0.5) * 24 * 60);
                await Task.Delay(tempo.Moment(random, 0.3));
            }
        });
    }

    private async Task<bool> BlackHoleAsync()
    {
        await using var hole = new BlackHole(Server.Host!, Server.Port);
        return await process.DisturbAsync(
            0.7,
            async _ =>
            {
                hole.Swallow();
                await Task.Delay(random.Next(500, 6000));
                hole.Heal();
            },
            Through("Greenery__Warehouse", Way(hole.Port)));
    }

    // In this process, where time can be made to pass: it gives up after as long as its lease lasts.
    private async Task<bool> SilenceAsync()
    {
        await using var hole = new BlackHole(Server.Host!, Server.Port);
        return await Inner.DisturbAsync(Way(hole.Port), new FastTime(FasterTimers), 0.7, () =>
        {
            hole.Swallow();
            return Task.CompletedTask;
        });
    }

    private async Task<bool> HalfAnswerAsync()
    {
        await using var proxy = new CuttingProxy(Server.Host!, Server.Port, cutAfter: random.Next(20_000));
        return await process.DisturbAsync(
            0.7,
            async running =>
            {
                proxy.Cut(random.Next(1, 6));
                await DisturbedWarehouse.UntilAsync(() => Task.FromResult(proxy.CutsLeft == 0), running);
                proxy.Cut(0);
            },
            Through("Greenery__Warehouse", Way(proxy.Port)));
    }

    private async Task<bool> StorageOutageAsync()
    {
        await using var way = new SeverableConnection("127.0.0.1", StoragePort);
        way.Open();
        // Drops are read early in a run.
        return await process.DisturbAsync(
            0.2,
            async _ =>
            {
                await way.ShutAsync();
                await Task.Delay(random.Next(500, 6000));
                way.Open();
            },
            Through("Greenery__Drops", StorageThrough(way.Port)));
    }

    private async Task<bool> StorageHalfAnswerAsync()
    {
        var times = random.Next(1, 5);
        await using var broken = new BrokenStorage(StoragePort, Statuses[random.Next(Statuses.Length)], times);
        await process.DisturbAsync(
            0.1, _ => Task.CompletedTask, Through("Greenery__Drops", StorageThrough(broken.Port)));
        return broken.Left < times;
    }

    private async Task PauseAsync(GreeneryProcess running)
    {
        await ProcessSignal.SendAsync("STOP", running.Id);
        await life.ExpireLeaseAsync();
        using var successor = life.Run(date);
        await Task.Delay(random.Next(1000, 6000));
        await ProcessSignal.SendAsync("CONT", running.Id);
        await successor.EndAsync();
    }

    // Sessions from before are cut: a server that is demoted ends them.
    private async Task ReadOnlyAsync()
    {
        await SetReadOnlyAsync("set default_transaction_read_only = on");
        try
        {
            await life.CutAsync(int.MaxValue);
            await Task.Delay(random.Next(500, 4000));
        }
        finally
        {
            await SetReadOnlyAsync("reset default_transaction_read_only");
        }
    }

    // From another database: sessions of this one may not change it.
    private async Task SetReadOnlyAsync(string setting)
    {
        await using var connection = await life.Services.Database.ConnectAsync("postgres");
        await connection.ExecuteAsync($"alter database {life.Name} {setting}", null, default);
    }

    private async Task FullDiskAsync()
    {
        await using var connection = await life.ConnectAsync();
        var disk = new FullDisk(connection);
        await disk.FillAsync();
        await Task.Delay(random.Next(500, 4000));
        await disk.FreeAsync();
    }

    private async Task<bool> PoolerAsync()
    {
        await using var pooler =
            await Pooler.StartAsync(Server, Directory.GetParent(life.Temp)!.FullName, DisturbedWarehouse.FreePort());
        return await process.DisturbAsync(
            0.7,
            async _ =>
            {
                await pooler.KillAsync();
                await Task.Delay(random.Next(3000));
                await pooler.StartAgainAsync();
            },
            Through("Greenery__Warehouse", Way(pooler.Port)));
    }

    private InnerRun Inner => new(life, date, random, tempo, faults, progress);

    private NpgsqlConnectionStringBuilder Server => new(life.Setting);

    private int StoragePort => new BlobServiceClient(life.Services.Storage).Uri.Port;

    private string Way(int port) => new NpgsqlConnectionStringBuilder(life.Setting)
    {
        Host = "127.0.0.1", Port = port,
    }.ConnectionString;

    private string StorageThrough(int port) =>
        life.Services.Storage.Replace($":{StoragePort}/", $":{port}/", StringComparison.Ordinal);

    private static Dictionary<string, string> Through(string setting, string value) => new() { [setting] = value };
}
