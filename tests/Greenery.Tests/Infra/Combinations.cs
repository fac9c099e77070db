namespace Greenery.Tests.Infra;

/// <summary>Sets of parameters, beside the required ones, as lines of a .bicepparam file.</summary>
internal static class Combinations
{
    /// <summary>The resource id of a server in another subscription and group.</summary>
    public const string ServerId = "/subscriptions/33333333-3333-3333-3333-333333333333/resourceGroups/data/"
        + "providers/Microsoft.DBforPostgreSQL/flexibleServers/psql-shop";

    /// <summary>The resource id of a network of another group.</summary>
    public const string NetworkId = "/subscriptions/33333333-3333-3333-3333-333333333333/resourceGroups/network/"
        + "providers/Microsoft.Network/virtualNetworks/spoke";

    private const string Everything = """
        param allowedAddresses = '203.0.113.7, 198.51.100.0/28'
        param uploaderId = '22222222-2222-2222-2222-222222222222'
        param mailFrom = 'data@greenery.example'
        param hasTeams = true
        param hasSignedLinks = true
        """;

    /// <summary>Those that the templates take.</summary>
    public static IReadOnlyDictionary<string, string> All { get; } = new Dictionary<string, string>
    {
        ["plain"] = "",
        ["private"] = Everything,
        ["open"] = Everything + """

            param isPrivate = false
            param databaseConnections = 859
            param maximumInstances = 7
            param diagnostics = 'none'
            """,
        ["existing-server"] = Everything + $"""

            param existingDatabase = '{ServerId}'
            param databaseConnections = 859
            """,
        ["existing-server-by-name"] = $"""
            param existingDatabase = 'data/psql-shop'
            param databaseConnections = 859
            param warehouseName = 'greenery_dev'
            param hasDatabaseEndpoint = false
            """,
        ["existing-network"] = Everything + $"""

            param appSubnetId = '{NetworkId}/subnets/functions'
            param endpointSubnetId = '{NetworkId}/subnets/endpoints'
            param dnsZonesGroupId = '/subscriptions/44444444-4444-4444-4444-444444444444/resourceGroups/dns'
            """,
        ["cluster"] = Everything + """

            param databaseKind = 'cluster'
            param clusterNodes = 4
            param databaseSku = 'Standard_D4ds_v5'
            param databaseTier = 'GeneralPurpose'
            param databaseStorage = 256
            """,
        ["zone-redundant"] = Everything + """

            param isZoneRedundant = true
            param isGeoRedundant = true
            param databaseSku = 'Standard_D2ds_v5'
            param databaseTier = 'GeneralPurpose'
            param diagnostics = 'all'
            param monthlyBudget = 250
            param budgetStart = '2026-12-01'
            """,
    };

    /// <summary>Those that they refuse.</summary>
    public static IReadOnlyDictionary<string, string> Refused { get; } = new Dictionary<string, string>
    {
        ["server"] = """
            param databaseSku = 'Standard_B1ms'
            param isZoneRedundant = true
            param hasDatabaseEndpoint = false
            param monthlyBudget = 100
            param isPrivate = false
            param dnsZonesGroupId = 'dns'
            """,
        ["existing"] = $"""
            param existingDatabase = '/subscriptions/x/servers/psql'
            param appSubnetId = '{NetworkId}/subnets/functions'
            param endpointSubnetId = '{NetworkId}/subnets/functions'
            """,
    };
}
