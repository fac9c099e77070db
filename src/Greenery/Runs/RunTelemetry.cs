using System.Diagnostics;
using System.Diagnostics.Metrics;
using Greenery.Warehouse;

namespace Greenery.Runs;

/// <summary>
/// What OpenTelemetry can collect of runs; who does not listen pays nothing. A host adds the source and the meter by
/// <see cref="Name"/>.
/// </summary>
public static class RunTelemetry
{
    /// <summary>Of the activity source and of the meter.</summary>
    public const string Name = "Greenery";

    private static readonly ActivitySource Source = new(Name);
    private static readonly Meter Meter = new(Name);

    private static readonly Counter<long> Runs =
        Meter.CreateCounter<long>("greenery.runs", "{run}", "Runs that ended, by state.");

    private static readonly Histogram<double> Steps =
        Meter.CreateHistogram<double>(
            "greenery.step.duration", "s", "Time a step took with all its attempts, by kind and outcome.");

    private static readonly Counter<long> Rows =
        Meter.CreateCounter<long>("greenery.rows", "{row}", "Rows of drops, by table and by what became of them.");

    /// <summary>A span around a run that one process executes; null without a listener.</summary>
    public static Activity? StartRun(long runId) => Source.StartActivity("run")?.SetTag("greenery.run_id", runId);

    /// <summary>A span around a step; null without a listener.</summary>
    public static Activity? StartStep(RunStep step) => Source.StartActivity($"step {step.Name}")
        ?.SetTag("greenery.run_id", step.Lease.RunId).SetTag("greenery.step", step.Name);

    /// <summary>Counts a step that is done.</summary>
    public static void Done(RunStep step, object result, TimeSpan elapsed)
    {
        Record(step, "done", elapsed);
        switch (result)
        {
            case EndResult end:
                Runs.Add(1, Tag("state", EnumText.Name(end.State)));
                break;
            case LoadStepResult load:
                Rows.Add(load.Rows - load.Quarantined, Tag("table", step.Subject), Tag("outcome", "accepted"));
                Rows.Add(load.Quarantined, Tag("table", step.Subject), Tag("outcome", "quarantined"));
                break;
        }
    }

    /// <summary>Counts a step that failed, and says so in its span.</summary>
    public static void Failed(RunStep step, Activity? span, string message, TimeSpan elapsed)
    {
        span?.SetStatus(ActivityStatusCode.Error, message);
        Record(step, "failed", elapsed);
    }

    private static void Record(RunStep step, string outcome, TimeSpan elapsed) =>
        Steps.Record(elapsed.TotalSeconds, Tag("kind", step.Kind.ToString().ToLowerInvariant()),
            Tag("outcome", outcome));

    private static KeyValuePair<string, object?> Tag(string name, object? value) => new(name, value);
}
