using Greenery.Warehouse;
using Npgsql;

namespace Greenery.Alerts.Incidents;

/// <summary>
/// <c>ops.incident_report</c>: which hosts find a channel or a setting wrong. Hosts that share a database may have
/// different settings, so what one finds right says nothing of another's: an incident of settings is over when no host
/// reports it any more. Whether a channel takes messages is the same for all that have it. A host that has not repeated
/// its report for <see cref="Silence"/> is gone, and reports nothing. Within the transaction of the connection, which
/// has to hold the lock of <see cref="IncidentStore"/>.
/// </summary>
internal sealed class HostReports
{
    /// <summary>
    /// A host that is not more than a daily run and what follows it reports once a day; this is the time that health
    /// allows for a run by default.
    /// </summary>
    public static readonly TimeSpan Silence = TimeSpan.FromHours(26);

    private readonly NpgsqlConnection _connection;
    private readonly string _host;
    private readonly DateTime _now;
    private readonly ILookup<string, HostReport> _reports;

    private HostReports(NpgsqlConnection connection, string host, DateTime now, IEnumerable<HostReport> reports)
    {
        (_connection, _host, _now) = (connection, host, now);
        _reports = reports.ToLookup(report => report.Subject, StringComparer.Ordinal);
    }

    /// <param name="connection">In a transaction.</param>
    /// <param name="host">The host that reports now.</param>
    /// <param name="now">UTC.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<HostReports> ReadAsync(
        NpgsqlConnection connection, string host, DateTime now, CancellationToken cancellationToken) =>
        new(connection, host, now, await connection.QueryAsync<HostReport>(
            "select subject, host, reported_at, is_of_settings from ops.incident_report", null, cancellationToken));

    /// <summary>Whether the settings of another host, which is there still, are wrong.</summary>
    public bool IsOfOthers(string subject) => Others(subject).Any(report => report.IsOfSettings);

    /// <summary>
    /// Whether this host may say that something is no longer in the settings: it said that it was wrong, or who said so
    /// is gone. One without any channel, such as a command on a laptop, knows nothing of what others said.
    /// </summary>
    public bool MayRemove(string subject, bool hasChannels) =>
        !Others(subject).Any() && (hasChannels || _reports[subject].Any());

    /// <summary>
    /// Takes down what this host found wrong, or that it does not find it so any more.
    /// </summary>
    /// <returns>What becomes of incidents: without what another host still finds wrong.</returns>
    public async Task<IReadOnlyList<Observation>> TakeAsync(
        IEnumerable<Observation> observations, CancellationToken cancellationToken)
    {
        var taken = new List<Observation>();
        foreach (var found in observations)
        {
            if (found is { Kind: IncidentKind.Channel or IncidentKind.Setting, Level: not IncidentSeverity.Ok })
            {
                await _connection.ExecuteAsync(
                    """
                    insert into ops.incident_report (subject, host, reported_at, is_of_settings)
                    values (@Subject, @_host, @_now, @IsOfSettings)
                    on conflict (subject, host) do update
                    set reported_at = excluded.reported_at, is_of_settings = excluded.is_of_settings
                    """, new { found.Subject, _host, _now, found.IsOfSettings }, cancellationToken);
            }
            else if (_reports.Contains(found.Subject))
            {
                await WithdrawAsync(found.Subject, cancellationToken);
            }
            if (found.Level != IncidentSeverity.Ok || !IsOfOthers(found.Subject))
            {
                taken.Add(found);
            }
        }
        return taken;
    }

    /// <summary>This host does not say any more that something is wrong.</summary>
    public Task WithdrawAsync(string subject, CancellationToken cancellationToken) => _connection.ExecuteAsync(
        """
        delete from ops.incident_report
        where subject = @subject and (host = @_host or reported_at <= @_now - @Silence)
        """,
        new { subject, _host, _now, Silence }, cancellationToken);

    private IEnumerable<HostReport> Others(string subject) =>
        _reports[subject].Where(report => report.Host != _host && report.ReportedAt > _now - Silence);

    private sealed record HostReport(string Subject, string Host, DateTime ReportedAt, bool IsOfSettings);
}
