namespace Greenery.Runs;

/// <summary>A run that was found without a process and that was ended, because no process can resume it.</summary>
/// <param name="RunId">Its number.</param>
/// <param name="StartedBy">What had asked for it.</param>
/// <param name="State">How it ended.</param>
/// <param name="IsPartial">It was published without what a refused drop concerns.</param>
/// <param name="Message">Why, in words.</param>
public sealed record EndedRun(long RunId, RunTrigger StartedBy, RunState State, bool IsPartial, string? Message);
