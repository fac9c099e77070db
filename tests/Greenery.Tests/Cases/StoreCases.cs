using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Greenery.Drops;
using Greenery.Tests.Support;

namespace Greenery.Tests.Cases;

/// <summary>What blob storage has and a folder has not.</summary>
internal static class StoreCases
{
    private const string Header = "id,label,n,amount,flag,day,at\n";

    public static IReadOnlyDictionary<string, LoadExpectation> All { get; } = new Dictionary<string, LoadExpectation>
    {
        ["48-azure-folder-stub"] = new()
        {
            Play = run => WithContainerAsync(run, async (container, run) =>
            {
                await container.GetBlobClient("2026-11-20/things.csv").UploadAsync(
                    BinaryData.FromString(""),
                    new BlobUploadOptions { Metadata = new Dictionary<string, string> { ["hdi_isfolder"] = "true" } });
                await PutAsync(container, "2026-11-20/things.csv/part-00000.csv", 1);
                await PutAsync(container, "2026-11-20/things-real.csv", 2);
                await run();
            }),
            Things = [Thing.Bare(2)],
            Notes = ["2026-11-20/things.csv/part-00000.csv: is not loaded: its name does not have the form"],
        },
        ["49-azure-archived"] = new()
        {
            Play = run => WithContainerAsync(run, async (container, run) =>
            {
                await PutAsync(container, "2026-11-18/things.csv", 1, 2);
                await PutAsync(container, "2026-11-19/things.csv", 1, 2, 3);
                await run();
                await container.GetBlobClient("2026-11-18/things.csv").SetAccessTierAsync(AccessTier.Archive);
                await PutAsync(container, "2026-11-19/things.csv", 1, 3);
                await run();
                await PutAsync(container, "2026-11-20/things-new.csv", 4);
                await container.GetBlobClient("2026-11-20/things-new.csv").SetAccessTierAsync(AccessTier.Archive);
                await run();
            }),
            Things = [Thing.Bare(1), Thing.Bare(2), Thing.Bare(3)],
            Refused = ["things-new.csv: is in the archive tier"],
            Notes = ["things.csv: "],
            Said = ["2026-11-18/things.csv"],
        },
    };

    private static async Task WithContainerAsync(
        LoadCaseRun run, Func<BlobContainerClient, Func<Task>, Task> play)
    {
        var setting = await TestServices.AzuriteAsync();
        var container = new BlobContainerClient(setting, $"drops-{Guid.NewGuid():n}");
        await container.CreateAsync();
        try
        {
            await play(container, () => run.RunAsync(DropStores.Open(setting, container.Name)));
        }
        finally
        {
            await container.DeleteIfExistsAsync();
        }
    }

    private static async Task PutAsync(BlobContainerClient container, string path, params int[] ids) =>
        await container.GetBlobClient(path).UploadAsync(
            BinaryData.FromString(Header + string.Concat(ids.Select(id => $"{id},,,,,,\n"))), overwrite: true);
}
