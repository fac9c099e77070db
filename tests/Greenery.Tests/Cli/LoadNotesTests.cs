using Greenery.Cli.Output;
using Greenery.Runs;
using Greenery.Tests.Support;

namespace Greenery.Tests.Cli;

public sealed class LoadNotesTests
{
    [Fact]
    public void A_table_from_which_nothing_was_removed_has_no_note() =>
        Assert.Empty(LoadNotes.Of(new LoadLine("users", 1, 3, 3, 0, 0, 0, 0)));

    [Fact]
    public void What_was_removed_is_reported_with_numbers() => Assert.Equal(
        [
            "users: 1,003 rows vanished from corrected drops; 1,001 went back to what earlier drops said, 2 left the "
                + "table",
            "users: 1 row gone, because the complete drop lacks it (_gone_since)",
            "users: 2 rows that were gone are there again",
        ],
        LoadNotes.Of(new LoadLine("users", 1, 3, 3, 0, 0, 0, 0, Restored: 1001, Removed: 2, Gone: 1, Returned: 2)));

    [Fact]
    public async Task A_run_reports_what_corrected_and_complete_drops_took_away()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        test.ChangeSql(
            "sources.yml", "- name: users\n", "- name: users\n        config: {snapshot: {most_gone: 100%}}\n");
        await test.RunAsync();
        test.Put("2021-02-13/users.csv", "user_id,name,city\n1,Ana,Lisbon\n");
        test.Put($"{TinyShop.Day}/orders.csv", "order_id,user_id,amount,placed_on\n10,1,5,2021-02-10\n");
        var report = await test.RunAsync();
        Assert.Equal(
            [
                new LoadLine("orders", 1, 1, 0, 0, 1, 0, 0, Removed: 2),
                new LoadLine("users", 1, 1, 0, 0, 1, 0, 0, Gone: 2),
            ],
            report.Loads);
        Assert.Equal((RunState.Published, true), (report.State, report.FinishedAt is not null));
    }
}
