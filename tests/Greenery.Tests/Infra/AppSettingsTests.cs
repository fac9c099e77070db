using System.Text.Json;
using Greenery.Alerts;
using Greenery.Cli.Output;
using Greenery.Runs;
using Greenery.Tests.Support;
using Greenery.Warehouse;
using Microsoft.Extensions.Configuration;

namespace Greenery.Tests.Infra;

/// <summary>The settings that the templates give the app.</summary>
public sealed class AppSettingsTests
{
    // Sql, DropsContainer, Project, Retention, Limits, Verify: their defaults are right in Azure. ApiKey: the platform
    // has function keys. LocalData: no local services.
    private static readonly string[] _notForAzure =
        ["Sql", "DropsContainer", "Project", "Retention", "Limits", "Verify", "ApiKey", "LocalData"];

    [Fact]
    public async Task Every_setting_that_Azure_needs_is_there()
    {
        var given = Greenery((await Templates.PrivateAsync()).Settings()).Select(Section).Distinct();

        Assert.Equal(Known().Except(_notForAzure).Order(), given.Order());
    }

    [Fact]
    public async Task The_library_reads_them_as_they_are_meant()
    {
        var values = Greenery((await Templates.PrivateAsync()).Settings())
            .ToDictionary(setting => setting.Key.Replace("__", ":", StringComparison.Ordinal), setting =>
            InAzure(setting.Value));

        var settings = GreenerySettings.Read(new ConfigurationBuilder()
            .AddInMemoryCollection(values).AddInMemoryCollection([new("Greenery:Sql", Repository.SqlFolder)]).Build());

        Assert.StartsWith("https://func-greenery-", settings.Url, StringComparison.Ordinal);
        var usual = new GreenerySettings();
        Assert.Equal((usual.MaxAge, $"{usual.Schedule}"), (settings.MaxAge, $"{settings.Schedule}"));
        Assert.True(settings.TimeZone.HasSameRules(usual.TimeZone));
    }

    [Fact]
    public async Task Alerts_read_them_and_reach_all_recipients_that_the_marts_name()
    {
        var values = Greenery((await Templates.PrivateAsync()).Settings())
            .ToDictionary(setting => setting.Key.Replace("__", ":", StringComparison.Ordinal), setting =>
            InAzure(setting.Value));

        var alerts = AlertConfiguration.Read(new ConfigurationBuilder().AddInMemoryCollection(values).Build());

        Assert.Empty(alerts.Verify(Project.Read(Repository.SqlFolder)));
        Assert.Equal(["email", "team"], alerts.Settings.Channels.Select(channel => channel.Name).Order());
    }

    [Fact]
    public async Task Secrets_are_references_to_the_vault()
    {
        var settings = (await Templates.PrivateAsync()).Settings();

        var references = settings.Where(setting =>
            setting.Value.StartsWith("@Microsoft.KeyVault(", StringComparison.Ordinal)).ToList();
        Assert.Equal(4, references.Count);
        Assert.All(references, reference =>
            Assert.Matches(@"^@Microsoft\.KeyVault\(VaultName=kv-\w+;SecretName=[a-z-]+\)$", reference.Value));
        Assert.DoesNotContain(settings, setting =>
            setting.Value.Contains("Password=", StringComparison.OrdinalIgnoreCase)
            || setting.Value.Contains("AccountKey=", StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task Without_channels_no_secret_is_asked_for()
    {
        var settings = (await Templates.PlainAsync()).Settings();

        Assert.DoesNotContain(settings, setting => setting.Value.Contains("KeyVault", StringComparison.Ordinal));
    }

    [Fact]
    public async Task All_instances_together_leave_the_database_most_of_its_connections()
    {
        var prediction = await Templates.PlainAsync();
        var instances = prediction.Properties("Microsoft.Web/sites").GetProperty("functionAppConfig")
            .GetProperty("scaleAndConcurrency")
            .GetProperty("maximumInstanceCount").GetInt32();
        var warehouse = prediction.Settings()["Greenery__Warehouse"];
        var pool = int.Parse(warehouse.Split("Maximum Pool Size=")[1]
            .Split('\'')[0], System.Globalization.CultureInfo.InvariantCulture);
        var server = Assert.Single(prediction.Of("Microsoft.DBforPostgreSQL/flexibleServers"));

        Assert.Equal("Standard_B2s", server.GetProperty("sku").GetProperty("name").GetString());
        // Of each of three groups: HTTP, Durable Functions, the timer.
        Assert.InRange(3 * instances * pool, 3 * pool, 429 * 3 / 4);
        Assert.Equal(5, instances);
    }

    [Fact]
    public async Task A_larger_database_takes_as_many_instances_as_are_wanted()
    {
        var instances = (await Templates.OpenAsync()).Properties("Microsoft.Web/sites")
            .GetProperty("functionAppConfig").GetProperty("scaleAndConcurrency").GetProperty("maximumInstanceCount");

        Assert.Equal(7, instances.GetInt32());
    }

    [Fact]
    public void The_sample_of_local_settings_names_them_too_and_starts_on_the_local_services_as_it_is()
    {
        using var sample =
            JsonDocument.Parse(File.ReadAllText(Path.Combine(Repository.Top, FunctionsSettings.Sample)));
        var services = new FunctionsSettings(
            "Host=127.0.0.1;Port=5432;Database=greenery;Username=greenery;Password=x", "UseDevelopmentStorage=true",
            "UseDevelopmentStorage=true");
        var all = sample.RootElement.GetProperty("Values").EnumerateObject()
            .ToDictionary(value => value.Name, value => value.Value.GetString()!);

        // What 'greenery services up' gives is left open there, and nothing else of what is not a choice.
        Assert.All(services.Variables, value => Assert.Contains(all[value.Key], (string[])["", value.Value]));
        foreach (var (name, value) in services.Variables)
        {
            all[name] = value;
        }
        var values = Greenery(all);
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(values.Select(value =>
            KeyValuePair.Create(value.Key.Replace("__", ":", StringComparison.Ordinal), (string?)value.Value)))
            .AddInMemoryCollection([new("Greenery:Sql", Repository.SqlFolder)]).Build();
        var settings = GreenerySettings.Read(configuration);

        Assert.Empty(settings.Faults);
        Assert.Empty(AlertConfiguration.Read(configuration).Verify(Project.Read(Repository.SqlFolder)));
        PostgresWarehouse.Verify(settings.Warehouse!, 18);
        // Not those for other hosts, nor those whose defaults are right; the rest a developer may want to set.
        string[] left = ["LocalData", "ApiKey", "Project", "Retention", "Limits", "Verify"];
        Assert.Equal(Known().Except(left).Order(), values.Select(Section).Distinct().Except(left).Order());
        // It sends nothing to other machines, and holds no secret.
        Assert.DoesNotContain(all, value => value.Key.Contains("Email", StringComparison.Ordinal)
            || value.Key.Contains("Teams", StringComparison.Ordinal));
    }

    // As an unknown name is answered.
    private static string[] Known()
    {
        var exception = Assert.Throws<ConfigurationException>(() => GreenerySettings.Read(new ConfigurationBuilder()
            .AddInMemoryCollection([new("Greenery:Sql", Repository.SqlFolder), new("Greenery:NoSuch", "x")]).Build()));
        return Assert.Single(exception.Diagnostics).ToString().Split("expected ")[1].Split('.')[0].Split(", ");
    }

    private static Dictionary<string, string> Greenery(IReadOnlyDictionary<string, string> settings) => settings
        .Where(setting => setting.Key.StartsWith("Greenery__", StringComparison.Ordinal))
        .ToDictionary(setting => setting.Key, setting => setting.Value);

    private static string Section(KeyValuePair<string, string> setting) => setting.Key.Split("__")[1];

    // What only Azure can work out.
    private static string? InAzure(string value) =>
        value.Contains("SecretName=sendgrid-key", StringComparison.Ordinal) ? "SG.key"
        : value.Contains("SecretName=teams-url", StringComparison.Ordinal)
        ? "https://flow.logic.azure.com/workflows/x?sig=y"
        : !value.StartsWith('[') ? value
        : value.Contains("Username=", StringComparison.Ordinal)
        ? "Host=x.postgres.database.azure.com;Database=greenery;Username=x"
        : "https://stdata.blob.core.windows.net/drops";
}
