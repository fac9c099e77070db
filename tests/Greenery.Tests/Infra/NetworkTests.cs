namespace Greenery.Tests.Infra;

/// <summary>What can be reached from where, with a network of its own and without.</summary>
public sealed class NetworkTests
{
    [Fact]
    public async Task A_private_installation_is_the_default()
    {
        var prediction = await Templates.PlainAsync();

        Assert.Equal(6, prediction.Of("Microsoft.Network/privateEndpoints").Count);
        Assert.All(
            prediction.Of("Microsoft.Storage/storageAccounts").Concat(prediction.Of("Microsoft.KeyVault/vaults")),
            resource => Assert.Equal("Disabled", resource.GetProperty("properties").GetProperty("publicNetworkAccess")
                .GetString()));
        Assert.Empty(prediction.Of("Microsoft.DBforPostgreSQL/flexibleServers/firewallRules"));
        Assert.EndsWith("/subnets/app", prediction.Properties("Microsoft.Web/sites")
            .GetProperty("virtualNetworkSubnetId").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Each_service_the_app_calls_has_its_private_address()
    {
        var endpoints = (await Templates.PrivateAsync()).Of("Microsoft.Network/privateEndpoints")
            .Select(endpoint => endpoint.GetProperty("properties").GetProperty("privateLinkServiceConnections")[0]
            .GetProperty("properties"))
            .Select(link => (
                Of: link.GetProperty("privateLinkServiceId").GetString()!.Split('/')[^1].Split('-')[0][..2],
                Service: link.GetProperty("groupIds")[0].GetString()!));

        Assert.Equal(
            [("kv", "vault"), ("ps", "postgresqlServer"), ("st", "blob"), ("st", "blob"), ("st", "queue"),
                ("st", "table")],
            endpoints.Order());
    }

    [Fact]
    public async Task Listed_addresses_come_in_past_it_but_never_to_the_hosts_account()
    {
        var prediction = await Templates.PrivateAsync();
        var accounts = prediction.Of("Microsoft.Storage/storageAccounts").ToDictionary(
            account => account.GetProperty("name").GetString()![..6], account => account.GetProperty("properties"));

        Assert.Equal("Disabled", accounts["sthost"].GetProperty("publicNetworkAccess").GetString());
        Assert.Equal(
            ["203.0.113.7", "198.51.100.0/28"],
            accounts["stdata"].GetProperty("networkAcls").GetProperty("ipRules").EnumerateArray()
                .Select(rule => rule.GetProperty("value").GetString()));
        Assert.Equal("Deny", accounts["stdata"].GetProperty("networkAcls").GetProperty("defaultAction").GetString());
        Assert.Equal(["203.0.113.7-203.0.113.7", "198.51.100.0-198.51.100.15"], Rules(prediction));
    }

    [Fact]
    public async Task An_open_one_has_no_endpoints_and_lets_Azure_reach_the_database()
    {
        var prediction = await Templates.OpenAsync();

        Assert.Empty(prediction.Of("Microsoft.Network/privateEndpoints"));
        Assert.Equal("0.0.0.0-0.0.0.0", Rules(prediction)[0]);
    }

    private static string[] Rules(Prediction prediction) =>
    [
        .. prediction.Of("Microsoft.DBforPostgreSQL/flexibleServers/firewallRules")
        .Select(rule => rule.GetProperty("properties"))
            .Select(rule =>
            $"{rule.GetProperty("startIpAddress").GetString()}-{rule.GetProperty("endIpAddress").GetString()}"),
    ];
}
