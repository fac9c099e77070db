using Azure.Storage.Blobs;
using Greenery.SampleData;

namespace Greenery.FaultInjection;

/// <summary>The daily drops of an invented shop, and their way into blob storage.</summary>
internal sealed class ShopDrops
{
    /// <summary>
    /// Enough to leave the loader's memory for the temp folder, and below the share of bad rows that refuses a drop.
    /// </summary>
    private const int Misfits = 40;

    private const int MisfitLength = 10_000;

    private readonly SampleSummary _summary;
    private readonly BlobContainerClient _container;

    /// <summary>Writes them to disk.</summary>
    public ShopDrops(string folder, DisturbedServices services, int days)
    {
        var options = new SampleOptions { Days = days };
        _summary = SampleShop.Write(Path.Combine(folder, "drops"), options, default);
        _container = new BlobContainerClient(services.Storage, "drops");
        Dates = [.. Enumerable.Range(0, days).Select(options.FirstDate.AddDays)];
    }

    /// <summary>The daily runs' dates.</summary>
    public IReadOnlyList<DateOnly> Dates { get; }

    /// <summary>Writes and uploads all, so that they outlast the storage's restart.</summary>
    /// <returns>The daily runs' dates.</returns>
    public static async Task<IReadOnlyList<DateOnly>> UploadAsync(string folder, DisturbedServices services, int days)
    {
        var drops = new ShopDrops(folder, services, days);
        foreach (var date in drops.Dates)
        {
            await drops.UploadAsync(date);
        }
        await services.ReopenStorageAsync();
        return drops.Dates;
    }

    /// <summary>Uploads those of a day.</summary>
    public async Task UploadAsync(DateOnly date)
    {
        await _container.CreateIfNotExistsAsync();
        foreach (var file in _summary.Files.Where(file =>
            file.Path.StartsWith($"{date:yyyy-MM-dd}/", StringComparison.Ordinal)))
        {
            var path = Path.Combine(_summary.Folder, file.Path);
            if (Path.GetFileName(path) == "events.csv")
            {
                await AddMisfitsAsync(path);
            }
            await _container.GetBlobClient(file.Path).UploadAsync(path);
        }
    }

    private static async Task AddMisfitsAsync(string path)
    {
        var columns = File.ReadLines(path).First().Split(',');
        var misfit = string.Join(
            ',', columns.Select(column => column == "page_url" ? new string('x', MisfitLength) : "misfit"));
        await File.AppendAllLinesAsync(path, Enumerable.Repeat(misfit, Misfits));
    }
}
