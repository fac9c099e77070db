namespace Greenery.Runs;

/// <summary>How asking for a run ended.</summary>
/// <param name="RunId">The run's number; the active one's when <paramref name="IsBusy"/>.</param>
/// <param name="State">How it ended.</param>
/// <param name="Message">What to tell people; null when there is nothing to say.</param>
/// <param name="IsBusy">Another run is active, so none was started.</param>
public sealed record RunOutcome(long RunId, RunState State, string? Message, bool IsBusy = false)
{
    /// <summary>It was published without the models that read a refused drop's table.</summary>
    public bool IsPartial { get; init; }
}
