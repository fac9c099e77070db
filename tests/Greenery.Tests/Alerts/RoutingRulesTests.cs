using System.Globalization;
using Greenery.Alerts;
using Greenery.Alerts.Routing;
using Greenery.Runs;
using Greenery.Tests.Support;
using Microsoft.Extensions.Configuration;

namespace Greenery.Tests.Alerts;

/// <summary>People and channels that do not exist are configuration errors, with their place, all at once.</summary>
public sealed class RoutingRulesTests
{
    private const string Url = "https://example.logic.azure.com/workflows/1?sig=secret";

    [Fact]
    public void Addresses_that_are_none_and_unknown_owners_and_channels_are_reported_with_file_and_line()
    {
        using var folder = new ProjectFolder(
            ("core/buyers.sql", "select user_id from orders"),
            ("core/core.yml",
                """
                version: 2
                models:
                  - name: buyers
                    meta:
                      owner: shopp
                      subscribers:
                        - ana@greenery
                        - bo@greenery.example
                      channel: shop-tean
                    columns:
                      - name: user_id
                        data_tests:
                          - not_null:
                              config: {meta: {owner: "cy@green ery.example", subscriber: dee@greenery.example}}
                """),
            ("core/checks/odd.sql",
                "-- Odd ones.\n-- subscribers: bo@greenery.example, eve\nselect user_id from buyers"));
        Assert.Equal(
            [
                "sql/core/core.yml:14: unknown key 'subscriber' in meta. Did you mean 'subscribers'?",
                "sql/core/core.yml:5: unknown owner 'shopp'; expected an address such as ana@greenery.example, or an "
                    + "owner of Greenery:Alerts:Owners or a channel (shop, shop-team). Did you mean 'shop'?",
                "sql/core/core.yml:7: subscriber 'ana@greenery' is no mail address; expected an address such as "
                    + "ana@greenery.example.",
                "sql/core/core.yml:9: unknown channel 'shop-tean'; expected shop-team. Did you mean 'shop-team'?",
                "sql/core/core.yml:14: owner 'cy@green ery.example' is no mail address; expected an address such as "
                    + "ana@greenery.example.",
                "sql/core/checks/odd.sql:2: unknown subscriber 'eve'; expected an address such as "
                    + "ana@greenery.example, or an owner of Greenery:Alerts:Owners or a channel (shop, shop-team).",
            ],
            Diagnostics(folder, ("Teams:shop-team:Url", Url), ("Owners:shop", "shop-team")));
    }

    [Fact]
    public void Settings_are_read_strictly()
    {
        using var folder = new ProjectFolder(("core/buyers.sql", "select user_id from orders"));
        Assert.Equal(
            [
                "Greenery:Alerts:QuietHour: is no setting; expected Owner, Owners, Subscribers, DefaultChannel, "
                    + "DeliverBy, QuietHours, RemindAfterDays, "
                    + "DigestAt, Email, Smtp, Teams, Folder. Did you mean 'QuietHours'?",
                "Greenery:Alerts:DeliverBy: is '7 am'; expected a time such as 07:00.",
                "Greenery:Alerts:QuietHours: is '20-7'; expected two different times such as 20:00-07:00.",
                "Greenery:Alerts:RemindAfterDays: is '0'; expected a number of days from 1 to 365.",
                "Greenery:Alerts:DigestAt: is 'noon'; expected a time such as 07:00 or never.",
                "Greenery:TimeZone: is 'Mars/Base', which is no time zone of this machine; expected one such as "
                    + "Europe/Berlin.",
                "Greenery:Url: is 'greenery'; expected where people reach this installation, such as "
                    + "https://greenery.example.",
                "Greenery:Alerts:Owners:shop: unknown channel 'team'; expected a-team, b-team. Did you mean 'a-team'?",
                "Greenery:Alerts:Owners:shop: names the address ana@greenery.example, but there is no channel for "
                    + "mail; expected one in the settings.",
                "Greenery:Alerts:Subscribers:1: subscriber 'cy@' is no mail address; expected an address such as "
                    + "ana@greenery.example.",
                "Greenery:Alerts:Subscribers:bo@greenery.example: 'marketin' is no mart, model or source table; "
                    + "expected some of these, or all. Did you mean 'marketing'?",
                "Greenery:Alerts:DefaultChannel: is not set, and none of the channels a-team, b-team is mail; "
                    + "expected the one for those for whom nothing else is said.",
            ],
            Diagnostics(folder,
                ("QuietHour", "x"), ("DeliverBy", "7 am"), ("QuietHours", "20-7"), ("RemindAfterDays", "0"),
                ("DigestAt", "noon"),
                ("!Greenery:TimeZone", "Mars/Base"), ("!Greenery:Url", "greenery"),
                ("Owners:shop", "team, ana@greenery.example"), ("Subscribers:bo@greenery.example", "marketin, orders"),
                ("Subscribers:1", "cy@"),
                ("Teams:a-team:Url", Url), ("Teams:b-team:Url", Url)));
    }

    [Theory]
    [InlineData(null, "06:00", "06:00", null)]
    [InlineData("07:00", null, "07:00",
        "Greenery:Alerts:PromisedBy: is the old name of Greenery:Alerts:DeliverBy; it is still read. Rename the "
            + "setting.")]
    [InlineData("7 am", "06:00", "06:00",
        "Greenery:Alerts:PromisedBy: is ignored: it is the old name of Greenery:Alerts:DeliverBy, which is set to "
            + "'06:00' and counts. Remove the old setting.")]
    public void The_old_name_of_a_setting_is_read_with_a_warning(
        string? earlier, string? current, string expected, string? warning)
    {
        var alerts = AlertConfiguration.Read(new ConfigurationBuilder().AddInMemoryCollection(
        [
            new("Greenery:Alerts:PromisedBy", earlier), new("Greenery:Alerts:DeliverBy", current),
        ]).Build());
        using var folder = new ProjectFolder(("core/buyers.sql", "select user_id from orders"));
        Project.Read(folder.SqlFolder, alerts.Verify);

        Assert.Equal(TimeOnly.Parse(expected, CultureInfo.InvariantCulture), alerts.Settings.DeliverBy);
        Assert.Equal(warning is null ? [] : [warning], alerts.Warnings.Select(found => $"{found}"));
    }

    [Fact]
    public void A_wrong_value_is_reported_under_the_name_that_is_set()
    {
        using var folder = new ProjectFolder(("core/buyers.sql", "select user_id from orders"));
        Assert.Equal(["Greenery:Alerts:PromisedBy: is '7 am'; expected a time such as 07:00."],
            Diagnostics(folder, ("PromisedBy", "7 am")));
    }

    [Fact]
    public void A_channel_that_is_described_wrongly_is_reported_once()
    {
        using var folder = new ProjectFolder(("core/buyers.sql", "select user_id from orders"));
        Assert.Equal(
            ["Greenery:Alerts:Email:From: 'shop' is no e-mail address; expected an address such as "
                + "ana@greenery.example, in ASCII."],
            Diagnostics(folder, ("Email:ApiKey", "SG.x"), ("Email:From", "shop"), ("Owner", "shop"),
                ("Owners:shop", "ana@greenery.example")));
    }

    [Fact]
    public void There_is_a_recipient_for_the_run_itself()
    {
        using var folder = new ProjectFolder(("core/buyers.sql", "select user_id from orders"));
        Assert.Equal(
            ["Greenery:Alerts:Owner: is not set; expected the recipient of run alerts and of all without an owner: an "
                + "address, or an owner of Greenery:Alerts:Owners."],
            Diagnostics(folder, ("Email:ApiKey", "SG.x"), ("Email:From", "shop@greenery.example")));
        Assert.Empty(Diagnostics(folder, ("Folder", "out")));
        Assert.Empty(Diagnostics(folder));
    }

    [Theory]
    [InlineData("ana@greenery.example", true)]
    [InlineData("ana.b+c@mail.greenery.example", true)]
    [InlineData("ana@greenery", false)]
    [InlineData("Ana <ana@greenery.example>", false)]
    [InlineData("ana@@greenery.example", false)]
    [InlineData("ana@greenery.example, bo@greenery.example", false)]
    [InlineData("ana@greenery.example\n", false)]
    [InlineData("@greenery.example", false)]
    [InlineData("ana@greenery..example", false)]
    [InlineData("", false)]
    public void An_address_is_bare_and_at_a_domain(string text, bool isValid) =>
        Assert.Equal(isValid, MailAddresses.IsValid(text));

    private static List<string> Diagnostics(ProjectFolder folder, params (string Key, string Value)[] settings)
    {
        var alerts = AlertConfiguration.Read(
            new ConfigurationBuilder().AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(
            setting.Key.StartsWith('!') ? setting.Key[1..] : $"Greenery:Alerts:{setting.Key}", (string?)setting.Value)))
                .Build());
        try
        {
            Project.Read(folder.SqlFolder, alerts.Verify);
            return [];
        }
        catch (ConfigurationException exception)
        {
            return [.. exception.Diagnostics.Select(diagnostic => $"{diagnostic}")];
        }
    }
}
