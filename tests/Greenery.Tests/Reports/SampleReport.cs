using System.Text.RegularExpressions;
using Greenery.Runs;
using Greenery.SampleData;
using Greenery.Tests.Support;

namespace Greenery.Tests.Reports;

/// <summary>
/// The sample shop's first daily runs, with the repository's own models, and the page after them in a file.
/// </summary>
public sealed class SampleReport : IAsyncLifetime
{
    internal TestWarehouse Test { get; private set; } = null!;

    internal string File => Path.Combine(Path.GetDirectoryName(Test.Drops)!, "report.html");

    public async Task InitializeAsync()
    {
        Test = await TestWarehouse.OfRepositoryAsync();
        var options = new SampleOptions { Days = 3 };
        SampleShop.Write(Test.Drops, options, CancellationToken.None);
        // An order whose items have not come yet, so that the checks have something to warn of.
        var order = System.IO.File.ReadLines(Path.Combine(Test.Drops, "2026-11-21", "orders.ndjson")).First();
        Test.Put("2026-11-21/orders-late.ndjson",
            Regex.Replace(order, "\"order_id\":\".{8}", "\"order_id\":\"00000000"));
        foreach (var day in Enumerable.Range(0, options.Days))
        {
            Assert.Equal(
                RunState.Published,
                (await Test.RunAsync(new RunRequest { Date = options.FirstDate.AddDays(day) })).State);
        }
        await System.IO.File.WriteAllTextAsync(File, await ReportedPage.MakeAsync(Test));
    }

    public Task DisposeAsync() => Test.DisposeAsync().AsTask();
}
