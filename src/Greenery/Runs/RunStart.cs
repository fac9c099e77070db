using Greenery.Warehouse;

namespace Greenery.Runs;

/// <summary>What came of asking for a run.</summary>
public abstract record RunStart
{
    /// <summary>A run without a process that had to be ended first; null when there was none.</summary>
    public EndedRun? Earlier { get; init; }

    /// <summary>The run is ours to do.</summary>
    /// <param name="Lease">The right to write.</param>
    public sealed record Started(RunLease Lease) : RunStart;

    /// <summary>A run whose process is gone was found; it is ours to resume. What it has done is done.</summary>
    /// <param name="Lease">The right to write.</param>
    /// <param name="IsAsAsked">Whether it gives what was asked for; otherwise ask again when it has ended.</param>
    public sealed record Resumed(RunLease Lease, bool IsAsAsked) : RunStart
    {
        /// <summary>
        /// What asked for it, where nothing of it was done yet: it takes the place of a run that other SQL had begun.
        /// Null for one that is continued.
        /// </summary>
        public RunTrigger? Begins { get; init; }
    }

    /// <summary>Another run is active.</summary>
    /// <param name="RunId">Its number.</param>
    /// <param name="Host">Where it runs.</param>
    /// <param name="Since">When it was started.</param>
    public sealed record Busy(long RunId, string Host, DateTime Since) : RunStart
    {
        /// <summary>It tries models and publishes nothing.</summary>
        public bool IsTry { get; init; }

        /// <summary>For people.</summary>
        public string Message =>
            $"Run {RunId} is active on {Host} since {Since:u}"
            + $"{(IsTry ? "; it tries models and publishes nothing" : "")}. One run at a time: wait for it, or stop "
            + "it.";
    }

    /// <summary>This was asked before, under the same key.</summary>
    /// <param name="RunId">The run it gave.</param>
    public sealed record Known(long RunId) : RunStart;

    /// <summary>The key was used for another wish.</summary>
    /// <param name="RunId">The run of that wish.</param>
    public sealed record KeyTaken(long RunId) : RunStart;

    /// <summary>Nothing was asked for; a run without a process was ended.</summary>
    public sealed record Ended : RunStart;

    /// <summary>The scheduled run was done meanwhile.</summary>
    public sealed record NotDue : RunStart;
}
