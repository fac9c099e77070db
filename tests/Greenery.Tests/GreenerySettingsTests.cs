using Greenery.Tests.Support;
using Microsoft.Extensions.Configuration;

namespace Greenery.Tests;

public sealed class GreenerySettingsTests
{
    [Fact]
    public void Settings_are_read_and_blank_ones_have_their_default()
    {
        var settings = Read(
            ("Warehouse", "Host=x"), ("drops", " "), ("DropsContainer", ""), ("Sql", Repository.SqlFolder), ("Alerts:Mail:To", "x"));

        Assert.Equal(
            ("Host=x", null, "drops", Repository.SqlFolder, null),
            (settings.Warehouse, settings.Drops, settings.DropsContainer, settings.Sql, settings.LocalData));
    }

    [Fact]
    public void All_that_is_wrong_is_told_at_once()
    {
        var nowhere = Path.Combine(Path.GetTempPath(), "greenery-no-such-folder");

        var exception = Assert.Throws<FaultException>(() => Read(("Warehous", "Host=x"), ("Sql", nowhere)));

        Assert.Equal(
            [
                "Greenery:Warehous: is no setting; expected Warehouse, Drops, DropsContainer, Sql, Schedule, TimeZone, MaxAge, "
                + "Alerts, Reports, Url, ApiKey, LocalData. Did you mean 'Warehouse'?",
                $"Greenery:Sql: there is no folder {nowhere}; expected one with sources.yml, core, marketing, product and ops.",
            ],
            exception.Faults.Select(fault => $"{fault}"));
    }

    private static GreenerySettings Read(params (string Key, string Value)[] settings) => GreenerySettings.Read(
        new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Select(x => KeyValuePair.Create($"Greenery:{x.Key}", (string?)x.Value)))
            .Build());
}
