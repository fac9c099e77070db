using Greenery.Runs;

namespace Greenery.Presentation;

/// <summary>States of a run as the terminal, mail, cards and the page say them.</summary>
public static class RunStateText
{
    /// <summary><c>not published: checks failed</c></summary>
    public static string Describe(RunState state) => state switch
    {
        RunState.Published => "published",
        RunState.Unchanged => "nothing new",
        RunState.ChecksFailed => "not published: checks failed",
        RunState.Refused => "not published: refused",
        RunState.Failed => "not published: infrastructure failed",
        RunState.Cancelled => "not published: cancelled",
        RunState.RolledBack => "published, and rolled back since",
        _ => "running",
    };
}
