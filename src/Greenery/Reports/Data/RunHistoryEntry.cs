using Greenery.Runs;

namespace Greenery.Reports.Data;

/// <summary>One of the last runs that checked anything: a cell of every check's history.</summary>
public sealed record RunHistoryEntry(long RunId, DateOnly BusinessDate, RunState State, DateTime StartedAt);
