using System.Text.Json;

namespace Greenery.Tests.Infra;

/// <summary>
/// Databases for the functions of infra/app/choices.bicep, all worked out by one call of the compiler: a template that
/// makes a resource group for each, whose tags are what the functions return.
/// </summary>
internal static class DatabaseCases
{
    public const string Name = "database-cases";

    private static readonly JsonSerializerOptions _camel = new(JsonSerializerDefaults.Web);

    /// <summary>Every size of infra/database-sizes.json, with its tier and max_connections.</summary>
    public static IReadOnlyDictionary<string, DatabaseSize> Sizes { get; } =
        JsonSerializer.Deserialize<Dictionary<string, DatabaseSize>>(
            File.ReadAllText(Path.Combine(Templates.Folder, "database-sizes.json")), _camel)!;

    /// <summary>Each size as a server and as clusters of 2 and 8 nodes, and what is wrong in one way.</summary>
    public static IReadOnlyDictionary<string, DatabaseChoice> All { get; } = Cases()
        .ToDictionary(each => each.Name, each => each.Choice);

    public static async Task WriteAsync(string folder, string choices, string sizes)
    {
        var cases = JsonSerializer.Serialize(All.Select(each => new { name = each.Key, choice = each.Value }), _camel);
        await File.WriteAllTextAsync(Path.Combine(folder, "cases.json"), cases);
        // The pool that the templates take.
        var pool = File.ReadLines(Path.Combine(Templates.Folder, "main.bicep"))
            .Single(line => line.StartsWith("var pool = ", StringComparison.Ordinal));
        await File.WriteAllTextAsync(Path.Combine(folder, $"{Name}.bicep"), $$"""
            targetScope = 'subscription'

            import { affordableInstances, clientConnections, databaseFaults } from '{{choices}}'

            var cases = loadJsonContent('cases.json')
            var sizes = loadJsonContent('{{sizes}}')
            {{pool}}

            resource groups 'Microsoft.Resources/resourceGroups@2024-11-01' = [
              for each in cases: {
                name: each.name
                location: 'westeurope'
                tags: {
                  instances: string(affordableInstances(each.choice, sizes, pool))
                  clients: string(clientConnections(each.choice, sizes))
                  faults: join(databaseFaults(each.choice, sizes, pool), '\n')
                }
              }
            ]
            """);
        await File.WriteAllTextAsync(Path.Combine(folder, $"{Name}.bicepparam"), $"using '{Name}.bicep'\n");
    }

    private static IEnumerable<(string Name, DatabaseChoice Choice)> Cases()
    {
        foreach (var (sku, size) in Sizes)
        {
            var server = new DatabaseChoice { Sku = sku, Tier = size.Tier };
            yield return (sku, server);
            yield return ($"{sku}-2", server with { Kind = "cluster", Nodes = 2 });
            yield return ($"{sku}-8", server with { Kind = "cluster", Nodes = 8 });
        }
        var usual = new DatabaseChoice();
        yield return ("unknown size", usual with { Sku = "Standard_X1" });
        yield return ("unknown size with connections", usual with { Sku = "Standard_X1", Connections = 429 });
        yield return ("wrong tier", usual with { Tier = "GeneralPurpose" });
        yield return ("too few connections", usual with { Connections = 94 });
        yield return ("just enough connections", usual with { Connections = 95 });
        yield return ("standby of a burstable server", usual with { IsZoneRedundant = true });
        yield return ("name of a cluster's database", usual with { Kind = "cluster", DatabaseName = "shop" });
        yield return ("unreachable server", usual with { HasEndpoint = false });
        yield return ("no server", usual with { Existing = "psql-shop", Connections = 859 });
        yield return ("no id of a server", usual with { Existing = "/subscriptions/s/x", Connections = 859 });
        yield return ("server of unknown size", usual with { Existing = Combinations.ServerId });
        yield return ("server", usual with
        {
            Existing = "data/psql-shop", Connections = 859, Tier = "GeneralPurpose", HasEndpoint = false,
            IsZoneRedundant = true,
        });
    }
}

/// <summary>A line of infra/database-sizes.json.</summary>
internal sealed record DatabaseSize(string Tier, int Connections);

/// <summary>The type of that name in infra/app/choices.bicep.</summary>
internal sealed record DatabaseChoice
{
    public string Existing { get; init; } = "";

    public string Kind { get; init; } = "server";

    public int Nodes { get; init; } = 2;

    public string Sku { get; init; } = "Standard_B2s";

    public string Tier { get; init; } = "Burstable";

    public int Connections { get; init; }

    public string DatabaseName { get; init; } = "";

    public bool IsZoneRedundant { get; init; }

    public bool HasEndpoint { get; init; } = true;
}
