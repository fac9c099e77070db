using System.Globalization;
using Greenery.Alerts.Incidents;
using Greenery.Alerts.Messages;
using Greenery.Alerts.Routing;
using Greenery.Presentation;
using Greenery.Runs;
using Greenery.Warehouse;
using Npgsql;

namespace Greenery.Alerts;

/// <summary>
/// Finds what no run can report, because none is active: a missed SLA, a run whose process is silent, a report that was
/// not written, and settings that are wrong.
/// </summary>
internal sealed class SlaMonitor(PostgresWarehouse warehouse, Router router, TimeProvider time)
{
    /// <summary>
    /// A run's lease is renewed three times a minute; a host that is slow for a while raises no alert.
    /// </summary>
    public static readonly TimeSpan Silence = TimeSpan.FromMinutes(10);

    private readonly IncidentTracker _tracker = new(router);

    /// <summary>Checks all of that, writes the notifications to the outbox, and adds reminders.</summary>
    /// <returns>How many changes there were.</returns>
    public async Task<int> CheckAsync(CancellationToken cancellationToken)
    {
        await using var connection = await warehouse.ConnectAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await IncidentStore.LockAsync(connection, cancellationToken);
        var context = new NotificationContext(
            null, time.GetUtcNow().UtcDateTime, await ReaderView.ReadAsync(connection, cancellationToken));
        Observation?[] observations =
        [
            await CheckSlaAsync(connection, context, cancellationToken),
            await SilentRunAsync(connection, cancellationToken),
            await ReportObservation.ReadAsync(connection, router.Settings, cancellationToken),
            .. await SettingObservations.ReadAsync(connection, router.Settings, context.Now, cancellationToken),
        ];
        var changes = await _tracker.RecordAsync(
            connection, "poll", context, observations.OfType<Observation>(), cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return changes.Count;
    }

    private async Task<Observation?> CheckSlaAsync(
        NpgsqlConnection connection, NotificationContext context, CancellationToken cancellationToken)
    {
        if (router.Settings.DeliverBy is not { } hour)
        {
            return null;
        }
        var local = router.Settings.Local;
        var due = local.Last(hour, context.Now);
        var before = local.Last(hour, due.AddMinutes(-1));
        var seen = await connection.QueryFirstOrDefaultAsync<(DateTime? Published, DateTime? Installed)>(
            $"""
            select
                (
                    select max(finished_at) from ops.run
                    where state in ('published', 'rolled_back') and {RunKinds.IsDaily} and finished_at <= {LatestTime.Sql}
                ),
                (select min(applied_at) from ops.migration)
            """, null, cancellationToken);
        if (seen.Published > before)
        {
            return new Observation(IncidentKeys.Sla, IncidentKind.Sla, IncidentSeverity.Ok, "Something was published.");
        }
        // The SLA is not missed until the warehouse has existed for a whole day.
        return seen.Installed > before ? null : new Observation(
            IncidentKeys.Sla,
            IncidentKind.Sla,
            IncidentSeverity.Error,
            string.Create(CultureInfo.InvariantCulture,
                $"Nothing was published by {hour:HH:mm} ({local.Zone.Id}) on {local.DateOf(due):yyyy-MM-dd}, the SLA "
                    + $"time. ")
            + await LastRunAsync(connection, before, cancellationToken));
    }

    private static async Task<string> LastRunAsync(
        NpgsqlConnection connection, DateTime since, CancellationToken cancellationToken)
    {
        var last = await connection.QueryFirstOrDefaultAsync<(long RunId, RunState State, string? Message)?>(
            "select run_id, state, message from ops.run where started_at > @since "
                + $"and {RunKinds.IsForReaders} order by run_id desc limit 1",
                new { since }, cancellationToken);
        return last is not { } run
            ? "No run was started since the day before."
            : $"The last run, {run.RunId}: {RunStateText.Describe(run.State)}"
            + $"{(run.Message is { } message ? $". {message}" : ".")}";
    }

    private static async Task<Observation?> SilentRunAsync(
        NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var silent = await connection.QueryFirstOrDefaultAsync<(long RunId, string Host, DateTime LastHeard)?>(
            $"""
            select run.run_id, host, expires_at from ops.run inner join ops.lease using (run_id)
            where state = 'running' and {RunKinds.IsForReaders} and expires_at < clock_timestamp() - @Silence
            """, new { Silence }, cancellationToken);
        return silent is not { } run ? null : new Observation(
            IncidentKeys.Run,
            IncidentKind.Run,
            IncidentSeverity.Error,
            string.Create(CultureInfo.InvariantCulture,
                $"Run {run.RunId} on {run.Host} has not been heard of since {run.LastHeard:yyyy-MM-dd HH:mm} UTC; "
                    + $"its process seems to have died. The next poll or run resumes it."));
    }
}
