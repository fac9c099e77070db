using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Greenery.Alerts;
using Greenery.Alerts.Incidents;
using Greenery.Checks;
using Greenery.Drops;
using Greenery.Runs;
using Greenery.Staging.Discovery;
using Greenery.Tests.Support;

namespace Greenery.Tests.Runs;

/// <summary>What else is among the drops, or goes away, never keeps a run from what it can load.</summary>
public sealed class ForeignFilesTests
{
    private const string Header = "order_id,user_id,amount,placed_on\n";

    [Fact]
    public async Task Odd_names_are_taken_or_noted()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        await test.RunAsync();
        test.Put("2021-02-13/Orders-9.CSV", $"{Header}13,1,9,2021-02-13\n");
        test.Put("2021-02-13/orders-10.csv", $"{Header}13,1,10,2021-02-13\n");
        test.Put("2021-02-13/orders-b.jsonl",
            """{"order_id": 14, "user_id": 1, "amount": 4, "placed_on": "2021-02-13"}""" + "\n");
        test.Put("orders.jsonl", "{}\n");
        File.CreateSymbolicLink(Path.Combine(test.Drops, "2021-02-13", "orders-c.csv"), "nowhere.csv");
        File.CreateSymbolicLink(Path.Combine(test.Drops, "readme.md"), "nowhere.md");

        var run = await test.RunAsync();

        Assert.Equal(RunState.Published, run.State);
        Assert.Equal(
            ["13 10", "14 4"],
            await test.ListAsync("select format('%s %s', order_id, amount::integer) from core.fact_orders "
                + "where order_id > 12 order by 1"));
        Assert.Equal(
            ["2021-02-13/orders-c.csv: is not loaded: it is a link that leads nowhere. Correct or remove it.",
                "orders.jsonl: is not loaded: its name does not have the form "
                    + $"{DropName.Form}. Rename it.",
                "readme.md: is not loaded: it is a link that leads nowhere. Correct or remove it."],
            run.Notes);
        var warning = Assert.Single(run.Checks, check => check.Mart == "staging");
        Assert.Equal(
            ("staging.files.not_loaded", CheckStatus.Warn,
                $"not_loaded of staging: 2 files among the drops. {string.Join(' ', run.Notes.Take(2))}"),
            (warning.Id, warning.Status, warning.Message));

        File.Delete(Path.Combine(test.Drops, "orders.jsonl"));
        File.Delete(Path.Combine(test.Drops, "2021-02-13", "orders-c.csv"));
        Assert.Equal(
            CheckStatus.Pass, Assert.Single((await test.RunAsync()).Checks, check => check.Mart == "staging").Status);
        Assert.DoesNotContain((await test.RunAsync()).Checks, check => check.Mart == "staging");
    }

    [Fact]
    public async Task Paths_that_no_index_or_terminal_takes_are_noted_and_the_rest_is_loaded()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        var store = new ListingDropStore(test.Store, [
            "2021-02-12/users-\u001b[2J.csv",
            $"2021-02-12/users-{string.Concat(Enumerable.Range(0, 900).Select(i => $"{i * 7919 % 997:000}"))}.csv",
            "2021-02-12/users-\n.csv",
        ]);

        var run = await test.RunAsync(store: store);

        Assert.Equal((RunState.Published, 3), (run.State, run.Notes.Count));
        Assert.Equal("2021-02-12/users-\\u001b[2J.csv: is not loaded: its name has control characters. Rename it.",
            run.Notes[0]);
        Assert.Matches(@"^2021-02-12/users-\d+\.\.\.: is not loaded: its path has 2721 bytes; expected at most 1000\. "
            + @"Rename it\.$", run.Notes[1]);
        Assert.Equal(["2021-02-12/orders.csv", "2021-02-12/users.csv"],
            await test.ListAsync("select path from ops.drop order by path"));
    }

    [Fact]
    public async Task A_folder_of_many_other_files_is_counted_and_its_first_files_are_named()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        var store = new ListingDropStore(
            test.Store, [.. Enumerable.Range(0, 10_000).Select(i => $"2021-02-12/photo-{i:00000}.jpg")]);

        var run = await test.RunAsync(store: store);

        Assert.Equal((RunState.Published, FileNotes.MostNamed + 1), (run.State, run.Notes.Count));
        Assert.Equal("9950 more files: are not loaded, for reasons like these; the first 50 are named.", run.Notes[^1]);
        Assert.Contains("10000 files among the drops", Assert.Single(
            run.Checks, check => check.Id == UnloadedFiles.Id).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_is_not_loaded_is_an_incident_until_it_is_gone()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        await test.RunAsync();
        test.Put("2021-02-13/orders.txt", "x");

        Assert.Equal(
            ("staging.files.not_loaded", IncidentSeverity.Warn),
            Assert.Single(
                RunObservations.Of(await test.RunAsync()).Where(found => found.Kind == IncidentKind.Source)
                    .Select(found => (found.Subject, found.Level))));
        File.Delete(Path.Combine(test.Drops, "2021-02-13", "orders.txt"));
        Assert.Contains(RunObservations.Of(await test.RunAsync()), found =>
            found.Subject == "staging.files.not_loaded" && found.Level == IncidentSeverity.Ok);
    }

    [Fact]
    public async Task A_file_that_goes_before_it_is_read_is_noted_and_left_out()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        await test.RunAsync();
        test.Put("2021-02-13/orders.csv", $"{Header}13,1,9,2021-02-13\n");
        test.Put("2021-02-13/users.csv", "user_id,name,city\n4,Di,Oslo\n");

        var run = await test.RunAsync(store: new VanishingDropStore(test.Store, test.Drops, "2021-02-13/orders.csv"));

        Assert.Equal(RunState.Published, run.State);
        Assert.Equal(["users"], run.Loads.Select(load => load.Table));
        Assert.Equal(
            "2021-02-13/orders.csv: it was deleted after it was listed. Nothing of it was kept; run again to load what "
                + "is there now.",
            Assert.Single(run.Notes));
        test.Put("2021-02-13/orders.csv", $"{Header}13,1,9,2021-02-13\n");
        Assert.Equal(["orders"], (await test.RunAsync()).Loads.Select(load => load.Table));
    }

    // The second would be refused if it were all there is.
    [Theory]
    [InlineData(Header)]
    [InlineData("this file is being written\n")]
    public async Task A_file_that_is_still_being_written_is_noted_and_the_next_run_loads_it(string sofar)
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        await test.RunAsync();
        test.Put("2021-02-13/orders.csv", sofar);
        test.Put("2021-02-13/users.csv", "user_id,name,city\n4,Di,Oslo\n");

        var run = await test.RunAsync(store: new VanishingDropStore(
            test.Store, test.Drops, "2021-02-13/orders.csv", $"{Header}13,1,9,2021-02-13\n"));

        Assert.Equal(RunState.Published, run.State);
        Assert.Equal(["users"], run.Loads.Select(load => load.Table));
        Assert.Equal(
            "2021-02-13/orders.csv: it was changed after it was listed. Nothing of it was kept; run again to load what "
                + "is there now.",
            Assert.Single(run.Notes));
        Assert.Equal(["orders"], (await test.RunAsync()).Loads.Select(load => load.Table));
    }

    [Fact]
    public async Task An_archived_drop_is_refused_by_name_and_does_not_hold_up_the_correction_of_a_later_one()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        var container = new BlobContainerClient(await TestServices.AzuriteAsync(), $"drops-{Guid.NewGuid():n}");
        try
        {
            var store = DropStores.Open(await TestServices.AzuriteAsync(), container.Name);
            await WriteAsync(store, "2021-02-12/users.csv", TinyShop.Users);
            await WriteAsync(store, "2021-02-12/orders.csv", TinyShop.Orders);
            await WriteAsync(store, "2021-02-13/orders.csv", $"{Header}12,2,1,2021-02-11\n13,1,9,2021-02-13\n");
            Assert.Equal(RunState.Published, (await test.RunAsync(store: store)).State);
            await container.GetBlobClient("2021-02-12/orders.csv").SetAccessTierAsync(AccessTier.Archive);
            await WriteAsync(store, "2021-02-13/orders.csv", $"{Header}13,1,8,2021-02-13\n");

            var corrected = await test.RunAsync(store: store);

            Assert.Equal(RunState.Published, corrected.State);
            Assert.Contains("core.fact_orders: 13,1,8.00,2021-02-13", await test.MartsAsync());
            await WriteAsync(store, "2021-02-14/orders.csv", $"{Header}14,1,9,2021-02-13\n");
            await container.GetBlobClient("2021-02-14/orders.csv").SetAccessTierAsync(AccessTier.Archive);
            var refused = await test.RunAsync(store: store);
            Assert.Equal(RunState.Refused, refused.State);
            Assert.StartsWith(
                "2021-02-14/orders.csv: is in the archive tier", refused.Message, StringComparison.Ordinal);
        }
        finally
        {
            await container.DeleteIfExistsAsync();
        }
    }

    private static async Task WriteAsync(IDropStore store, string path, string content) =>
        await store.WriteAsync(path, new MemoryStream(System.Text.Encoding.UTF8.GetBytes(content)), default);
}
