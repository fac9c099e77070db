using System.Text;
using System.Text.RegularExpressions;
using Greenery.Tests.Support;

namespace Greenery.Tests.Cli;

/// <summary>
/// A run as a process writes its notifications into a folder; <c>alerts</c> and <c>status</c> list what is open and
/// what is not delivered.
/// </summary>
public sealed partial class AlertsCommandTests : IDisposable
{
    private readonly TestDataFolder _out = new("alerts");

    public void Dispose() => _out.Dispose();

    [Fact]
    public async Task A_run_with_a_failing_check_writes_its_owner_a_mail()
    {
        await using var test = await ScenarioAsync();
        var result = await CliOn(test).RunAsync("run");
        Assert.Equal(1, result.ExitCode);
        var mail = await File.ReadAllTextAsync(Assert.Single(Directory.GetFiles(_out.Path, "*.eml")));
        Assert.Contains("Subject: Nothing was published: core.dim_users.user_id.unique fails (run 1, 2021-02-12)\r\n",
            mail, StringComparison.Ordinal);
        Matches("alerts-run.txt", Part(mail, "text/plain"));
        Assert.Contains("core.dim_users.user_id.unique", Part(mail, "text/html"), StringComparison.Ordinal);
        // Personal columns stay masked all the way.
        Assert.DoesNotContain("Bo", Part(mail, "text/plain"), StringComparison.Ordinal);

        var again = await CliOn(test).RunAsync("run");
        Assert.Equal(1, again.ExitCode);
        Assert.Single(Directory.GetFiles(_out.Path, "*.eml"));

        var open = await CliOn(test).RunAsync("alerts");
        Assert.Equal(0, open.ExitCode);
        Assert.Matches(
            @"^1 problem open, the oldest first:\n  FAILS core.dim_users.user_id.unique, for .*: "
            + @"unique on core.dim_users.user_id: 2 of 4 rows fail; found '2' \(2\); expected each value once\nNo "
            + @"message waits.\n$",
            open.Output);
    }

    [Fact]
    public async Task What_cannot_be_delivered_waits_is_seen_in_status_and_goes_out_later()
    {
        await using var test = await ScenarioAsync();
        await File.WriteAllTextAsync(Path.Combine(_out.Path, "file"), "");
        var blocked = Path.Combine(_out.Path, "file", "below");
        await CliOn(test).With("Greenery__Alerts__Folder", blocked).RunAsync("run");
        var status = await CliOn(test).RunAsync("status");
        Assert.Contains("Messages 1 not delivered ('greenery alerts send' tries again)", status.Output,
            StringComparison.Ordinal);
        Assert.Matches($"(?m)^  waits folder to folder: \"Nothing was published: .*\", \\d attempts?, next try .*: "
            + $"Cannot write into {Regex.Escape(blocked)}", status.Output);

        await test.ExecuteAsync("update ops.outbox set next_try_at = clock_timestamp()");
        var sent = await CliOn(test).RunAsync("alerts", "send", "--json");
        Assert.Equal((0, 1), (sent.ExitCode, sent.Json.GetProperty("accepted").GetInt32()));
        Assert.Single(Directory.GetFiles(_out.Path, "*.eml"));
    }

    [Fact]
    public async Task Test_sends_a_sample_and_says_who_hears_where()
    {
        await using var test = await ScenarioAsync();
        var result = await CliOn(test).RunAsync("alerts", "test");
        Assert.Equal(0, result.ExitCode);
        Assert.Contains("\nworks   folder to folder: Written to ", result.Output, StringComparison.Ordinal);
        Assert.Contains("\n  data@greenery.example is notified on folder (folder)\n", result.Output,
            StringComparison.Ordinal);
        Assert.Contains("Subject: A test of Greenery's alerts",
            await File.ReadAllTextAsync(Assert.Single(Directory.GetFiles(_out.Path, "*.eml"))),
            StringComparison.Ordinal);
        Assert.Equal(0,
            await test.ValueAsync<long>(
            "select case when to_regclass('ops.outbox') is null then 0 else (select count(*) from ops.outbox) end"));

        var nowhere = await CliProcess.On(test).RunAsync("alerts", "test");
        Assert.Equal(0, nowhere.ExitCode);
        Assert.StartsWith("No notifications are sent: no channel is set.", nowhere.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_old_name_of_a_setting_is_reported_beside_the_result()
    {
        await using var test = await ScenarioAsync();
        var result = await CliOn(test).With("Greenery__Alerts__PromisedBy", "07:00").RunAsync("validate", "--offline");

        Assert.Equal(0, result.ExitCode);
        Assert.DoesNotContain("PromisedBy", result.Output, StringComparison.Ordinal);
        Assert.Equal(
            "Setting Greenery:Alerts:PromisedBy: is the old name of Greenery:Alerts:DeliverBy; it is still read. "
                + "Rename the setting.",
            Assert.Single(result.ErrorLines));
    }

    [Theory]
    [InlineData("validate", "--offline")]
    [InlineData("run")]
    public async Task People_who_do_not_exist_are_reported_before_anything_is_touched(params string[] command)
    {
        await using var test = await ScenarioAsync();
        test.ChangeSql("core/core.yml", "data@greenery.example", "shop");
        test.ChangeSql("product/product.yml", "    config: {materialized: view}",
            "    config: {materialized: vieww}\n    meta: {channel: pager}");
        var result = await CliOn(test).With("Greenery__Alerts__QuietHours", "never").RunAsync(command);
        Assert.Equal((2, ""), (result.ExitCode, result.Output));
        Assert.Equal(
            [
                "sql/product/product.yml:4: unknown materialized 'vieww'; expected table, view, incremental. Did you "
                    + "mean 'view'?",
                "Greenery:Alerts:QuietHours: is 'never'; expected two different times such as 20:00-07:00.",
                "sql/core/core.yml:4: unknown owner 'shop'; expected an address such as ana@greenery.example, or an "
                    + "owner of Greenery:Alerts:Owners or a channel (folder).",
                "sql/product/product.yml:5: unknown channel 'pager'; expected folder.",
            ],
            result.ErrorLines);
    }

    [Fact]
    public async Task A_setting_that_runs_do_without_is_refused_by_validate_and_does_not_stop_a_run()
    {
        await using var test = await ScenarioAsync();
        const string Fault = "Greenery:Alerts:QuietHours: is 'never'; expected two different times such as "
            + "20:00-07:00.";
        var cli = CliOn(test).With("Greenery__Alerts__QuietHours", "never");
        var validated = await cli.RunAsync("validate", "--offline");
        Assert.Equal((2, "", Fault), (validated.ExitCode, validated.Output, Assert.Single(validated.ErrorLines)));
        var run = await cli.RunAsync("run", "--json");
        Assert.Equal(1, run.ExitCode);
        Assert.Contains($"Setting {Fault} The command goes on without it.", run.ErrorLines);
    }

    private static async Task<TestWarehouse> ScenarioAsync()
    {
        var test = await TestWarehouse.OfTinyShopAsync();
        test.ChangeSql(
            "core/core.yml", "- name: dim_users\n", "- name: dim_users\n    meta: {owner: data@greenery.example}\n");
        test.WriteSql("core/dim_users.sql",
            "select user_id, name, city from users union all select user_id, name, city from users where user_id = "
            + "2\n");
        return test;
    }

    private CliProcess CliOn(TestWarehouse test) => CliProcess.On(test)
        .With("Greenery__Alerts__Folder", _out.Path)
        .With("Greenery__Alerts__DigestAt", "never")
        .With("Greenery__Url", "https://greenery.example");

    private static string Part(string mail, string type)
    {
        var part = mail[mail.IndexOf($"Content-Type: {type}", StringComparison.Ordinal)..];
        var start = part.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4;
        return Encoding.UTF8.GetString(Convert.FromBase64String(
            part[start..part.IndexOf("\r\n--", start, StringComparison.Ordinal)])).ReplaceLineEndings("\n");
    }

    private static void Matches(string name, string text)
    {
        var file = Path.Combine(Repository.Top, "tests", "Greenery.Tests", "Cli", "Golden", name);
        var steady = Stamps().Replace(text, "<time>");
        if (Environment.GetEnvironmentVariable("GREENERY_WRITE_GOLDEN") == "1")
        {
            File.WriteAllText(file, steady);
        }
        Assert.Equal(File.ReadAllText(file), steady);
    }

    [GeneratedRegex(@"\w{3} \d+ \w{3} 20[2-9]\d, \d\d:\d\d UTC|\b[0-9a-f]{32}\b")]
    private static partial Regex Stamps();
}
