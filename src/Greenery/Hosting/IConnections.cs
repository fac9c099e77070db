namespace Greenery.Hosting;

/// <summary>Where a host's warehouse and drops are. The settings say so; a host may have services of its own.</summary>
public interface IConnections
{
    /// <summary>The Npgsql connection string of the warehouse.</summary>
    /// <exception cref="ConfigurationException">It is not set, and this host has no database of its own.</exception>
    /// <exception cref="InfrastructureException">The host's own database does not start.</exception>
    Task<string> WarehouseAsync(CancellationToken cancellationToken);

    /// <summary>The place of the drops, as setting <c>Greenery:Drops</c> takes it.</summary>
    /// <exception cref="ConfigurationException">It is not set, and this host has no storage of its own.</exception>
    /// <exception cref="InfrastructureException">The host's own storage does not start.</exception>
    Task<string> DropsAsync(CancellationToken cancellationToken);
}
