using Greenery.Warehouse;

namespace Greenery.Hosting;

/// <summary>
/// How a host does a run that the ledger has given it. Durable Functions is one way, a task of this process the other.
/// </summary>
public interface IRunLauncher
{
    /// <summary>How long the place is kept for a run until its first step renews the lease.</summary>
    TimeSpan LeaseLength { get; }

    /// <summary>
    /// Whether what was launched for the lease has ended without ending the run: then no process will do the rest, and
    /// another one need not wait until the lease runs out.
    /// </summary>
    Task<bool> IsGoneAsync(RunLease lease, CancellationToken cancellationToken);

    /// <summary>Starts the execution of the run in the background; returns at once.</summary>
    Task LaunchAsync(RunLease lease, CancellationToken cancellationToken);
}
