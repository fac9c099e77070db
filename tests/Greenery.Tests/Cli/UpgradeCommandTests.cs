using Greenery.Cli.Upgrading;
using Greenery.Tests.Support;
using Greenery.Warehouse;

namespace Greenery.Tests.Cli;

/// <summary><c>greenery upgrade</c>: what the versions since the last run ask for.</summary>
public sealed class UpgradeCommandTests
{
    private const string Changelog =
        """
        # Changelog

        ## [Unreleased]

        ### Upgrading

        - Rename a to b,
          and c to d.
        - Run it.

        ### Added

        - Nothing to do.

        ## [1.10.0] - 2027-01-01

        ### Upgrading

        - Look.

        ## [1.9.0] - 2026-12-01

        ### Upgrading

        - Listen.
        """;

    [Theory]
    [InlineData("1.8.5", " Rename a to b, and c to d.| Run it.|1.10.0 Look.|1.9.0 Listen.")]
    [InlineData("1.9.0", " Rename a to b, and c to d.| Run it.|1.10.0 Look.")]
    [InlineData("1.10.0", " Rename a to b, and c to d.| Run it.")]
    public void Notes_are_of_later_versions_and_of_what_is_not_released(string last, string notes) => Assert.Equal(
        notes.Split('|'),
        UpgradeNotes.Since(UpgradeNotes.Parse(Changelog), Version.Parse(last))
            .Select(note => $"{note.Version} {note.Text}"));

    [Fact]
    public void The_program_carries_those_of_its_changelog()
    {
        Assert.Equal(
            UpgradeNotes.Parse(File.ReadAllText(Path.Combine(Repository.Top, "CHANGELOG.md"))), UpgradeNotes.All);
        Assert.Contains(UpgradeNotes.All, note => note.Version is null
            && note.Text.Contains("`Greenery:Alerts:DeliverBy`; the old name is read with a warning.",
                StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_last_runs_version_and_a_schema_that_is_older_are_reported_and_nothing_is_changed()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        await using var older = new TestDatabase([.. Migration.All.SkipLast(1)]);
        await older.InitializeAsync();
        await using (var connection = await older.Warehouse.ConnectAsync(default))
        {
            await connection.ExecuteAsync(
                "insert into ops.run (business_date, started_by, host, state) "
                + "values ('2021-02-12', 'cli', 'x', 'published')", null, default);
        }

        var upgrade = await CliProcess.On(test).With("Greenery__Warehouse", older.ConnectionString).RunAsync("upgrade");

        Assert.Equal((0, ""), (upgrade.ExitCode, upgrade.Error));
        Assert.StartsWith(
            $"This is Greenery {ProgramVersion.Current}; the last run was by 0.1.0.\n", upgrade.Output,
            StringComparison.Ordinal);
        Assert.Contains("\nNot released yet:\n- Where a role", upgrade.Output, StringComparison.Ordinal);
        Assert.EndsWith(
            $"\nThe ops schema lacks 1 migration from {Migration.All[^1].Name} on. Run 'greenery migrate'; the next "
            + "run does it as well.\n", upgrade.Output, StringComparison.Ordinal);
        await Assert.ThrowsAsync<ConfigurationException>(() => new Migrations(older.Warehouse)
            .VerifyReadableAsync(default));
    }

    [Fact]
    public async Task A_run_writes_down_which_version_it_went_by()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        Assert.Null((await UpgradeState.ReadAsync(test.Database.Warehouse, default)).Last);

        await test.RunAsync();

        Assert.Equal(ProgramVersion.Current, await test.ValueAsync<string>("select program_version from ops.run"));
        Assert.Equal(
            ProgramVersion.Current, (await UpgradeState.ReadAsync(test.Database.Warehouse, default)).Last);
    }

    [Theory]
    [InlineData("try", "0.0.1")]
    [InlineData("publish", "0.0.1")]
    [InlineData("schedule", "0.0.2")]
    public async Task The_last_run_is_one_that_loads_and_publishes(string startedBy, string version)
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        await test.RunAsync();
        await test.RunAsync();
        await test.ExecuteAsync("update ops.run set program_version = '0.0.' || run_id");
        await test.ExecuteAsync($"update ops.run set started_by = '{startedBy}' where run_id = 2");

        Assert.Equal(version, (await UpgradeState.ReadAsync(test.Database.Warehouse, default)).Last);
    }
}
