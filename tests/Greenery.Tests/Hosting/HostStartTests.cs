using Greenery.Hosting;
using Greenery.Tests.Support;
using Greenery.Warehouse;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Greenery.Tests.Hosting;

/// <summary>What people hear of a host that cannot start at once.</summary>
public sealed class HostStartTests
{
    [Fact]
    public async Task A_start_that_waits_for_other_sessions_says_for_whom()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        await test.ExecuteAsync("drop schema ops cascade");
        await using var other = await test.Database.Warehouse.ConnectAsync(default);
        await other.ExecuteAsync(
            $"select pg_advisory_lock({await AdvisoryLock.KeyAsync(other, "schema ops", default)})", null, default);
        var said = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var services = new ServiceCollection()
            .AddSingleton<IConnections>(new OwnConnections(test))
            .AddPipelineHost(
                new ConfigurationBuilder().AddInMemoryCollection([new("Greenery:Sql", test.Sql)]).Build(),
                new PipelineHostOptions { Waiting = new Listener(text => said.TrySetResult(text)) })
            .BuildServiceProvider();

        var starting = services.GetRequiredService<PipelineHost>().WarehouseAsync(default);

        Assert.Contains($"process {other.ProcessID} (", await said.Task.WaitAsync(TimeSpan.FromMinutes(1)),
            StringComparison.Ordinal);
        await AdvisoryLock.ReleaseAsync(other);
        await starting;
    }
}
