using Greenery.Presentation;
using Greenery.Runs;
using Microsoft.Extensions.Logging;

namespace Greenery.Hosting;

/// <summary>Writes what happens to steps into a host's log.</summary>
public sealed class StepLog(ILogger<StepLog> log) : IProgress<RunEvent>
{
    // Of the reports of a load, which are a second apart.
    private const int Every = 30;

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
            case { Result: RowsRead { Count: var count, Rows: var rows } } when count % Every == 0:
                var seconds = value.Elapsed.TotalSeconds;
                log.RowsRead(runId, value.Step.Name, rows, seconds, (long)(rows / seconds));
                break;
            case { Kind: RunEventKind.Done }:
                log.StepDone(runId, value.Step.Name, value.Elapsed.TotalSeconds);
                ReportEnd(value);
                break;
        }
    }

    private static string Reason(RunEvent value) => TerminalText.Escape(value.Error ?? "no reason was given");

    private void ReportEnd(RunEvent value)
    {
        if (value.Result is not EndResult end)
        {
            return;
        }
        log.EndedAs(value.Step.Lease.RunId, end.State, end.IsPartial, value.Step.Message);
    }
}
