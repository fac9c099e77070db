using Greenery.Models;
using Greenery.Warehouse;
using Npgsql;

namespace Greenery.Checks;

/// <summary>
/// Warns of a table that has no row where an earlier published run had some: every check of it passes, for want of a
/// row to look at. A model that may be empty says so (<c>config: may_be_empty: true</c>).
/// </summary>
public static class EmptiedModels
{
    private const string Kind = "emptied";

    /// <summary>How <c>ops.check_result</c> calls the check of a model.</summary>
    public static string IdOf(Model model) => $"{model}.{Kind}";

    /// <summary>Whether the model is judged: the rows of a view are not counted.</summary>
    public static bool IsJudged(Model model) =>
        !model.MayBeEmpty && model.Materialization != Materialization.View;

    /// <summary>
    /// Writes down which tables of a run are empty, and which of those that were have rows again; for the others
    /// nothing. In the transaction that publishes, once their rows are counted.
    /// </summary>
    public static Task<int> NoteAsync(
        NpgsqlConnection connection, long runId, IEnumerable<Model> models, CancellationToken cancellationToken) =>
        connection.ExecuteAsync(
            """
            insert into ops.check_result (run_id, check_id, mart, model, kind, severity, status, rows_looked_at,
                rows_failing, message)
            select run_id, mart || '.' || model || '.' || @Kind, mart, model, @Kind, 'warn',
                case when total_rows = 0 then 'warn' else 'pass' end, 1, case when total_rows = 0 then 1 else 0 end,
                @Kind || ' on ' || mart || '.' || model || ': ' || case when total_rows > 0 then 'it has rows again'
                    else format('it has no row, and had %s in run %s; expected some. Look at its SQL and its sources, or set '
                        'may_be_empty: true in its config', last_rows, last_run) end
            from ops.run_model
            cross join lateral (
                select earlier.run_id as last_run, earlier.total_rows as last_rows
                from ops.run_model as earlier
                inner join ops.run on run.run_id = earlier.run_id and state = 'published'
                where earlier.model = run_model.model and earlier.run_id < @runId and earlier.total_rows > 0
                order by earlier.run_id desc
                limit 1
            ) as last
            where run_id = @runId and model = any(@names) and (total_rows = 0 or (
                select status from ops.check_result as result
                where result.check_id = run_model.mart || '.' || run_model.model || '.' || @Kind
                order by result.run_id desc
                limit 1
            ) = 'warn')
            """,
            new { runId, Kind, names = models.Where(IsJudged).Select(model => model.Name).ToArray() },
            cancellationToken);
}
