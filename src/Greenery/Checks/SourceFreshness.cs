using System.Globalization;
using Greenery.Sources;
using Greenery.Warehouse;
using Npgsql;

namespace Greenery.Checks;

/// <summary>
/// How old the newest drop of each source table is, against today where the business is; and whether it is empty.
/// </summary>
public sealed class SourceFreshness(PostgresWarehouse warehouse, IReadOnlyList<SourceTable> sources)
{
    private const string Kind = "freshness";

    /// <summary>How <c>ops.check_result</c> calls the check of a table.</summary>
    public static string IdOf(string table) => $"staging.{table}.{Kind}";

    /// <summary>
    /// Judges every table whose contract says how fresh it has to be, and writes the results. A table that never had a
    /// drop is not judged: it may not be in use yet. A run for an earlier date than today judges no age: what it loads
    /// says nothing of how the feed is now.
    /// </summary>
    /// <param name="lease">The run's.</param>
    /// <param name="today">The date where the business is.</param>
    /// <param name="declared">What the checks of the contract found; written along with it.</param>
    /// <param name="isRefused">Whether a drop of the table was refused: neither its age nor what it holds stops a run,
    /// since the models that read it keep their version anyway.</param>
    /// <param name="cancellationToken">Writes nothing.</param>
    /// <returns>How many were judged; what stops the run; how many warn.</returns>
    public async Task<(int Checks, IReadOnlyList<string> Failures, int Warnings)> CheckAsync(
        RunLease lease, DateOnly today, IReadOnlyList<CheckResult> declared, Predicate<string> isRefused,
        CancellationToken cancellationToken)
    {
        await using var connection = await warehouse.ConnectAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var isCurrent = await IsCurrentAsync(connection, lease, today, cancellationToken);
        var newest = (await connection.QueryAsync<(string Table, DateOnly Date)>(
            "select table_name, max(drop_date) from ops.drop where state in ('loaded', 'same_content') group by "
                + "table_name",
            null, cancellationToken)).ToDictionary(row => row.Table, row => row.Date, StringComparer.Ordinal);
        var judged = sources.Where(source => isCurrent && source.Freshness is not null)
            .Select(source => Judge(source, today, newest.TryGetValue(source.Name, out var date) ? date : null))
            .ToList();
        await connection.ExecuteAsync(
            """
            delete from ops.failing_row where (run_id, check_id) in (
                select run_id, check_id from ops.check_result where run_id = @RunId and mart = 'staging' and check_id <> @Id);
            delete from ops.check_result where run_id = @RunId and mart = 'staging' and check_id <> @Id
            """,
            new { lease.RunId, UnloadedFiles.Id }, cancellationToken);
        foreach (var result in declared)
        {
            await CheckResultStore.WriteAsync(connection, lease.RunId, result, cancellationToken);
        }
        foreach (var result in judged)
        {
            await connection.ExecuteAsync(
                """
                insert into ops.check_result (run_id, check_id, mart, model, column_name, kind, severity, status,
                    rows_looked_at, rows_failing, message)
                values (@RunId, @Id, 'staging', @Table, null, @Kind, @severity, @Status, @looked, @failing, @Message)
                """,
                new
                {
                    lease.RunId,
                    Id = IdOf(result.Table),
                    result.Table,
                    Kind,
                    severity = result.Status == CheckStatus.Fail ? Severity.Error : Severity.Warn,
                    result.Status,
                    looked = result.Status == CheckStatus.NotEvaluated ? 0 : 1,
                    failing = result.Status is CheckStatus.Warn or CheckStatus.Fail ? 1 : 0,
                    result.Message,
                },
                cancellationToken);
        }
        // One message for one cause: where the rows of a drop are compared, no row is a finding already.
        var isFound = declared.Where(result => result is { Check.Rule: DropRowsRule, Status: CheckStatus.Warn }
            || (result.Check.Rule is DropRowsRule && result.StopsRun)).Select(result => result.Check.Model.Name);
        var empty = await EmptyDrops.NoteAsync(
            connection, lease.RunId, sources.Where(source => !isFound.Contains(source.Name)), cancellationToken);
        await lease.VerifyAsync(connection, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return (
            judged.Count + declared.Count + empty,
            [
                .. judged.Where(result => result.Status == CheckStatus.Fail && !isRefused(result.Table))
                    .Select(result => result.Message),
                .. declared.Where(result => result.StopsRun && !isRefused(result.Check.Model.Name))
                    .Select(result => result.Message),
            ],
            judged.Count(result => result.Status == CheckStatus.Warn)
                + declared.Count(result => result.Status == CheckStatus.Warn) + empty);
    }

    // The last scheduled run is for now, also when it starts after midnight; one that is made up for is not.
    private static Task<bool> IsCurrentAsync(
        NpgsqlConnection connection, RunLease lease, DateOnly today, CancellationToken cancellationToken) =>
        connection.ExecuteScalarAsync<bool>(
            """
            select coalesce(requested_date >= @today, true) or (scheduled_at is not null and not exists (
                select from ops.scheduled_run where scheduled_run.scheduled_at > run.scheduled_at))
            from ops.run where run_id = @RunId
            """, new { today, lease.RunId }, cancellationToken);

    private static Judgement Judge(SourceTable source, DateOnly today, DateOnly? newest)
    {
        if (newest is not { } date)
        {
            return new Judgement(
                source.Name, CheckStatus.NotEvaluated, $"{Kind} of staging.{source.Name}: it never had a drop");
        }
        var age = TimeSpan.FromDays(Math.Max(0, today.DayNumber - date.DayNumber));
        var (status, limit) = source.Freshness switch
        {
            { ErrorAfter: { } error } when age > error => (CheckStatus.Fail, error),
            { WarnAfter: { } warn } when age > warn => (CheckStatus.Warn, warn),
            _ => (CheckStatus.Pass, default(TimeSpan?)),
        };
        var words = string.Create(CultureInfo.InvariantCulture,
            $"{Kind} of staging.{source.Name}: the newest drop is of {date:yyyy-MM-dd}, "
                + $"{(age.TotalDays == 1 ? "1 day" : $"{age.TotalDays:0} days")} before {today:yyyy-MM-dd}");
        return new Judgement(source.Name, status, limit is { } most
            ? string.Create(CultureInfo.InvariantCulture, $"{words}; expected at most {most.TotalDays:0.##}") : words);
    }

    private sealed record Judgement(string Table, CheckStatus Status, string Message);
}
