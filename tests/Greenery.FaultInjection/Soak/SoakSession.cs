using System.Diagnostics;
using Greenery.LocalServices;
using Greenery.Runs;
using Greenery.Warehouse;
using Npgsql;

namespace Greenery.FaultInjection.Soak;

/// <summary>
/// Lets one <c>greenery serve</c> do daily run after daily run of a small shop, and measures after each what the
/// process and its database hold: it must stay the same, or be explained by the rows that came.
/// </summary>
/// <param name="runs">How many daily runs; 1 to 366.</param>
/// <param name="services">Where local services come from.</param>
/// <param name="folder">For all that lies on disk; every user must be able to enter it.</param>
/// <param name="progress">Receives a message about every tenth run.</param>
internal sealed class SoakSession(
    int runs, LocalServicesOptions services, string folder, IProgress<string>? progress)
{
    private const double Megabyte = 1 << 20;

    private readonly List<SoakSample> _samples = [];
    private readonly List<string> _faults = [];

    public async Task<SoakReport> RunAsync()
    {
        var watch = Stopwatch.StartNew();
        await using var servers = await DisturbedServices.StartAsync(folder, services);
        var project = Project.Read(Path.Combine(AppContext.BaseDirectory, "sql"));
        var drops = new ShopDrops(folder, servers, runs);
        await using var life = await DisturbedWarehouse.BeginAsync(servers, project, folder, 1, hasStopPoints: false);
        var (process, address) = await life.ServeAsync();
        using var serve = process;
        var middle = new Dictionary<string, TableSize>() as IReadOnlyDictionary<string, TableSize>;
        foreach (var (number, date) in drops.Dates.Index().TakeWhile(_ => _faults.Count == 0))
        {
            await drops.UploadAsync(date);
            await RunAsync(life, serve, address, date);
            middle = number == runs / 2 ? await SizesAsync(life) : middle;
            if (number % 10 == 0)
            {
                progress?.Report($"run {number + 1} of {runs}: {_samples.LastOrDefault()}");
            }
        }
        var end = await SizesAsync(life);
        await StopAsync(life, serve);
        var half = Math.Max(1, _samples.Count - 1 - (runs / 2));
        var growth = end.Values.Select(
            table => new TableGrowth(middle.GetValueOrDefault(table.Name) ?? table, table, half));
        return new SoakReport(_samples, [.. growth], _faults, watch.Elapsed);
    }

    private async Task RunAsync(DisturbedWarehouse life, GreeneryProcess serve, string address, DateOnly date)
    {
        var watch = Stopwatch.StartNew();
        await DisturbedWarehouse.AskAsync(address, date);
        await using var connection = await life.ConnectAsync();
        var isDone = false;
        await DisturbedWarehouse.UntilAsync(
            async () => isDone = await connection.ExecuteScalarAsync<bool>(
                """
                select not exists (select from ops.lease) and exists (
                    select from ops.run where through_date = @date and state not in ('running')
                        and exists (select from ops.step where step.run_id = run.run_id and step = 'tell' and step.state = 'done'))
                """, new { date }, default),
            serve);
        watch.Stop();
        var state = await connection.ExecuteScalarAsync<string>(
            "select concat(state, ' ', message) from ops.run where through_date = @date order by run_id desc limit 1",
            new { date }, default);
        if (!isDone || state?.StartsWith("published", StringComparison.Ordinal) != true)
        {
            _faults.Add($"{date:yyyy-MM-dd} was not published but is '{state}': {serve.Said}");
            return;
        }
        _samples.Add(await MeasureAsync(life, serve, connection, watch.Elapsed));
    }

    private static async Task<SoakSample> MeasureAsync(
        DisturbedWarehouse life, GreeneryProcess serve, NpgsqlConnection connection, TimeSpan time)
    {
        using var process = Process.GetProcessById(serve.Id);
        var held = await connection.QueryAsync<(long Connections, long Bytes)>(
            """
            select
                (select count(*) from pg_stat_activity where datname = current_database() and application_name = 'greenery'),
                pg_database_size(current_database())
            """, null, default);
        return new SoakSample(
            process.WorkingSet64 / Megabyte, process.HandleCount, process.Threads.Count, held[0].Connections,
            new DirectoryInfo(life.Temp).GetFiles("*", SearchOption.AllDirectories).Count(file => file.Length > 0),
            held[0].Bytes / Megabyte, time.TotalSeconds);
    }

    private static async Task<IReadOnlyDictionary<string, TableSize>> SizesAsync(DisturbedWarehouse life)
    {
        await using var connection = await life.ConnectAsync();
        return await TableSize.AllAsync(connection);
    }

    private async Task StopAsync(DisturbedWarehouse life, GreeneryProcess serve)
    {
        if (await serve.StopAsync() is var exitCode and not 0)
        {
            _faults.Add($"serve ended with {exitCode}: {serve.Said}");
        }
        _faults.AddRange(await Invariants.BrokenAsync(life));
        _faults.AddRange(await Invariants.LeftAsync(life));
    }
}
