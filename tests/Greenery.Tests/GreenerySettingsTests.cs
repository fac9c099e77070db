using Greenery.Tests.Support;
using Microsoft.Extensions.Configuration;

namespace Greenery.Tests;

public sealed class GreenerySettingsTests
{
    private const string Unresolved = "@Microsoft.KeyVault(VaultName=kv-shop;SecretName=secret)";

    [Fact]
    public void Settings_are_read_and_blank_ones_have_their_default()
    {
        var settings = Read(
            ("Warehouse", "Host=x"), ("drops", " "), ("DropsContainer", ""), ("Sql", Repository.SqlFolder),
            ("Alerts:Mail:To", "x"));

        Assert.Equal(
            ("Host=x", null, "drops", Repository.SqlFolder, null),
            (settings.Warehouse, settings.Drops, settings.DropsContainer, settings.Sql, settings.LocalData));
    }

    [Fact]
    public void All_that_is_wrong_is_reported_at_once()
    {
        var nowhere = Path.Combine(Path.GetTempPath(), "greenery-no-such-folder");

        var exception = Assert.Throws<ConfigurationException>(() => Read(("Warehous", "Host=x"), ("Sql", nowhere)));

        Assert.Equal(
            [
                "Greenery:Warehous: is no setting; expected Warehouse, Drops, DropsContainer, Sql, Schedule, "
                + "TimeZone, MaxAge, Alerts, Reports, Url, ApiKey, LocalData, Links, Project, Retention, Limits, "
                + "Verify. Did you mean 'Warehouse'?",
                $"Greenery:Sql: there is no folder {nowhere}; expected one with sources.yml, core, marketing "
                    + $"and product.",
            ],
            exception.Diagnostics.Select(diagnostic => $"{diagnostic}"));
    }

    [Fact]
    public void Project_retention_and_limits_are_read_and_what_is_wrong_is_reported_at_once()
    {
        var settings = Read(
            ("Project", "shop-2"), ("Retention:Reports", "90"), ("Limits:DecompressedGigabytes", "3"),
            ("limits:compressionratio", "20"), ("Limits:MemoryGigabytes", "4"), ("Verify:EveryDays", "0"));
        Assert.Equal(new VerifySchedule(null, 5), settings.Limits.Verify);
        Assert.Equal(new VerifySchedule(TimeSpan.FromDays(7), 5), Read().Limits.Verify);
        Assert.Equal(
            ("shop-2", TimeSpan.FromDays(90), TimeSpan.FromDays(400), 3_000_000_000, 20, 4_000_000_000),
            (settings.Project, settings.KeepReports, settings.Limits.KeepLedgers, settings.Limits.Drops.MostBytes,
                settings.Limits.Drops.MostRatio, settings.Limits.Drops.MostMemoryBytes));
        Assert.Equal(
            ("greenery", TimeSpan.FromDays(400), 50_000_000_000, 1000),
            (Read().Project, Read().KeepReports, Read().Limits.Drops.MostBytes, Read().Limits.Drops.MostRatio));

        (string, string)[] wrong =
            [("Project", "../shop"), ("Retention:Ledgers", "7"), ("Retention:Report", "90"), ("Verify:Percent", "0")];
        var exception = Assert.Throws<ConfigurationException>(() => Read([.. wrong, ("Limits:CompressionRatio", "x")]));

        Assert.Equal(
            [
                "Greenery:Limits:CompressionRatio: 'x' is not allowed; expected a whole number of times from 10 to "
                    + "1000000, such as 1000.",
                "Greenery:Retention:Ledgers: '7' is not allowed; expected a whole number of days from 30 to 36500, "
                    + "such as 400.",
                "Greenery:Retention:Report: is no setting; expected Reports, Ledgers. Did you mean 'Reports'?",
                "Greenery:Project: '../shop' cannot be the name of a folder; expected 1 to 63 letters, digits, '-', "
                    + "'_' and '.', a letter or digit first, such as shop.",
                "Greenery:Verify:Percent: '0' is not allowed; expected a whole number of percent from 1 to 100, "
                    + "such as 5.",
            ],
            exception.Diagnostics.Select(diagnostic => $"{diagnostic}"));
        // Runs do without those; what is to be deleted is not known, so nothing is.
        Assert.Equal(exception.Diagnostics.Skip(1), Read(wrong).Faults);
        Assert.Equal(
            (TimeSpan.FromDays(36_500), TimeSpan.FromDays(36_500)),
            (Read(wrong).KeepReports, Read(wrong).Limits.KeepLedgers));
    }

    [Theory]
    [InlineData("Warehouse", true)]
    [InlineData("Drops", true)]
    [InlineData("DropsContainer", true)]
    [InlineData("Schedule", true)]
    [InlineData("TimeZone", true)]
    [InlineData("Reports", false)]
    [InlineData("MaxAge", false)]
    [InlineData("Project", false)]
    [InlineData("ApiKey", false)]
    [InlineData("Links:Key", false)]
    public void A_secret_that_Azure_cannot_read_stops_who_needs_it_only(string setting, bool isNeeded)
    {
        var exception = Record.Exception(() => Assert.Equal(
            $"Greenery:{setting}", Assert.Single(Read((setting, Unresolved)).Faults).Place));

        Assert.Equal(isNeeded, exception is ConfigurationException);
        Assert.True(isNeeded || exception is null, exception?.Message);
    }

    [Fact]
    public void A_key_that_Azure_cannot_read_opens_nothing()
    {
        var key = Read(("ApiKey", Unresolved)).ApiKey;

        Assert.Equal(64, key!.Length);
        Assert.NotEqual(key, Read(("ApiKey", Unresolved)).ApiKey);
    }

    [Fact]
    public void Schedule_zone_and_age_have_their_defaults()
    {
        var settings = Read();

        Assert.Equal(
            (TimeZoneInfo.Utc, TimeSpan.FromHours(26), null), (settings.TimeZone, settings.MaxAge, settings.ApiKey));
        Assert.Equal(SetTime.At("2026-03-01 05:00"), settings.Schedule.NextAfter(SetTime.At("2026-03-01"))!.At);
    }

    [Fact]
    public void The_schedule_is_read_in_the_zone() => Assert.Equal(
        SetTime.At("2026-07-01 02:30"),
        Read(("TimeZone", "Europe/Berlin"), ("Schedule", "0 30 4 * * *")).Schedule.NextAfter(
            SetTime.At("2026-07-01"))!.At);

    [Fact]
    public void Schedule_zone_and_age_that_are_wrong_are_reported_at_once()
    {
        var exception = Assert.Throws<ConfigurationException>(() =>
            Read(("Schedule", "at five"), ("TimeZone", "Europe/Berlim"), ("MaxAge", "1.02:00:00")));

        Assert.Equal(
            [
                "Greenery:TimeZone: this machine knows no time zone 'Europe/Berlim'; expected an IANA name such as "
                    + "Europe/Berlin.",
                "Greenery:Schedule: 'at five' is no NCRONTAB expression; expected six fields, seconds first, such as "
                    + "\"0 0 5 * * *\" for five in the "
                + "morning.",
                "Greenery:MaxAge: '1.02:00:00' is no time; expected hours and minutes such as 26:00, at least one "
                    + "hour.",
            ],
            exception.Diagnostics.Select(diagnostic => $"{diagnostic}"));
    }

    [Theory]
    [InlineData("26:00", 26 * 60)]
    [InlineData("26:00:00", 26 * 60)]
    [InlineData("1:30", 90)]
    [InlineData("01:00", 60)]
    [InlineData("8760:59", (8760 * 60) + 59)]
    public void An_age_is_hours_and_minutes(string text, int minutes) =>
        Assert.Equal(TimeSpan.FromMinutes(minutes), Read(("MaxAge", text)).MaxAge);

    [Theory]
    [InlineData("26")]
    [InlineData("0:59")]
    [InlineData("00:00")]
    [InlineData("-26:00")]
    [InlineData("26:60")]
    [InlineData("26:00:60")]
    [InlineData("26:")]
    [InlineData("8761:00")]
    [InlineData("99999999999:00")]
    [InlineData("1:2:3:4")]
    [InlineData("a day")]
    public void An_age_that_is_none_is_reported(string text) => Assert.Equal(
        $"Greenery:MaxAge: '{text}' is no time; expected hours and minutes such as 26:00, at least one hour.",
        $"{Assert.Single(Read(("MaxAge", text)).Faults)}");

    [Fact]
    public void A_zone_is_known_by_its_iana_name() =>
        Assert.Equal(TimeSpan.FromHours(-5), Read(("TimeZone", "America/New_York")).TimeZone.BaseUtcOffset);

    [Theory]
    [InlineData("CEST+2")]
    [InlineData("../etc/passwd")]
    [InlineData("Europe")]
    public void A_zone_that_is_unknown_is_reported(string zone) => Assert.Equal(
        $"Greenery:TimeZone: this machine knows no time zone '{zone}'; expected an IANA name such as Europe/Berlin.",
        Assert.Throws<ConfigurationException>(() => Read(("TimeZone", zone))).Message);

    private static GreenerySettings Read(params (string Key, string Value)[] settings) => GreenerySettings.Read(
        new ConfigurationBuilder()
            .AddInMemoryCollection([KeyValuePair.Create("Greenery:Sql", (string?)Repository.SqlFolder)])
            .AddInMemoryCollection(settings.Select(x => KeyValuePair.Create($"Greenery:{x.Key}", (string?)x.Value)))
            .Build());
}
