using System.Globalization;
using Greenery.Alerts.Routing;
using Greenery.Alerts.States;
using Greenery.Alerts.Telling;
using Greenery.Models;
using Greenery.Warehouse;
using Npgsql;

namespace Greenery.Alerts.Sending;

/// <summary>Tells on the other channels of one that keeps failing, and when it works again.</summary>
internal sealed class ChannelWatch(PostgresWarehouse warehouse, Router router, TimeProvider time)
{
    private const int FailuresInARow = 5;

    private const int TitlesShown = 5;

    private static readonly TimeSpan FailingFor = TimeSpan.FromHours(1);

    private readonly StateBook _book = new(router);

    /// <returns>Whether there is something to tell.</returns>
    public async Task<bool> LookAsync(CancellationToken cancellationToken)
    {
        await using var connection = await warehouse.ConnectAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await StateLedger.LockAsync(connection, cancellationToken);
        var occasion = new Occasion(null, time.GetUtcNow().UtcDateTime, await ReaderView.ReadAsync(connection, cancellationToken));
        var findings = new List<Finding>();
        foreach (var channel in await connection.ListAsync<Health>(
            """
            select channel as "Channel", failures_in_a_row as "Failures", failing_since as "Since", last_error as "Error"
            from ops.alert_channel order by channel
            """, null, cancellationToken))
        {
            findings.AddRange(await JudgeAsync(connection, channel, occasion.Now, cancellationToken));
        }
        var changes = await _book.TakeAsync(connection, "channel", occasion, findings, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return changes.Count > 0;
    }

    private static async Task<IEnumerable<Finding>> JudgeAsync(
        NpgsqlConnection connection, Health channel, DateTime now, CancellationToken cancellationToken)
    {
        var subject = Subjects.OfChannel(channel.Channel);
        if (channel.Since is not { } since)
        {
            return [new Finding(subject, SubjectKind.Channel, AlertLevel.Ok, "It takes messages.")];
        }
        if (channel.Failures < FailuresInARow && now - since < FailingFor)
        {
            return [];
        }
        var titles = await connection.ListAsync<string>(
            """
            select title from ops.outbox
            where channel = @Channel and state <> 'accepted' and coalesce(ended_at, @now) >= @since
            order by outbox_id
            """,
            new { channel.Channel, since, now }, cancellationToken);
        var words = string.Create(CultureInfo.InvariantCulture,
            $"{Figures.Count(channel.Failures, "attempt")} in a row failed since {since:yyyy-MM-dd HH:mm} UTC. "
            + $"The last answer: {channel.Error}");
        return [new Finding(subject, SubjectKind.Channel, AlertLevel.Error, $"{words} {Undelivered(titles)}")];
    }

    private static string Undelivered(List<string> titles) => titles.Count == 0 ? "" :
        $"Not delivered: {string.Join("; ", titles.Take(TitlesShown))}"
        + (titles.Count > TitlesShown ? $"; and {titles.Count - TitlesShown} more." : ".");

    private sealed record Health(string Channel, int Failures, DateTime? Since, string? Error);
}
