using System.Text.Json;

namespace Greenery.Tests.Infra;

/// <summary>Installations on what is there already, and those that survive more and cost more.</summary>
public sealed class CombinationTests
{
    private const string Server = "Microsoft.DBforPostgreSQL/flexibleServers";

    [Fact]
    public async Task On_an_existing_server_only_the_database_is_made_wherever_the_server_is()
    {
        var prediction = await Templates.OfAsync("existing-server");

        Assert.Empty(prediction.Of(Server));
        Assert.Empty(prediction.Of($"{Server}/administrators"));
        Assert.Empty(prediction.Of($"{Server}/firewallRules"));
        Assert.Equal($"{Combinations.ServerId}/databases/greenery",
            Assert.Single(prediction.Of($"{Server}/databases")).GetProperty("id").GetString());
        Assert.Contains(Links(prediction), link => link.GetProperty("groupIds")[0].GetString() == "postgresqlServer"
            && link.GetProperty("privateLinkServiceId").GetString() == Combinations.ServerId);
        // A rule watches what is in its own subscription.
        Assert.Empty(prediction.Of("Microsoft.Insights/metricAlerts"));
        // 859 less Azure's 15, three quarters of it, in pools of 20 on three groups.
        Assert.Equal(10, Instances(prediction));
    }

    [Fact]
    public async Task By_its_group_and_name_it_is_found_in_this_subscription()
    {
        var prediction = await Templates.OfAsync("existing-server-by-name");

        Assert.EndsWith("/resourceGroups/data/providers/Microsoft.DBforPostgreSQL/flexibleServers/psql-shop/databases/"
            + "greenery_dev", Assert.Single(prediction.Of($"{Server}/databases")).GetProperty("id").GetString(),
            StringComparison.Ordinal);
        Assert.Contains(
            "Database=greenery_dev", prediction.Settings()["Greenery__Warehouse"], StringComparison.Ordinal);
        Assert.Equal(3, prediction.Of("Microsoft.Insights/metricAlerts").Count(alert => alert.GetProperty("properties")
            .GetProperty("scopes")[0].GetString()!.EndsWith("/psql-shop", StringComparison.Ordinal)));
        // Reached through the network already.
        Assert.DoesNotContain(Links(prediction), link => link.GetProperty("groupIds")[0].GetString()
            == "postgresqlServer");
        Assert.Equal(4, prediction.Of("Microsoft.Network/privateDnsZones").Count);
    }

    [Fact]
    public async Task In_an_existing_network_neither_network_nor_zones_are_made()
    {
        var prediction = await Templates.OfAsync("existing-network");

        Assert.Empty(prediction.Of("Microsoft.Network/virtualNetworks"));
        Assert.Empty(prediction.Of("Microsoft.Network/privateDnsZones"));
        Assert.Equal($"{Combinations.NetworkId}/subnets/functions", prediction.Properties("Microsoft.Web/sites")
            .GetProperty("virtualNetworkSubnetId").GetString());
        var endpoints = prediction.Of("Microsoft.Network/privateEndpoints");
        Assert.Equal(6, endpoints.Count);
        Assert.All(endpoints, endpoint => Assert.Equal($"{Combinations.NetworkId}/subnets/endpoints",
            endpoint.GetProperty("properties").GetProperty("subnet").GetProperty("id").GetString()));
        // A zone whose name only Azure knows in full is an expression, with the group in it too.
        var zones = prediction.Of("Microsoft.Network/privateEndpoints/privateDnsZoneGroups").Select(names => names
            .GetProperty("properties").GetProperty("privateDnsZoneConfigs")[0].GetProperty("properties")
            .GetProperty("privateDnsZoneId").GetString()!);
        Assert.All(zones, zone => Assert.Matches("44444444-4444-4444-4444-444444444444.+dns.+privatelink", zone));
    }

    [Fact]
    public async Task A_cluster_has_its_nodes_its_version_and_its_one_database()
    {
        var prediction = await Templates.OfAsync("cluster");
        var server = prediction.Properties(Server);

        Assert.Equal(4, server.GetProperty("cluster").GetProperty("clusterSize").GetInt32());
        Assert.Equal("17", server.GetProperty("version").GetString());
        Assert.Equal((256, "Disabled"), (server.GetProperty("storage").GetProperty("storageSizeGB").GetInt32(),
            server.GetProperty("storage").GetProperty("autoGrow").GetString()));
        Assert.Empty(prediction.Of($"{Server}/databases"));
        Assert.Contains("Database=postgres", prediction.Settings()["Greenery__Warehouse"], StringComparison.Ordinal);
        // 1718 on four nodes leave 414 to clients.
        Assert.Equal(5, Instances(prediction));
    }

    [Fact]
    public async Task One_server_is_no_cluster_and_has_no_standby_unless_asked_for()
    {
        var server = (await Templates.PlainAsync()).Properties(Server);

        Assert.False(server.TryGetProperty("cluster", out var cluster) && cluster.ValueKind != JsonValueKind.Null);
        Assert.Equal(("18", "Disabled", "Disabled"), (server.GetProperty("version").GetString(),
            server.GetProperty("highAvailability").GetProperty("mode").GetString(),
            server.GetProperty("backup").GetProperty("geoRedundantBackup").GetString()));
    }

    [Fact]
    public async Task Zones_and_regions_concern_all_that_keeps_something()
    {
        var prediction = await Templates.OfAsync("zone-redundant");
        var server = prediction.Properties(Server);

        Assert.Equal(("ZoneRedundant", "Enabled"), (
            server.GetProperty("highAvailability").GetProperty("mode").GetString(),
            server.GetProperty("backup").GetProperty("geoRedundantBackup").GetString()));
        Assert.True(prediction.Properties("Microsoft.Web/serverfarms").GetProperty("zoneRedundant").GetBoolean());
        Assert.Equal(["stdata Standard_GZRS", "sthost Standard_ZRS"], prediction.Of("Microsoft.Storage/storageAccounts")
            .Select(account => $"{account.GetProperty("name").GetString()![..6]} "
            + account.GetProperty("sku").GetProperty("name").GetString()).Order());
    }

    [Fact]
    public async Task Everything_that_logs_for_itself_does_so_when_all_is_asked_for()
    {
        var scopes = Diagnosed(await Templates.OfAsync("zone-redundant"));

        Assert.Equal(
            ["blobServices", "blobServices", "flexibleServers", "queueServices", "sites", "tableServices", "vaults",
                "virtualNetworks", "workspaces"],
            scopes);
    }

    [Fact]
    public async Task Who_reads_drops_and_secrets_is_logged_unless_nothing_is_asked_for()
    {
        Assert.Equal(["blobServices", "vaults", "workspaces"], Diagnosed(await Templates.PlainAsync()));
        Assert.Empty(Diagnosed(await Templates.OpenAsync()));
    }

    [Fact]
    public async Task A_budget_says_so_to_the_operators_from_a_day_that_stays_the_same()
    {
        var budget = (await Templates.OfAsync("zone-redundant")).Properties("Microsoft.Consumption/budgets");

        Assert.Equal((250, "2026-12-01T00:00:00Z"), (budget.GetProperty("amount").GetInt32(),
            budget.GetProperty("timePeriod").GetProperty("startDate").GetString()));
        Assert.All(budget.GetProperty("notifications").EnumerateObject(), notification => Assert.Equal(
            "ops@greenery.example", notification.Value.GetProperty("contactEmails")[0].GetString()));
        Assert.Empty((await Templates.PlainAsync()).Of("Microsoft.Consumption/budgets"));
    }

    private static IEnumerable<JsonElement> Links(Prediction prediction) =>
        prediction.Of("Microsoft.Network/privateEndpoints").Select(endpoint => endpoint.GetProperty("properties")
        .GetProperty("privateLinkServiceConnections")[0].GetProperty("properties"));

    private static int Instances(Prediction prediction) => prediction.Properties("Microsoft.Web/sites")
        .GetProperty("functionAppConfig").GetProperty("scaleAndConcurrency").GetProperty("maximumInstanceCount")
        .GetInt32();

    // The kind of resource that each setting is of.
    private static List<string> Diagnosed(Prediction prediction) =>
    [
        .. prediction.Of("Microsoft.Insights/diagnosticSettings").Select(setting => Kind(setting.GetProperty("id")
            .GetString()!.Split("/providers/Microsoft.Insights/")[0].Split('/'))).Order(StringComparer.Ordinal),
    ];

    private static string Kind(string[] scope) => scope[^2];
}
