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

    /// <summary>What runs go by now.</summary>
    Project Project { get; }

    /// <summary>Why the project's folder, as it is now, is not taken; empty where it is.</summary>
    IReadOnlyList<Diagnostic> ProjectFaults => [];

    /// <summary>
    /// Takes a project whose folder has changed, from the next run on. A host of one command has no next run.
    /// </summary>
    /// <returns>Whether another project was taken, or found to be wrong.</returns>
    bool RefreshProject() => false;

    /// <summary>The warehouse, its ledgers up to date; of a host that only reads there may be none yet.</summary>
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
