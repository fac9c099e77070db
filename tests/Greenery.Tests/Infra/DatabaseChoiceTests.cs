using System.Globalization;

namespace Greenery.Tests.Infra;

/// <summary>
/// How many instances a database affords, and what is refused, by the functions that the templates call.
/// </summary>
public sealed class DatabaseChoiceTests
{
    private const int Pool = 20;
    private const int Groups = 3;

    // What Azure keeps for itself.
    private const int Reserved = 15;

    public static TheoryData<string> Sizes => [.. DatabaseCases.Sizes.Keys];

    [Theory]
    [MemberData(nameof(Sizes))]
    public async Task All_pools_of_all_instances_fit_into_every_size_or_it_is_refused(string sku)
    {
        foreach (var (name, nodes) in new[] { (sku, 1), ($"{sku}-2", 2), ($"{sku}-8", 8) })
        {
            var made = await Templates.DatabaseAsync(name);
            var clients = (DatabaseCases.Sizes[sku].Connections / nodes) - Reserved;
            var instances = int.Parse(made["instances"], CultureInfo.InvariantCulture);

            Assert.Equal($"{Math.Max(0, clients)}", made["clients"]);
            // Never more, and not fewer than fit.
            Assert.True(instances * Pool * Groups <= Math.Max(0, clients) * 3 / 4, name);
            Assert.True((instances + 1) * Pool * Groups > clients * 3 / 4, name);
            Assert.Equal(instances == 0, made["faults"].Contains("leaves clients", StringComparison.Ordinal));
            Assert.Equal(instances > 0, made["faults"].Length == 0);
        }
    }

    [Fact]
    public async Task The_smallest_size_is_refused_in_words() => Assert.Equal(
        "DATABASE_SKU Standard_B1ms leaves clients 35 connections of 50; expected 80 at least: one instance of each of "
        + "3 scaling groups has a pool of 20, and three quarters are the pools'. Set DATABASE_SKU to Standard_B2s or a "
        + "larger size.",
        (await Templates.DatabaseAsync("Standard_B1ms"))["faults"]);

    [Fact]
    public async Task A_cluster_of_many_nodes_divides_what_a_node_takes() => Assert.StartsWith(
        "DATABASE_SKU Standard_B2s, divided by 8 nodes, leaves clients 38 connections of 429; expected 80 at least",
        (await Templates.DatabaseAsync("Standard_B2s-8"))["faults"], StringComparison.Ordinal);

    [Theory]
    [InlineData("unknown size", "DATABASE_SKU is 'Standard_X1', which is not in database-sizes.json")]
    [InlineData("wrong tier", "DATABASE_TIER is GeneralPurpose, and DATABASE_SKU Standard_B2s is of tier Burstable")]
    [InlineData("too few connections", "DATABASE_CONNECTIONS leaves clients 79 connections of 94")]
    [InlineData("standby of a burstable server", "a Burstable server cannot have a standby")]
    [InlineData("name of a cluster's database", "WAREHOUSE_NAME is 'shop', and a cluster")]
    [InlineData("unreachable server", "HAS_DATABASE_ENDPOINT is false")]
    [InlineData("no server", "EXISTING_DATABASE is 'psql-shop'; expected the resource id")]
    [InlineData("no id of a server", "EXISTING_DATABASE is '/subscriptions/s/x'; expected the resource id")]
    [InlineData("server of unknown size", "DATABASE_CONNECTIONS is 0, and the size of an existing server is not known")]
    public async Task What_does_not_go_together_is_said_in_one_sentence_with_what_to_set(string name, string words)
    {
        var fault = Assert.Single((await Templates.DatabaseAsync(name))["faults"].Split('\n'));

        Assert.Contains(words, fault, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("just enough connections", 1)]
    [InlineData("unknown size with connections", 5)]
    [InlineData("server", 10)]
    public async Task What_goes_together_is_not_refused(string name, int instances)
    {
        var made = await Templates.DatabaseAsync(name);

        Assert.Equal(("", $"{instances}"), (made["faults"], made["instances"]));
    }

    // One call of the compiler refuses them all, so that the next is not the next surprise.
    [Theory]
    [InlineData("DATABASE_SKU Standard_B1ms leaves clients 35")]
    [InlineData("IS_ZONE_REDUNDANT is true")]
    [InlineData("HAS_DATABASE_ENDPOINT is false")]
    [InlineData("BUDGET_START is ''")]
    [InlineData("IS_PRIVATE is false, and APP_SUBNET_ID")]
    [InlineData("DNS_ZONES_GROUP_ID is 'dns'")]
    public async Task Everything_wrong_is_said_at_once_before_anything_is_made(string words) =>
        Assert.Contains(words, await Templates.RefusalAsync("server"), StringComparison.Ordinal);

    [Fact]
    public async Task A_place_that_is_none_is_refused_as_such()
    {
        var existing = await Templates.RefusalAsync("existing");

        Assert.Contains("EXISTING_DATABASE is '/subscriptions/x/servers/psql'", existing, StringComparison.Ordinal);
        Assert.Contains("are the same subnet", existing, StringComparison.Ordinal);
    }
}
