using Greenery.Runs;

namespace Greenery.Functions;

/// <summary>Limits that follow from those in host.json.</summary>
internal static class FunctionLimits
{
    /// <summary>
    /// The longest a statement may take. host.json lets a function take 30 minutes; beyond that the worker is restarted
    /// with everything in it, so a statement has to give up before.
    /// </summary>
    public static readonly TimeSpan Statement = TimeSpan.FromMinutes(25);

    /// <summary>
    /// The connections of an instance at the same time: host.json lets it do four steps, each with its lease's own, and
    /// there are a poll and a request.
    /// </summary>
    public const int Connections = (4 * (StepExecutor.MostConnections + 1)) + 2;

    /// <summary>How often a step is delivered. The steps' own ledger stops earlier, where they are the cause.</summary>
    public const int Deliveries = 8;

    /// <summary>Between the first two deliveries of a step; doubled from one to the next.</summary>
    public static readonly TimeSpan FirstDelay = TimeSpan.FromSeconds(10);

    /// <summary>Between any two; far less than the length of a run's lease that is not renewed.</summary>
    public static readonly TimeSpan LongestDelay = TimeSpan.FromMinutes(2);
}
