namespace Greenery.Runs;

/// <summary>What came of asking for a run.</summary>
public abstract record RunStart
{
    /// <summary>The run is ours.</summary>
    public sealed record Started(RunHold Hold) : RunStart;

    /// <summary>Another run is active.</summary>
    /// <param name="RunId">Its number.</param>
    /// <param name="Host">Where it runs.</param>
    /// <param name="Since">When it was started.</param>
    public sealed record Busy(long RunId, string Host, DateTime Since) : RunStart;
}
