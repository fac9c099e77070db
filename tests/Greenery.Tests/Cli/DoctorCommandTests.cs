using Greenery.Cli.Commands;
using Greenery.Cli.Diagnosis;
using Greenery.Cli.Output;
using Greenery.Tests.Support;
using Greenery.Warehouse;
using Microsoft.Extensions.Configuration;

namespace Greenery.Tests.Cli;

/// <summary><c>greenery doctor</c>: all faults at once, no secret, and nothing changed.</summary>
public sealed class DoctorCommandTests
{
    private const string Password = "s3cret";

    [Fact]
    public async Task What_is_well_is_said_line_by_line()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        await test.RunAsync();

        var result = await CliProcess.On(test)
            .With("Greenery__Alerts__Folder", test.Drops + "-messages")
            .With("Greenery__ApiKey", Password)
            .RunAsync("doctor");

        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.DoesNotContain(Password, result.Output, StringComparison.Ordinal);
        Assert.Contains("ok      setting        Greenery:ApiKey = *** (environment)\n", result.Output,
            StringComparison.Ordinal);
        Assert.Contains($"ok      setting        Greenery:Sql = {test.Sql} (environment)\n", result.Output,
            StringComparison.Ordinal);
        Assert.Contains($"ok      project        {test.Sql}: 2 source tables, 4 models, ", result.Output,
            StringComparison.Ordinal);
        Assert.Matches($@"ok +database +{test.Database.Warehouse.Description} runs PostgreSQL \d+\.\d+", result.Output);
        Assert.Matches(@"ok +role +\w+(, a superuser,)? may create schemas and roles\n", result.Output);
        Assert.Contains($"ok      ops schema     is up to date ({Migration.All[^1].Name})\n", result.Output,
            StringComparison.Ordinal);
        Assert.Matches(@"ok +clock +this machine's and the database's differ by \d+\.\d s\n", result.Output);
        Assert.Matches(@"ok +runs +the last one is run 1 of .*: published\n", result.Output);
        Assert.Contains("ok      readers        greenery_reader may read all marts\n", result.Output,
            StringComparison.Ordinal);
        Assert.Contains("ok      alerts         channel folder: is set, no message went out yet; ", result.Output,
            StringComparison.Ordinal);
        Assert.Contains($"ok      drops          {test.Drops} can be read, 2 files\n", result.Output,
            StringComparison.Ordinal);
        Assert.Matches(@"ok +reports +.*reports is not there yet; the first run makes it\n", result.Output);
        Assert.Matches(@"\n\d+ lines: \d+ ok, \d+ warnings?, 0 failed\. Nothing was changed\.\n\z", result.Output);
        Assert.False(Directory.Exists(test.Drops + "-messages"));
    }

    [Fact]
    public async Task All_that_is_wrong_is_found_at_once()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        test.ChangeSql("sources.yml", "primary_key", "primary_kee");

        var lines = await ExamineAsync(
            test,
            ("Warehouse", $"Host=127.0.0.1;Port=1;Username=x;Database=y;Password={Password}"),
            ("Drops", test.Drops + "-nowhere"),
            ("MaxAge", "soon"),
            ("Reports", "https://a/b/c"),
            ("Alerts:Teams:data:Url", $"ftp://x?sig={Password}"));

        Assert.DoesNotContain(lines, line => line.Text.Contains(Password, StringComparison.Ordinal));
        Assert.Equal(
            ["database", "drops", "project", "setting Greenery:Alerts", "setting Greenery:MaxAge",
                "setting Greenery:Reports"],
            lines.Where(line => line.Status == DoctorStatus.Failed).Select(line => line.Subject == "setting"
                ? $"setting {string.Join(':', line.Text.Split(':')[..2])}" : line.Subject).Distinct().Order());
        Assert.Contains(lines, line => line.Subject == "disk" && line.Status != DoctorStatus.Failed);
        Assert.Equal(2, DoctorCommand.ExitCode(lines));
        Assert.Equal(3, DoctorCommand.ExitCode([.. lines.Where(line => !line.IsConfiguration)]));
        Assert.Equal(0, DoctorCommand.ExitCode([.. lines.Where(line => line.Status != DoctorStatus.Failed)]));
    }

    [Fact]
    public async Task A_setting_that_a_run_needs_does_not_end_the_examination()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();

        var lines = await ExamineAsync(test, ("Schedule", "daily"), ("Warehouse", "nonsense"), ("Warehous", "x"));

        Assert.Equal(
            ["Greenery:Schedule", "Greenery:Warehous", "Greenery:Warehouse"],
            lines.Where(line => line.Status == DoctorStatus.Failed).Select(line =>
                string.Join(':', line.Text.Split(':')[..2])).Order(StringComparer.Ordinal));
        Assert.Contains(lines, line => line.Subject == "drops" && line.Status == DoctorStatus.Ok);
    }

    [Fact]
    public async Task What_a_role_lacks_and_an_old_schema_are_warnings()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        await using var reader = await TestRole.CreateAsync(test);
        var last = Migration.All[^1].Name;
        await test.ExecuteAsync(
            $"grant usage on schema ops to {reader}; grant select on all tables in schema ops to {reader}; "
            + $"delete from ops.migration where name = '{last}'");

        var lines = await ExamineAsync(
            test, ("Warehouse", $"{test.Database.ConnectionString};Options=-c role={reader}"));

        var warnings = lines
            .Where(line => line is { Status: DoctorStatus.Warning, Subject: "role" or "ops schema" })
            .ToDictionary(line => line.Subject, line => line.Text);
        Assert.EndsWith($"For runs: grant create on database {test.Database.Name} to {reader}", warnings["role"],
            StringComparison.Ordinal);
        Assert.Equal(
            $"is of an older version: it lacks 1 migration from {last} on. The next run, or 'greenery migrate', "
            + "brings it up to date.", warnings["ops schema"]);
        Assert.DoesNotContain(lines, line => line.Status == DoctorStatus.Failed);
    }

    [Fact]
    public async Task A_channel_that_fails_and_another_projects_database_are_found()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        test.WriteSql("project.yml", "version: 2\nname: mine\n");
        await test.ExecuteAsync(
            """
            insert into ops.project (name) values ('yours');
            insert into ops.alert_channel (channel, failures_in_a_row, failing_since, last_error, last_try_at)
            values ('folder', 2, '2021-02-12', 'No room.', '2021-02-12')
            """);

        var lines = await ExamineAsync(test, ("Alerts:Folder", test.Drops + "-messages"));
        Assert.StartsWith(
            $"Greenery:Warehouse: {test.Database.Warehouse.Description} is of project 'yours', but ",
            Assert.Single(lines, line => line.Status == DoctorStatus.Failed).Text, StringComparison.Ordinal);

        await test.ExecuteAsync("update ops.project set name = 'mine'");
        lines = await ExamineAsync(test, ("Alerts:Folder", test.Drops + "-messages"));
        Assert.Equal(
            "channel folder: 2 attempts in a row failed since 2021-02-12 00:00:00Z: No room. 'greenery alerts test' "
            + "tries it.",
            Assert.Single(lines, line => line is { Subject: "alerts", Status: DoctorStatus.Warning }).Text);
        Assert.Contains(lines, line => line.Text == "Greenery:Project = mine (sql/project.yml)");
    }

    [Theory]
    [InlineData(50, DoctorStatus.Failed)]
    [InlineData(500, DoctorStatus.Warning)]
    [InlineData(5000, DoctorStatus.Ok)]
    public void A_disk_with_little_room_is_found(long megabytes, object status) =>
        Assert.Equal(status, DiskLines.Describe("drops", "/data", megabytes << 20, 9000L << 20).Status);

    private static async Task<List<DoctorLine>> ExamineAsync(
        TestWarehouse test, params (string Key, string Value)[] settings)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(new Dictionary<string, string?>
            {
                ["Greenery:Warehouse"] = test.Database.ConnectionString,
                ["Greenery:Drops"] = test.Drops,
                ["Greenery:Sql"] = test.Sql,
            })
            .AddInMemoryCollection(settings.Select(setting =>
                KeyValuePair.Create($"Greenery:{setting.Key}", (string?)setting.Value)))
            .Build();
        var lines = new List<DoctorLine>();
        await foreach (var line in new Doctor(configuration, new Terminal(isJson: true))
            .ExamineAsync(CancellationToken.None))
        {
            lines.Add(line);
        }
        return lines;
    }
}
