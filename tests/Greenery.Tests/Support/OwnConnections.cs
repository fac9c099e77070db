using Greenery.Hosting;

namespace Greenery.Tests.Support;

/// <summary>A host's own services: a test's database and drops.</summary>
internal sealed class OwnConnections(TestWarehouse test) : IConnections
{
    public Task<string> WarehouseAsync(CancellationToken cancellationToken) =>
        Task.FromResult(test.Database.ConnectionString);

    public Task<string> DropsAsync(CancellationToken cancellationToken) => Task.FromResult(test.Drops);
}
