using Greenery.Hosting;
using Greenery.Hosting.Api;
using Greenery.Tests.Support;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Greenery.Tests.Hosting;

/// <summary>The services that every host is built from.</summary>
public sealed class PipelineServicesTests
{
    [Fact]
    public async Task A_host_with_services_of_its_own_opens_and_migrates_them_once()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        await using var services = new ServiceCollection()
            .AddSingleton<IConnections>(new OwnConnections(test)).AddPipelineHost(Configuration(test))
            .BuildServiceProvider();
        var host = services.GetRequiredService<PipelineHost>();

        var opened = await Task.WhenAll(
            host.WarehouseAsync(CancellationToken.None), host.WarehouseAsync(CancellationToken.None));

        Assert.Same(opened[0], opened[1]);
        Assert.Same(opened[0], await host.DatabaseAsync(CancellationToken.None));
        await using var connection = await opened[0].ConnectAsync(CancellationToken.None);
        Assert.Equal(test.Database.Name, connection.Database);
        Assert.Same(host, services.GetRequiredService<IPipelineHost>());
    }

    [Fact]
    public async Task A_host_without_services_of_its_own_says_which_setting_is_missing()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        await using var services = new ServiceCollection().AddPipelineHost(Configuration(test)).BuildServiceProvider();
        var host = services.GetRequiredService<IPipelineHost>();

        var warehouse = await Assert.ThrowsAsync<ConfigurationException>(() =>
            host.WarehouseAsync(CancellationToken.None));
        var drops = await Assert.ThrowsAsync<ConfigurationException>(() =>
            services.GetRequiredService<PipelineHost>().DropsAsync(CancellationToken.None));

        Assert.Equal("Greenery:Warehouse", warehouse.Diagnostics.Single().Place);
        Assert.StartsWith("is not set; this host starts nothing of its own.", warehouse.Diagnostics.Single().Message,
            StringComparison.Ordinal);
        Assert.Equal("Greenery:Drops", drops.Diagnostics.Single().Place);
    }

    [Fact]
    public async Task Disposing_of_the_services_closes_the_warehouse()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        var services = new ServiceCollection()
            .AddSingleton<IConnections>(new OwnConnections(test)).AddPipelineHost(Configuration(test)).AddRunsApi()
            .BuildServiceProvider();
        // The container knows the host by two names and disposes of it twice.
        _ = services.GetRequiredService<RunsApi>();
        var warehouse = await services.GetRequiredService<PipelineHost>().WarehouseAsync(CancellationToken.None);

        await services.DisposeAsync();

        await Assert.ThrowsAnyAsync<ObjectDisposedException>(() => warehouse.ConnectAsync(CancellationToken.None));
    }

    private static IConfigurationRoot Configuration(TestWarehouse test) => new ConfigurationBuilder()
        .AddInMemoryCollection(new Dictionary<string, string?> { ["Greenery:Sql"] = test.Sql }).Build();
}
