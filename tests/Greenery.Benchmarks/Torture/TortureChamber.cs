using System.Diagnostics;
using Greenery.Cli.Local;
using Greenery.Runs;

namespace Greenery.Benchmarks.Torture;

/// <summary>
/// Disturbs the nights of a shop in every way that hosts, networks and servers know, and holds what comes of them against
/// the same nights in peace. On a PostgreSQL and an Azurite of its own, with the command line as real processes.
/// </summary>
/// <param name="options">How much.</param>
/// <param name="services">Where local services come from.</param>
/// <param name="folder">For all that lies on disk; every user must be able to enter it.</param>
/// <param name="progress">Is told about every night.</param>
internal sealed class TortureChamber(TortureOptions options, LocalServicesOptions services, string folder, IProgress<string>? progress)
{
    private readonly Random _random = new(options.Seed);
    private readonly Tempo _tempo = new();
    private readonly Tally _tally = new();
    private readonly List<string> _faults = [];
    private int _waits;
    private long _reads;
    private int _nights;

    /// <summary>Tortures until everything that was planned has come about, or a night has come out wrong.</summary>
    public async Task<TortureReport> RunAsync()
    {
        var watch = Stopwatch.StartNew();
        await using var servers = await Services.StartAsync(folder, services);
        var project = Project.Read(Path.Combine(AppContext.BaseDirectory, "sql"));
        var dates = await ShopDrops.UploadAsync(folder, servers, options.Nights);
        var nights = await new Undisturbed(servers, project).RunAsync(dates);
        progress?.Report($"{nights.Count} nights in peace: {watch.Elapsed.TotalSeconds:f0} s");
        var plan = new Plan(options, nights, await Strikes.CanFillTempAsync(folder), _random);
        for (var number = 1; plan.Open > 0 && _faults.Count == 0; number++)
        {
            await using var life = await Life.BeginAsync(servers, project, folder, number);
            await LiveAsync(life, nights, plan);
        }
        _faults.AddRange(plan.Missed.Select(missed => $"it never came to this: {missed}"));
        return new TortureReport(_tally, _faults, plan.Boundaries, _nights, _reads, _waits, watch.Elapsed);
    }

    private async Task LiveAsync(Life life, IReadOnlyList<ExpectedNight> nights, Plan plan)
    {
        await using var reader = new Reader(life.Services, life.Name, nights);
        foreach (var (before, expected) in nights.Index().TakeWhile(_ => plan.Open > 0 && _faults.Count == 0))
        {
            reader.MaySee(before + 1);
            var disturbances = plan.Draw(expected);
            var night = new TorturedNight(life, expected, _random, _tempo, _tally, progress);
            var watch = Stopwatch.StartNew();
            var faults = await night.LiveAsync(disturbances, plan.Return);
            var place = $"{life.Name}, {expected.Date:yyyy-MM-dd} ({string.Join(", ", disturbances)})";
            _faults.AddRange(faults.Concat(reader.Faults).Select(fault => $"{place}: {fault}"));
            (_waits, _nights) = (_waits + night.Waits, _nights + 1);
            progress?.Report($"{_tally.Kills} kills, {plan.Open} to come: {life.Name} {expected.Date:yyyy-MM-dd}, "
                + $"{string.Join(", ", disturbances)}: {watch.Elapsed.TotalSeconds:f1} s");
        }
        _reads += reader.Reads;
    }
}
