using Greenery.Models;
using Greenery.Models.Planning;
using Greenery.Warehouse;
using Npgsql;

namespace Greenery.Checks;

/// <summary>
/// Keeps what the checks of a run found, with failing rows, in <c>ops.check_result</c> and <c>ops.failing_row</c>.
/// </summary>
public sealed class CheckResultStore(PostgresWarehouse warehouse)
{
    /// <summary>Writes a model's results; written again, they replace the earlier ones. Fenced by the lease.</summary>
    public async Task WriteAsync(
        RunLease lease, Model model, IReadOnlyList<CheckResult> results, CancellationToken cancellationToken) =>
        await WriteAsync(lease, model, results, counted: null, cancellationToken);

    /// <summary>As the other, with what was counted of the version.</summary>
    internal async Task WriteAsync(
        RunLease lease, Model model, IReadOnlyList<CheckResult> results, CountedVersion? counted,
        CancellationToken cancellationToken)
    {
        await using var connection = await warehouse.ConnectAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await connection.ExecuteAsync(
            """
            delete from ops.failing_row where (run_id, check_id) in (
                select run_id, check_id from ops.check_result
                where run_id = @RunId and model = @Name and kind <> @FullBuildCheck);
            delete from ops.check_result where run_id = @RunId and model = @Name and kind <> @FullBuildCheck
            """,
            new { lease.RunId, model.Name, WarehouseState.FullBuildCheck },
            cancellationToken);
        foreach (var result in results)
        {
            await WriteAsync(connection, lease.RunId, result, cancellationToken);
            if (result.Taken.Count > 0)
            {
                await CheckValueStore.WriteAsync(
                    connection, lease.RunId, result.Check.Id, result.Taken, cancellationToken);
            }
        }
        if (counted is not null)
        {
            await CheckCounts.WriteAsync(connection, counted, results, cancellationToken);
        }
        await lease.VerifyAsync(connection, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    /// <summary>Writes one result in a transaction that the caller fences.</summary>
    internal static Task<int> WriteAsync(
        NpgsqlConnection connection, long runId, CheckResult result, CancellationToken cancellationToken) =>
        connection.ExecuteAsync(
            """
            insert into ops.check_result (run_id, check_id, mart, model, column_name, kind, severity, status,
                rows_looked_at, rows_failing, message, rows_counted, counted_where)
            values (@runId, @Id, @Mart, @Name, @Column, @Kind, @Severity, @Status, @LookedAt, @Failing, @Message,
                @Counted, case when @Counted::bigint is not null then @where::text end);
            insert into ops.failing_row (run_id, check_id, ordinal, failing_row)
            select @runId, @Id, ordinal, row_text::jsonb
            from unnest(@offenders) with ordinality as offender (row_text, ordinal)
            """,
            new
            {
                runId,
                result.Check.Id,
                result.Check.Model.Mart,
                result.Check.Model.Name,
                result.Check.Column,
                result.Check.Kind,
                result.Check.Severity,
                result.Status,
                result.LookedAt,
                result.Failing,
                result.Message,
                result.Counted,
                where = result.Check.Where ?? "",
                offenders = result.Offenders.ToArray(),
            },
            cancellationToken);
}
