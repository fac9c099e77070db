using System.Globalization;
using Greenery.Drops;
using Greenery.Runs;
using Greenery.Tests.Support;
using Greenery.Warehouse;

namespace Greenery.Benchmarks.Noticed;

/// <summary>Gives the sample shop's drops to the pipeline day by day, each with a run late on its day.</summary>
/// <param name="warehouse">The database.</param>
/// <param name="project">The shop's sql folder.</param>
/// <param name="folder">The shop is in <c>shop</c> below it, the drops given so far are in <c>drops</c>.</param>
/// <param name="first">The date of the first day.</param>
internal sealed class DailyDrops(PostgresWarehouse warehouse, Project project, string folder, DateOnly first)
{
    private readonly string _drops = Directory.CreateDirectory(Path.Combine(folder, "drops")).FullName;

    /// <summary>Copies a day's files.</summary>
    /// <returns>Their folder.</returns>
    public string Give(int day)
    {
        var target = Directory.CreateDirectory(FolderOf(day)).FullName;
        foreach (var file in Directory.GetFiles(Path.Combine(folder, "shop", NameOf(day))))
        {
            File.Copy(file, Path.Combine(target, Path.GetFileName(file)), overwrite: true);
        }
        return target;
    }

    /// <summary>Takes a day's files away.</summary>
    public void Take(int day) => Directory.Delete(FolderOf(day), recursive: true);

    /// <summary>The run of a day, and what the ledgers say of it.</summary>
    public async Task<RunReport> RunAsync(int day)
    {
        var pipeline = new Pipeline(
            warehouse, DropStores.Open(_drops, null), project, new SetTime($"{NameOf(day)} 23:00"), []);
        var outcome = await pipeline.RunAsync(new RunRequest { Date = first.AddDays(day) }, null, default);
        return (await new RunReports(warehouse).ReadAsync(outcome.RunId, default))!;
    }

    private string FolderOf(int day) => Path.Combine(_drops, NameOf(day));

    private string NameOf(int day) => first.AddDays(day).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
