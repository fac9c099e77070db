using Greenery.Alerts;
using Greenery.Runs;
using Greenery.Warehouse;

namespace Greenery.Hosting;

/// <summary>
/// What a host works with. Warehouse and store are opened when they are first needed, and tried again the next time
/// when that failed: a host starts also while its database is down.
/// </summary>
public interface IPipelineHost
{
    GreenerySettings Settings { get; }

    /// <summary>The database's clock, once it was read; until then this machine's.</summary>
    TimeProvider Time { get; }

    Project Project { get; }

    /// <summary>The warehouse, its ledgers up to date.</summary>
    /// <exception cref="InfrastructureException">It cannot be reached.</exception>
    Task<PostgresWarehouse> WarehouseAsync(CancellationToken cancellationToken);

    /// <summary>Reads the clock that schedule and business date go by.</summary>
    /// <exception cref="InfrastructureException">The warehouse cannot be reached.</exception>
    Task<ClockReading> ClockAsync(CancellationToken cancellationToken);

    /// <exception cref="InfrastructureException">Warehouse or store cannot be reached.</exception>
    Task<Pipeline> PipelineAsync(CancellationToken cancellationToken);

    /// <summary>The door to people.</summary>
    /// <exception cref="InfrastructureException">The warehouse cannot be reached.</exception>
    Task<Alerting> AlertingAsync(CancellationToken cancellationToken);
}
