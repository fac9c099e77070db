using Greenery.Alerts.Routing;
using Greenery.Alerts.States;
using Greenery.Models;
using Greenery.Runs;
using Greenery.Warehouse;
using Npgsql;

namespace Greenery.Alerts.Telling;

/// <summary>Tells of runs that have ended: each once, in their order, whoever does it and however often it is tried.</summary>
internal sealed class Teller(PostgresWarehouse warehouse, Router router, TimeProvider time)
{
    private readonly RunReports _reports = new(warehouse);
    private readonly StateBook _book = new(router);

    /// <summary>Catches up with all runs that have ended and were not told yet.</summary>
    /// <returns>How many these were.</returns>
    public async Task<int> TellAsync(CancellationToken cancellationToken)
    {
        var runs = await UntoldAsync(cancellationToken);
        foreach (var run in runs)
        {
            await TellAsync(run, cancellationToken);
        }
        return runs.Count;
    }

    private async Task<List<long>> UntoldAsync(CancellationToken cancellationToken)
    {
        await using var connection = await warehouse.ConnectAsync(cancellationToken);
        return await connection.ListAsync<long>(
            """
            select run_id from ops.run
            where state <> 'running'
                and not exists (select from ops.lease where lease.run_id = run.run_id and expires_at > clock_timestamp() - @Silence)
                and not exists (select from ops.told_run where told_run.run_id = run.run_id)
            order by run_id
            """, new { Watch.Silence }, cancellationToken);
    }

    private async Task TellAsync(long runId, CancellationToken cancellationToken)
    {
        var run = (await _reports.ReadAsync(runId, cancellationToken))!;
        await using var connection = await warehouse.ConnectAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await StateLedger.LockAsync(connection, cancellationToken);
        if (!await MarkAsync(connection, runId, cancellationToken))
        {
            return;
        }
        var occasion = new Occasion(run, time.GetUtcNow().UtcDateTime, await ReaderView.ReadAsync(connection, cancellationToken));
        var findings = RunFindings.Of(run).Concat(await RunFindings.StaleAsync(connection, run, cancellationToken));
        var changes = await _book.TakeAsync(connection, "run", occasion, findings, cancellationToken);
        await NoteAsync(connection, runId, changes, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    private static async Task<bool> MarkAsync(NpgsqlConnection connection, long runId, CancellationToken cancellationToken) =>
        await connection.RunAsync(
            "insert into ops.told_run (run_id) values (@runId) on conflict do nothing", new { runId }, cancellationToken) > 0;

    private static async Task NoteAsync(
        NpgsqlConnection connection, long runId, IReadOnlyList<AlertChange> changes, CancellationToken cancellationToken)
    {
        foreach (var gone in changes.Where(change => change.Change == ChangeKind.Gone))
        {
            var note = $"{gone.Subject}, open for {Durations.Words(gone.ChangedAt - gone.OpenedAt)}, "
                + $"is no longer part of the project: closed.";
            await connection.RunAsync(
                "update ops.run set notes = notes || @note where run_id = @runId", new { note, runId }, cancellationToken);
        }
    }
}
