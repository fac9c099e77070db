using Greenery.Runs;
using Greenery.Warehouse;

namespace Greenery.Hosting;

/// <summary>What a host demands of the services it uses.</summary>
public sealed record PipelineHostOptions
{
    /// <summary>
    /// The longest a statement may take; shorter than the host's own limit for a step. Null, the default, for no limit.
    /// </summary>
    public TimeSpan? StatementTimeout { get; init; }

    /// <summary>
    /// The connections to the database that the host needs at the same time; by default those of a run in this process
    /// and one to look for what is due.
    /// </summary>
    public int LeastConnections { get; init; } = LocalOrchestration.MostConnections + 1;

    /// <summary>
    /// Whether the host changes nothing in the database, so that a role may serve it that can only read: the ops schema
    /// is not brought up to date. Default false.
    /// </summary>
    public bool IsReadOnly { get; init; }

    /// <summary>How long the database may be silent while work without a lease waits for it.</summary>
    public TimeSpan LongestSilence { get; init; } = SilenceLimit.Usual;
}
