using Greenery.Warehouse;

namespace Greenery.Runs;

/// <summary>How far a step of a run is, as <c>ops.step</c> has it.</summary>
[StoredAsText]
public enum RecordedStepState
{
    Running,
    Done,
    Failed,
}
