using Greenery.Alerts;
using Greenery.Runs;
using Greenery.Warehouse;

namespace Greenery.Hosting;

/// <summary>Whether readers get what they were promised. Watches the outcome, not the infrastructure.</summary>
/// <param name="IsHealthy">Something was published within the allowed age.</param>
/// <param name="Reasons">What is wrong, in words; empty when nothing is.</param>
/// <param name="Published">The last run that was published; null when none was.</param>
/// <param name="Missing">Scheduled runs of the schedule that are due, oldest first.</param>
/// <param name="Active">The run under way; null when none is.</param>
/// <param name="Warnings">What is to be mended although readers get what they were promised: clocks, a changed project
/// that is wrong, and what keeps people from being notified.</param>
/// <param name="Project">What the next run goes by; <see cref="RunLine.Project"/> is what a run went by.</param>
public sealed record HealthReport(
    bool IsHealthy, IReadOnlyList<string> Reasons, RunLine? Published, IReadOnlyList<ScheduledRun> Missing,
    RunLine? Active, IReadOnlyList<string> Warnings, HealthReport.ProjectState Project)
{
    /// <summary>The project of a host.</summary>
    /// <param name="Name">Null where it has none.</param>
    /// <param name="Hash">The beginning of the hash of its models, checks and metrics.</param>
    public sealed record ProjectState(string? Name, string Hash);

    /// <summary>Asks the ledgers.</summary>
    /// <exception cref="InfrastructureException">They cannot be reached.</exception>
    public static async Task<HealthReport> ReadAsync(IPipelineHost host, CancellationToken cancellationToken)
    {
        var warehouse = await host.WarehouseAsync(cancellationToken);
        var clock = await host.ClockAsync(cancellationToken);
        var now = clock.Now;
        var missing = await new ScheduledRunStore(warehouse, host.Settings.Schedule)
            .MissingAsync(now, cancellationToken);
        await using var connection = await warehouse.ConnectAsync(cancellationToken);
        var published =
            await connection.QueryFirstOrDefaultAsync<RunLine>(
                $"{RunReports.LineSql} where state = 'published' and {RunKinds.IsDaily} "
                + $"and finished_at <= {LatestTime.Sql} order by finished_at desc limit 1", null, cancellationToken);
        var active = await connection.QueryFirstOrDefaultAsync<RunLine>(
            $"{RunReports.LineSql} where state = 'running'", null, cancellationToken);
        var reason = Reason(published, now, host.Settings.MaxAge);
        return new HealthReport(
            reason is null,
            reason is null ? []
                : [reason, .. missing.Select(scheduledRun =>
                $"The business date {scheduledRun.BusinessDate:yyyy-MM-dd} is due since {scheduledRun.At:u}.")],
            published, missing, active,
            [
                .. new[]
                {
                    ClockText.Describe(clock), await FutureRuns.DescribeAsync(connection, cancellationToken),
                }.OfType<string>(),
                .. host.ProjectFaults.Select(fault =>
                    $"The project has changed and is wrong; runs use the one of before: {fault}"),
                .. await DeliveryWarnings.ReadAsync(warehouse, cancellationToken),
            ],
            new ProjectState(host.Project.Name, host.Project.ShortHash));
    }

    private static string? Reason(RunLine? published, DateTimeOffset now, TimeSpan maxAge) => published switch
    {
        null => "No run was published yet.",
        { FinishedAt: { } at } when now.UtcDateTime - at > maxAge =>
            $"No run was published for {(now.UtcDateTime - at).TotalHours:0.0} hours; allowed are "
                + $"{maxAge.TotalHours:0.#} (Greenery:MaxAge).",
        _ => null,
    };
}
