using Azure.Storage.Blobs;
using Greenery.SampleData;

namespace Greenery.FaultInjection;

/// <summary>Some daily runs of an invented shop in blob storage.</summary>
internal static class ShopDrops
{
    /// <summary>
    /// Enough to leave the loader's memory for the temp folder, and below the share of bad rows that refuses a drop.
    /// </summary>
    private const int Misfits = 40;

    private const int MisfitLength = 10_000;

    /// <summary>Writes and uploads them.</summary>
    /// <returns>The daily runs' dates.</returns>
    public static async Task<IReadOnlyList<DateOnly>> UploadAsync(string folder, DisturbedServices services, int days)
    {
        var options = new SampleOptions { Days = days };
        var summary = SampleShop.Write(Path.Combine(folder, "drops"), options, default);
        var container = new BlobContainerClient(services.Storage, "drops");
        await container.CreateIfNotExistsAsync();
        foreach (var file in summary.Files)
        {
            var path = Path.Combine(summary.Folder, file.Path);
            if (Path.GetFileName(path) == "events.csv")
            {
                await AddMisfitsAsync(path);
            }
            await container.GetBlobClient(file.Path).UploadAsync(path);
        }
        await services.ReopenStorageAsync();
        return [.. Enumerable.Range(0, days).Select(options.FirstDate.AddDays)];
    }

    private static async Task AddMisfitsAsync(string path)
    {
        var columns = File.ReadLines(path).First().Split(',');
        var misfit = string.Join(
            ',', columns.Select(column => column == "page_url" ? new string('x', MisfitLength) : "misfit"));
        await File.AppendAllLinesAsync(path, Enumerable.Repeat(misfit, Misfits));
    }
}
