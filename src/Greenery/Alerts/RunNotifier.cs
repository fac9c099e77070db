using Greenery.Alerts.Incidents;
using Greenery.Alerts.Messages;
using Greenery.Alerts.Routing;
using Greenery.Presentation;
using Greenery.Runs;
using Greenery.Warehouse;
using Npgsql;

namespace Greenery.Alerts;

/// <summary>
/// Notifies of ended runs: each once, in their order, whichever process does it and however often it is retried.
/// </summary>
internal sealed class RunNotifier(PostgresWarehouse warehouse, Router router, TimeProvider time)
{
    private readonly RunReports _reports = new(warehouse);
    private readonly IncidentTracker _tracker = new(router);

    /// <summary>Catches up with all runs that have ended and were not notified yet.</summary>
    /// <returns>How many these were.</returns>
    public async Task<int> NotifyAsync(CancellationToken cancellationToken)
    {
        var runs = await PendingAsync(cancellationToken);
        foreach (var run in runs)
        {
            await NotifyAsync(run, cancellationToken);
        }
        return runs.Count;
    }

    private async Task<List<long>> PendingAsync(CancellationToken cancellationToken)
    {
        await using var connection = await warehouse.ConnectAsync(cancellationToken);
        return await connection.QueryAsync<long>(
            $"""
            select run_id from ops.run
            -- Of runs that are as old as that, it is not kept whether people were notified.
            where state <> 'running' and not is_pruned and {RunKinds.IsForReaders}
                and not exists (select from ops.lease where lease.run_id = run.run_id and expires_at > clock_timestamp() - @Silence)
                and not exists (select from ops.notified_run where notified_run.run_id = run.run_id)
            order by run_id
            """, new { SlaMonitor.Silence }, cancellationToken);
    }

    private async Task NotifyAsync(long runId, CancellationToken cancellationToken)
    {
        var run = (await _reports.ReadAsync(runId, cancellationToken))!;
        await using var connection = await warehouse.ConnectAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await IncidentStore.LockAsync(connection, cancellationToken);
        if (!await MarkAsync(connection, runId, cancellationToken))
        {
            return;
        }
        var context = new NotificationContext(
            run, time.GetUtcNow().UtcDateTime, await ReaderView.ReadAsync(connection, cancellationToken));
        var observations = RunObservations.Of(run)
            .Concat(await RunObservations.StaleAsync(connection, run, cancellationToken));
        var changes = await _tracker.RecordAsync(connection, "run", context, observations, cancellationToken);
        await NoteAsync(connection, runId, changes, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    private static async Task<bool> MarkAsync(
        NpgsqlConnection connection, long runId, CancellationToken cancellationToken) =>
        await connection.ExecuteAsync(
            "insert into ops.notified_run (run_id) values (@runId) on conflict do nothing", new { runId },
            cancellationToken) > 0;

    private static async Task NoteAsync(
        NpgsqlConnection connection, long runId, IReadOnlyList<IncidentEvent> changes,
        CancellationToken cancellationToken)
    {
        foreach (var gone in changes.Where(change => change.Change == IncidentEventKind.Removed))
        {
            var note = $"{gone.Subject}, open for {DurationText.Describe(gone.ChangedAt - gone.OpenedAt)}, "
                + $"is no longer part of the project: closed.";
            await connection.ExecuteAsync(
                "update ops.run set notes = notes || @note where run_id = @runId", new { note, runId },
                cancellationToken);
        }
    }
}
