using Greenery.Alerts;
using Greenery.Alerts.Channels;
using Greenery.Alerts.Routing;
using Greenery.Hosting;
using Greenery.Tests.Support;

namespace Greenery.Tests.Alerts;

/// <summary>
/// Hosts on one database with different settings: none closes what another finds wrong, and what no host finds wrong
/// any more is closed. And what is said where no channel works.
/// </summary>
public sealed class SeveralHostsTests
{
    private const string Open = "select subject || ' ' || level from ops.incident where level <> 'ok' order by 1";

    private static readonly Diagnostic Url = new("Greenery:Url", "is 'x'; expected an address.");

    [Fact]
    public async Task What_one_finds_wrong_another_does_not_close()
    {
        await using var scenario = await AlertScenario.StartAsync();
        var right = scenario.Settings with { Host = "b" };
        var wrong = right with
            { Host = "a", Channels = [Broken(right.Channels[0]), right.Channels[1]], Faults = [Url] };
        for (var i = 0; i < 3; i++)
        {
            await CheckAsync(scenario, wrong);
            await CheckAsync(scenario, right);
        }
        Assert.Equal(
            ["shop-team: Greenery:Url is wrong; runs go on without it",
                "shop-team: Notifications are not delivered on channel email"],
            scenario.Notified().Order(StringComparer.Ordinal));
        Assert.Equal(["channel:email error", "setting:Greenery:Url error"], await scenario.Test.ListAsync(Open));

        await CheckAsync(scenario, right with { Host = "a" });

        Assert.Equal(2, scenario.Notified().Count(line => line.Contains("Right again", StringComparison.Ordinal)));
        Assert.Empty(await scenario.Test.ListAsync(Open));
        Assert.Equal(0, await scenario.Test.ValueAsync<long>("select count(*) from ops.incident_report"));
    }

    [Fact]
    public async Task What_two_find_wrong_is_open_until_both_are_right()
    {
        await using var scenario = await AlertScenario.StartAsync();
        var right = scenario.Settings;
        await CheckAsync(scenario, right with { Host = "a", Faults = [Url] });
        await CheckAsync(scenario, right with { Host = "b", Faults = [Url] });
        scenario.Notified();

        await CheckAsync(scenario, right with { Host = "b" });
        Assert.Empty(scenario.Notified());
        await CheckAsync(scenario, right with { Host = "a" });

        Assert.Single(scenario.Notified());
    }

    [Fact]
    public async Task What_a_host_that_is_gone_found_wrong_is_closed_by_others_a_day_later()
    {
        await using var scenario = await AlertScenario.StartAsync();
        var right = scenario.Settings with { RemindAfter = TimeSpan.FromDays(9) };
        await CheckAsync(scenario, right with { Host = "a", Faults = [Url] });
        scenario.Time.Advance(TimeSpan.FromHours(25));
        await CheckAsync(scenario, right with { Host = "b" });
        Assert.Equal(["setting:Greenery:Url error"], await scenario.Test.ListAsync(Open));
        scenario.Time.Advance(TimeSpan.FromHours(2));
        await CheckAsync(scenario, right with { Host = "b" });
        Assert.Empty(await scenario.Test.ListAsync(Open));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_last_channel_that_is_removed_closes_its_incident_but_not_because_a_laptop_has_none(
        bool isOfSettings)
    {
        await using var scenario = await AlertScenario.StartAsync();
        var server = scenario.Settings with { Host = "server", Channels = [scenario.Settings.Channels[0]] };
        if (isOfSettings)
        {
            await CheckAsync(scenario, server with { Channels = [Broken(server.Channels[0])] });
        }
        else
        {
            scenario.Settings = server;
            scenario.Mail.Answer = (_, _) => new Delivery(DeliveryOutcome.Later, "503.");
            scenario.DoubleUsers(true);
            await scenario.RunAsync();
            scenario.Time.Advance(TimeSpan.FromHours(2));
            await CheckAsync(scenario, server);
        }
        Assert.Contains("channel:email error", await scenario.Test.ListAsync(Open));

        await CheckAsync(scenario, new AlertSettings { Host = "laptop" });
        Assert.Contains("channel:email error", await scenario.Test.ListAsync(Open));
        await CheckAsync(scenario, server with { Channels = [] });

        Assert.DoesNotContain("channel:email error", await scenario.Test.ListAsync(Open));
        Assert.Equal(["removed"], await scenario.Test.ListAsync(
            "select change from ops.incident_event where subject = 'channel:email' and change <> 'opened'"));
    }

    [Fact]
    public async Task An_edit_above_a_mistake_makes_no_second_incident_of_it()
    {
        await using var scenario = await AlertScenario.StartAsync();
        // As an earlier version wrote it, with the line.
        await scenario.Test.ExecuteAsync(
            """
            insert into ops.incident (subject, kind, level, message, opened_at, changed_at)
            values ('setting:sql/core/core.yml:12', 'setting', 'error', 'unknown owner ''pager''.', now(), now()),
                ('setting:sql/core/core.yml:14', 'setting', 'error', 'unknown channel ''x''.', now(), now())
            """);
        foreach (var line in new[] { 13, 20 })
        {
            await CheckAsync(scenario, scenario.Settings with
            {
                Faults =
                    [new Diagnostic($"sql/core/core.yml:{line}", "unknown owner 'pager'.") { Rule = "owner pager" }],
            });
            Assert.Equal(
                ["setting:sql/core/core.yml owner pager error"], await scenario.Test.ListAsync(Open));
        }
        Assert.Equal("shop-team: Right again: sql/core/core.yml:14", Assert.Single(scenario.Notified()
            .Select(line => line.Replace("ops@greenery.example", "shop-team", StringComparison.Ordinal))));
        Assert.Equal("sql/core/core.yml:20: unknown owner 'pager'.", await scenario.Test.ValueAsync<string>(
            "select message from ops.incident where level <> 'ok'"));
    }

    [Theory]
    [InlineData("owners", "ana@greenery.example")]
    [InlineData("subscribers", "bo@greenery.example")]
    [InlineData("none", AlertScenario.Data)]
    public async Task Where_the_owner_is_only_on_the_channel_that_fails_others_are_notified(string have, string first)
    {
        await using var scenario = await AlertScenario.StartAsync();
        var channels = scenario.Settings.Channels;
        await CheckAsync(scenario, scenario.Settings with
        {
            Owner = "shop-team",
            Channels = [channels[0], Broken(channels[1])],
            Owners = have == "owners"
                ? new Dictionary<string, IReadOnlyList<string>> { ["ana"] = ["ana@greenery.example", "shop-team"] }
                : [],
            Subscribers = have != "none" ? [new Subscription("bo@greenery.example", ["core"], "x")] : [],
        });
        Assert.Equal($"{first}: Notifications are not delivered on channel shop-team", scenario.Notified()[0]);
    }

    [Fact]
    public async Task What_no_channel_can_tell_is_in_health_and_in_the_digest_of_every_reader()
    {
        await using var scenario = await AlertScenario.StartAsync();
        scenario.Settings = scenario.Settings with { Channels = [scenario.Settings.Channels[0]] };
        scenario.Mail.Answer = (_, _) => new Delivery(DeliveryOutcome.Refused, "401: the key is wrong.");
        scenario.DoubleUsers(true);
        await scenario.RunAsync();
        scenario.Time.Advance(TimeSpan.FromHours(2));
        await scenario.CheckAsync();
        scenario.Settings = scenario.Settings with { HasDigests = true };
        await scenario.CheckAsync();

        var health = await HealthReport.ReadAsync(
            new TestPipelineHost(scenario.Test, TimeProvider.System), CancellationToken.None);
        Assert.Equal(2, health.Warnings.Count);
        Assert.StartsWith(
            "Notifications are not delivered on channel email since ", health.Warnings[0], StringComparison.Ordinal);
        Assert.Matches(
            @"^\d messages of the last week were refused or given up\. 'greenery alerts' says why; 'greenery alerts "
                + @"send --again' tries again\.$", health.Warnings[1]);
        var digests = await scenario.Test.ListAsync(
            "select (message::text like '%channel email%')::text from ops.outbox where topic = 'digest'");
        Assert.Equal(["true", "true", "true"], digests);
    }

    private static Channel Broken(Channel channel) => channel with { Fault = "Its key is not set." };

    private static Task CheckAsync(AlertScenario scenario, AlertSettings settings)
    {
        scenario.Settings = settings;
        return scenario.CheckAsync();
    }
}
