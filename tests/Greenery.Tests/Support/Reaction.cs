using Greenery.Runs;

namespace Greenery.Tests.Support;

/// <summary>Does something when a run tells of an event, before the run goes on.</summary>
internal sealed class Reaction(Action<RunEvent> react) : IProgress<RunEvent>
{
    public void Report(RunEvent value) => react(value);
}
