namespace Greenery.LocalServices;

/// <summary>A line of the supervisor's; which of the parts are there says what it is (see supervisor.mjs).</summary>
internal sealed record SupervisorMessage(
    string? State, string? Service, string? Connection, string? Error, string? Progress);
