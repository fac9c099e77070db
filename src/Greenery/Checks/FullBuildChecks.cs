using System.Diagnostics;
using System.Globalization;
using Greenery.Models;
using Greenery.Models.Building;
using Greenery.Models.Planning;
using Greenery.Warehouse;
using Npgsql;

namespace Greenery.Checks;

/// <summary>
/// Compares incremental models now and then with what a full build would give (<c>Greenery:Verify</c>), before a run
/// loads anything. A model that differs is built in full by the run, and again checked by the next one.
/// </summary>
/// <param name="warehouse">The database.</param>
/// <param name="catalogue">The project's models.</param>
/// <param name="schedule">How often, and how much.</param>
public sealed class FullBuildChecks(PostgresWarehouse warehouse, ModelCatalogue catalogue, VerifySchedule schedule)
{
    // What is not compared by then waits for the next run: a host may give a step half an hour.
    private static readonly TimeSpan MostTime = TimeSpan.FromMinutes(10);

    /// <summary>How <c>ops.check_result</c> calls the check of a model.</summary>
    public static string IdOf(Model model) => $"{model}.{WarehouseState.FullBuildCheck}";

    /// <summary>
    /// Whether a model is to be what a full build gives. Others may keep on purpose what rows said when they came.
    /// </summary>
    public static bool IsJudged(Model model) => model.IsByKey;

    /// <summary>
    /// Compares the models that are due, those first that wait longest. Nothing is written of one that cannot be
    /// compared now: the next run tries again. A run does not fail for it.
    /// </summary>
    /// <returns>How many were compared.</returns>
    public async Task<int> RunAsync(RunLease lease, CancellationToken cancellationToken)
    {
        await using var connection = await warehouse.ConnectAsync(cancellationToken);
        if (schedule.Every is not { } every)
        {
            await EndAsync(connection, lease, cancellationToken);
            return 0;
        }
        var (compared, watch) = (0, Stopwatch.StartNew());
        foreach (var model in await DueAsync(connection, every, cancellationToken))
        {
            if (watch.Elapsed > MostTime)
            {
                break;
            }
            compared += await TryCompareAsync(connection, model, lease, cancellationToken) ? 1 : 0;
        }
        return compared;
    }

    private async Task<bool> TryCompareAsync(
        NpgsqlConnection connection, Model model, RunLease lease, CancellationToken cancellationToken)
    {
        try
        {
            var results = await new ModelVerifier(warehouse, catalogue, MostTime)
                .RunAsync([model], schedule.Percent, lease.RunId, cancellationToken);
            if (results is not [{ Skipped: null } result])
            {
                return false;
            }
            await WriteAsync(connection, lease, result, cancellationToken);
            return true;
        }
        catch (PostgresException exception)
        {
            await RunNotes.AddAsync(connection, lease.RunId,
                $"{model} was not compared with a full build: {PostgresMessage.Of(exception)}. The next run tries "
                + "again; compare fewer of its keys (Greenery:Verify:Percent), or none (Greenery:Verify:EveryDays: 0).",
                cancellationToken);
            return false;
        }
    }

    // Since a table was built in full, or was last compared; at once where that found a difference for the first time.
    private async Task<List<Model>> DueAsync(
        NpgsqlConnection connection, TimeSpan every, CancellationToken cancellationToken)
    {
        var due = await connection.QueryAsync<string>(
            $"""
            select live.model
            from ops.live
            left join lateral (
                select status, run.started_at, lead(status) over (order by run_id desc) as status_before
                from ops.check_result as result
                inner join ops.run using (run_id)
                where result.check_id = live.mart || '.' || live.model || '.' || @FullBuildCheck
                    and run.started_at <= {LatestTime.Sql}
                order by run_id desc
                limit 1
            ) as last on true
            left join lateral (
                select min(run_model.started_at) as started_at
                from ops.run_model
                where run_model.table_name = live.table_name and action = 'build' and not is_delta
                    and run_model.started_at <= {LatestTime.Sql}
            ) as built on true
            where (last.status = 'warn' and last.status_before is distinct from 'warn')
                or coalesce(greatest(last.started_at, built.started_at), '-infinity') <= clock_timestamp() - @every
            order by greatest(last.started_at, built.started_at) nulls first
            """, new { WarehouseState.FullBuildCheck, every }, cancellationToken);
        return [.. due.Select(catalogue.Find).OfType<Model>().Where(IsJudged)];
    }

    // A warning that is not looked at again would stay for good.
    private static async Task EndAsync(NpgsqlConnection connection, RunLease lease, CancellationToken cancellationToken)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await connection.ExecuteAsync(
            """
            insert into ops.check_result (run_id, check_id, mart, model, kind, severity, status, rows_looked_at,
                rows_failing, message)
            select @RunId, check_id, mart, model, kind, severity, 'not_evaluated', 0, 0,
                kind || ' on ' || mart || '.' || model || ': Greenery:Verify:EveryDays is 0'
            from (
                select distinct on (check_id) * from ops.check_result where kind = @FullBuildCheck
                order by check_id, run_id desc
            ) as last
            where status = 'warn'
            on conflict (run_id, check_id) do nothing
            """, new { lease.RunId, WarehouseState.FullBuildCheck }, cancellationToken);
        await lease.VerifyAsync(connection, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    private async Task WriteAsync(
        NpgsqlConnection connection, RunLease lease, VerifiedModel result, CancellationToken cancellationToken)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await connection.ExecuteAsync(
            """
            delete from ops.failing_row where run_id = @RunId and check_id = @id;
            insert into ops.check_result (run_id, check_id, mart, model, kind, severity, status, rows_looked_at,
                rows_failing, message)
            values (@RunId, @id, @Mart, @Name, @FullBuildCheck, 'warn', @status, @Rows, @failing, @message)
            on conflict (run_id, check_id) do update
            set status = excluded.status, rows_looked_at = excluded.rows_looked_at,
                rows_failing = excluded.rows_failing, message = excluded.message;
            insert into ops.failing_row (run_id, check_id, ordinal, failing_row)
            select @RunId, @id, place, key::jsonb from unnest(@keys) with ordinality as other (key, place)
            """,
            new
            {
                lease.RunId, id = IdOf(result.Model), result.Model.Mart, result.Model.Name,
                WarehouseState.FullBuildCheck, status = result.Differs ? "warn" : "pass", result.Rows,
                failing = result.Missing + result.Excess, message = Describe(result), keys = result.Keys.ToArray(),
            }, cancellationToken);
        await lease.VerifyAsync(connection, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    private string Describe(VerifiedModel result)
    {
        var share = schedule.Percent >= 100 ? ""
            : string.Create(CultureInfo.InvariantCulture, $" ({schedule.Percent:0.###}% of the keys)");
        var found = result.Differs
            ? string.Create(CultureInfo.InvariantCulture,
                $"{result.Missing:n0} rows of a full build are missing and {result.Excess:n0} are too many among ")
            : "no difference from a full build among ";
        var advice = result.Differs
            ? "; expected the rows of a full build. This run builds the model in full. Tell its authors: an input or "
                + "its key may be wrong in its config" : "";
        return $"{WarehouseState.FullBuildCheck} on {result.Model}: {found}"
            + string.Create(CultureInfo.InvariantCulture, $"{result.Rows:n0} rows") + share + advice;
    }
}
