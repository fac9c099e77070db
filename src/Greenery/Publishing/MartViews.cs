using Greenery.Models;
using Greenery.Models.Planning;
using Greenery.Warehouse;
using Npgsql;

namespace Greenery.Publishing;

/// <summary>
/// Points the views of the marts to versions of their models. A view is replaced where PostgreSQL allows it (columns
/// the same, or added after), so that views people built on it keep working; otherwise it is dropped, never with
/// cascade, and made anew with what people attached to it. Needs a transaction.
/// </summary>
internal sealed class MartViews(NpgsqlConnection connection, NpgsqlTransaction transaction)
{
    private readonly ViewExtras _extras = new(connection);
    private readonly HashSet<string> _dropped = new(StringComparer.Ordinal);
    private readonly List<(string Mart, string Model, bool IsTable)> _forgotten = [];

    /// <summary>
    /// Shows the versions of a plan; views that show theirs already are not touched, so not locked either.
    /// </summary>
    /// <exception cref="PublishConflictException">A user's view needs a column or a model that is gone, or an
    /// object of theirs has the name of a mart's view.</exception>
    public async Task ShowAsync(IReadOnlyList<PlannedModel> plan, CancellationToken cancellationToken)
    {
        await connection.ExecuteAsync($"set local search_path to {string.Join(", ", Marts.InOrder)}", null,
            cancellationToken);
        var shown = await ShownAsync(cancellationToken);
        await ForeignObjects.RefuseAsync(
            connection, [.. plan.Where(planned => !shown.Contains(Key(planned))).Select(planned => planned.Model)],
            cancellationToken);
        await ForgetAsync(plan, cancellationToken);
        foreach (var planned in plan.Where(planned => !shown.Contains(Key(planned))))
        {
            await ShowAsync(planned, plan, cancellationToken);
        }
        foreach (var planned in plan.Where(planned => _dropped.Contains(planned.Model.Name)))
        {
            await ShowAsync(planned, plan, cancellationToken);
        }
        await DropForgottenAsync(_ => true, cancellationToken);
    }

    private static string Key(PlannedModel planned) =>
        $"{planned.Model} {(planned.IsTable ? planned.TableName : planned.Model.Definition)} {planned.Version}";

    private async Task<HashSet<string>> ShownAsync(CancellationToken cancellationToken)
    {
        var shown = await connection.QueryAsync<string>(
            """
            select format('%s.%s %s %s', mart, model, coalesce(table_name, definition), version) from ops.live
            where exists (
                select from pg_class where oid = to_regclass(format('%I.%I', mart, model)) and relkind = 'v')
            """, null, cancellationToken);
        return [.. shown];
    }

    private async Task ShowAsync(
        PlannedModel planned, IReadOnlyList<PlannedModel> plan, CancellationToken cancellationToken)
    {
        var model = planned.Model;
        var options = await _extras.OptionsAsync(ViewName(model), cancellationToken);
        var create = $"create or replace view {ViewName(model)} {options} as "
            + $"{await ModelSql.SelectAsync(connection, planned, cancellationToken)}";
        await transaction.SaveAsync("view", cancellationToken);
        try
        {
            await connection.ExecuteAsync(create, null, cancellationToken);
        }
        catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.InvalidTableDefinition)
        {
            await transaction.RollbackAsync("view", cancellationToken);
            await DropForgottenAsync(gone => !gone.IsTable, cancellationToken);
            await DropAsync([model, .. await DependantsAsync(model, plan, cancellationToken)], cancellationToken);
            await connection.ExecuteAsync(create, null, cancellationToken);
        }
        _dropped.Remove(model.Name);
        await _extras.RestoreAsync(ViewName(model), cancellationToken);
        await DescribeAsync(model, cancellationToken);
    }

    // By what the database knows: a model may have read this one yesterday and not today.
    private async Task<IEnumerable<Model>> DependantsAsync(
        Model model, IReadOnlyList<PlannedModel> plan, CancellationToken cancellationToken)
    {
        var dependants = await connection.QueryAsync<string>(
            """
            with recursive dependant as (
                select to_regclass(@view)::oid as oid
                union
                select ev_class from dependant
                inner join pg_depend on refclassid = 'pg_class'::regclass and refobjid = dependant.oid
                inner join pg_rewrite on classid = 'pg_rewrite'::regclass and objid = pg_rewrite.oid
            )

            select format('%s.%s', nspname, relname) from dependant
            inner join pg_class using (oid)
            inner join pg_namespace on pg_namespace.oid = relnamespace
            """, new { view = ViewName(model) }, cancellationToken);
        return plan.Select(planned => planned.Model)
            .Where(other => other != model && dependants.Contains(other.ToString()));
    }

    private async Task DropAsync(List<Model> models, CancellationToken cancellationToken)
    {
        foreach (var model in models)
        {
            await _extras.SaveAsync(ViewName(model), cancellationToken);
            _dropped.Add(model.Name);
        }
        await DropAsync(string.Join(", ", models), string.Join(", ", models.Select(ViewName)), cancellationToken);
    }

    // A model whose file is gone must not stay visible with the rows of its last day.
    private async Task ForgetAsync(IReadOnlyList<PlannedModel> plan, CancellationToken cancellationToken) =>
        _forgotten.AddRange(await connection.QueryAsync<(string Mart, string Model, bool IsTable)>(
            """
            delete from ops.live where (mart || '.' || model) <> all (@names)
            returning mart, model, table_name is not null
            """,
            new { names = plan.Select(planned => planned.Model.ToString()).ToArray() }, cancellationToken));

    // All at once, since they may read each other. Those of tables go last: a view that is still to be replaced may
    // read them. Those that were views themselves may have to go sooner: they may read a view that is made anew.
    private async Task DropForgottenAsync(
        Func<(string Mart, string Model, bool IsTable), bool> which, CancellationToken cancellationToken)
    {
        var gone = _forgotten.Where(which).ToList();
        if (gone.Count > 0)
        {
            _forgotten.RemoveAll(gone.Contains);
            await DropAsync(
                string.Join(", ", gone.Select(model => $"{model.Mart}.{model.Model}")),
                string.Join(", ", gone.Select(model => SqlText.Name(model.Mart, model.Model))),
                cancellationToken);
        }
    }

    private async Task DropAsync(string models, string views, CancellationToken cancellationToken)
    {
        try
        {
            await connection.ExecuteAsync($"drop view if exists {views}", null, cancellationToken);
        }
        catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.DependentObjectsStillExist)
        {
            throw new PublishConflictException(
                $"{models}: a column was taken away or has another type, or the model's file is gone, so its view "
                + $"must be dropped, but it is needed: {exception.Detail} Nothing was published. "
                + "Change or drop what depends on it, or undo the change, and run again.");
        }
    }

    private async Task DescribeAsync(Model model, CancellationToken cancellationToken)
    {
        var columns = await connection.QueryAsync<string>(
            "select attname::text from pg_attribute where attrelid = to_regclass(@view) and attnum > 0",
            new { view = ViewName(model) }, cancellationToken);
        // What the properties do not describe may have a comment of someone else's.
        var comments = model.Columns.Where(column => columns.Contains(column.Name))
            .Select(column => (Place: $"column {ViewName(model)}.{SqlText.Name(column.Name)}", column.Description))
            .Prepend((Place: $"view {ViewName(model)}", model.Description))
            .Where(comment => comment.Description.Length > 0)
            .Select(comment => $"comment on {comment.Place} is {SqlText.Literal(comment.Description)}")
            .ToArray();
        if (comments.Length > 0)
        {
            await connection.ExecuteAsync(string.Join(";\n", comments), null, cancellationToken);
        }
    }

    private static string ViewName(Model model) => SqlText.Name(model.Mart, model.Name);
}
