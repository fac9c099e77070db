using Greenery.Runs;

namespace Greenery.Presentation;

/// <summary>States of a run as the terminal, mail, cards and the page say them.</summary>
public static class RunStateText
{
    /// <summary><c>not published: checks failed</c></summary>
    /// <param name="state">How it ended.</param>
    /// <param name="isPartial">It was published without some models.</param>
    public static string Describe(RunState state, bool isPartial = false) => state switch
    {
        RunState.Published when isPartial => "published in part",
        RunState.Published => "published",
        RunState.Unchanged => "nothing new",
        RunState.ChecksFailed => "not published: checks failed",
        RunState.Refused => "not published: refused",
        RunState.Failed => "not published: infrastructure failed",
        RunState.Cancelled => "not published: cancelled",
        RunState.Tried => "tried, nothing published",
        RunState.RolledBack => "published, and rolled back since",
        _ => "running",
    };
}
