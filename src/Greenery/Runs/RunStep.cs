using Greenery.Warehouse;

namespace Greenery.Runs;

/// <summary>The kinds of step, in the order they come.</summary>
public enum StepKind
{
    /// <summary>Staging tables as the contract has them; models and checks as PostgreSQL accepts them.</summary>
    Verify,

    /// <summary>What is to load.</summary>
    Discover,

    /// <summary>The drops of one source table, one after the other.</summary>
    Load,

    /// <summary>What is to build.</summary>
    Plan,

    /// <summary>One model.</summary>
    Build,

    /// <summary>The checks of one model.</summary>
    Check,

    /// <summary>All marts, at once.</summary>
    Publish,

    /// <summary>The key figures.</summary>
    Measure,

    /// <summary>Drops what is no longer needed.</summary>
    CleanUp,

    /// <summary>Saves the run's final state.</summary>
    End,

    /// <summary>The page on the state of the data; after the end, so that it shows it.</summary>
    Report,

    /// <summary>Messages to people; after the report, so that they can point to it.</summary>
    Tell,
}

/// <summary>One step of a run. It carries names only; everything else is read from the database.</summary>
/// <param name="Kind">What is to be done.</param>
/// <param name="Lease">The run, and its right to write.</param>
/// <param name="Subject">The source table or model; for <see cref="StepKind.End"/> the state to end in.</param>
/// <param name="Message">For <see cref="StepKind.End"/> what to tell; null otherwise.</param>
public sealed record RunStep(StepKind Kind, RunLease Lease, string? Subject = null, string? Message = null)
{
    /// <summary>The subject of the check of all source tables.</summary>
    public const string Staging = "staging";

    /// <summary>Unique within a run: <c>load:orders</c>.</summary>
    public string Name =>
        Kind.ToString().ToLowerInvariant() + (Subject is null || Kind == StepKind.End ? "" : $":{Subject}");
}
