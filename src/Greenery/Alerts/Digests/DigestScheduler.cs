using Greenery.Alerts.Incidents;
using Greenery.Alerts.Messages;
using Greenery.Alerts.Outbox;
using Greenery.Alerts.Routing;
using Greenery.Runs;
using Greenery.Warehouse;
using Npgsql;

namespace Greenery.Alerts.Digests;

/// <summary>
/// Puts digests into the outbox: one per person and business date, after the date's first run or from a set hour on.
/// Quiet hours are waited for, so that a digest says how things are when it goes out.
/// </summary>
internal sealed class DigestScheduler(PostgresWarehouse warehouse, Project project, Router router, TimeProvider time)
{
    /// <summary>A run that ended longer ago is no news: the alerts may have been set up only now.</summary>
    private static readonly TimeSpan News = TimeSpan.FromDays(2);

    /// <returns>How many digests were written.</returns>
    public async Task<int> WriteAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow().UtcDateTime;
        if (!IsTime(now))
        {
            return 0;
        }
        await using var connection = await warehouse.ConnectAsync(cancellationToken);
        if (await RunAsync(connection, now, cancellationToken) is not { } run
            || (await DueAsync(connection, run.BusinessDate, now, cancellationToken)).Count == 0)
        {
            return 0;
        }
        // Before incidents are locked: the alerts of other processes do not wait for what is read here.
        var shop = await DigestShop.ReadAsync(warehouse, project, cancellationToken);
        var data = await DigestData.ReadAsync(connection, run, shop, now, cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await IncidentStore.LockAsync(connection, cancellationToken);
        // Another process may have written them meanwhile.
        var due = await DueAsync(connection, run.BusinessDate, now, cancellationToken);
        await WriteAsync(connection, due, data, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return due.Count;
    }

    private bool IsTime(DateTime now)
    {
        var settings = router.Settings;
        return settings.HasDigests && router.HasChannels
            && (settings.Quiet?.EndAt(now, settings.Local) ?? now) == now
            && (settings.DigestAt is not { } hour || settings.Local.ToUtc(settings.Local.DateOf(now), hour) <= now);
    }

    // The newest date, not the newest run: a day that is run again later is no news.
    private async Task<RunReport?> RunAsync(
        NpgsqlConnection connection, DateTime now, CancellationToken cancellationToken)
    {
        var runId = await connection.ExecuteScalarAsync<long?>(
            $"""
            select run_id from ops.run inner join ops.notified_run using (run_id)
            where {RunKinds.IsDaily} and state <> 'cancelled' and business_date <= @tomorrow
                and finished_at > @since and finished_at <= {LatestTime.Sql}
            order by business_date desc, run_id desc limit 1
            """,
            new { tomorrow = Tomorrow(now), since = now - News }, cancellationToken);
        return runId is { } run ? await new RunReports(warehouse).ReadAsync(run, cancellationToken) : null;
    }

    private DateOnly Tomorrow(DateTime now) => router.Settings.Local.DateOf(now).AddDays(1);

    private async Task<List<DigestAudience>> DueAsync(
        NpgsqlConnection connection, DateOnly date, DateTime now, CancellationToken cancellationToken)
    {
        // One of a date far ahead was written while the clock was: it is no reason to be silent until then.
        var done = (await connection.QueryAsync<(string Kind, string Address)>(
            "select kind, address from ops.digest where business_date between @date and @tomorrow",
            new { date, tomorrow = Tomorrow(now) }, cancellationToken)).ToHashSet();
        return [.. DigestAudience.AllOf(project, router)
            .Where(interest =>
            !done.Contains((interest.Recipient.Destination.Kind, interest.Recipient.Destination.Address)))];
    }

    private async Task WriteAsync(
        NpgsqlConnection connection, List<DigestAudience> due, DigestData data, CancellationToken cancellationToken)
    {
        var message = new DigestMessage(project, router, data);
        foreach (var interest in due)
        {
            var number = await OutboxWriter.WriteAsync(
                connection,
                new MessageDraft("digest", interest.Recipient, message.Write(interest), [], data.Now, data.Run.RunId),
                data.Now,
                cancellationToken);
            await connection.ExecuteAsync(
                "insert into ops.digest (business_date, kind, address, outbox_id) values (@BusinessDate, @Kind, "
                    + "@Address, @number)",
                new { data.Run.BusinessDate, interest.Recipient.Destination.Kind,
                    interest.Recipient.Destination.Address, number },
                cancellationToken);
        }
    }
}
