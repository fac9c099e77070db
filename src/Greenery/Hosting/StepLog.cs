using Greenery.Presentation;
using Greenery.Runs;
using Greenery.Warehouse;
using Microsoft.Extensions.Logging;

namespace Greenery.Hosting;

/// <summary>Writes what happens to steps into a host's log.</summary>
public sealed class StepLog(ILogger<StepLog> log) : IProgress<RunEvent>
{
    public void Report(RunEvent value)
    {
        var runId = value.Step.Lease.RunId;
        switch (value)
        {
            case { Kind: RunEventKind.Retried }:
                log.StepRetried(runId, value.Step.Name, Reason(value));
                break;
            case { Kind: RunEventKind.Failed }:
                log.StepFailed(runId, value.Step.Name, Reason(value));
                break;
            case { Kind: RunEventKind.Done }:
                log.StepDone(runId, value.Step.Name, value.Elapsed.TotalSeconds);
                ReportEnd(value);
                break;
        }
    }

    private static string Reason(RunEvent value) => TerminalText.Escape(value.Error ?? "no reason was given");

    // A run that is published has nothing to add.
    private static string Addition(RunEvent value) =>
        value.Step.Message is { Length: > 0 } message ? " " + TerminalText.Escape(message) : "";

    private void ReportEnd(RunEvent value)
    {
        if (value.Result is not EndResult end)
        {
            return;
        }
        var runId = value.Step.Lease.RunId;
        // The alerts of infra/app/alerts.bicep look for these words.
        var state = end.IsPartial ? "published_in_part" : EnumText.Name(end.State);
        if (RunStates.ExitCode(end.State, end.IsPartial) == 0)
        {
            log.Ended(runId, state, Addition(value));
        }
        else
        {
            log.EndedBadly(runId, state, Addition(value));
        }
    }
}
