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
    /// <summary>
    /// SQL: views of models name the views of other models bare. Of models that readers see already.
    /// </summary>
    public const string LivePath =
        "select set_config('search_path', "
        + "coalesce((select string_agg(distinct quote_ident(mart), ', ') from ops.live), ''), true)";

    /// <summary>SQL condition on <c>ops.live</c>, by <see cref="Names"/>.</summary>
    private const string IsForgotten = "(mart || '.' || model) <> all (@names)";

    private readonly ViewExtras _extras = new(connection);
    private readonly List<Model> _replaced = [];
    private readonly HashSet<string> _dropped = new(StringComparer.Ordinal);
    private readonly List<(string Mart, string Model, bool IsTable)> _forgotten = [];

    /// <summary>
    /// What has to be replaced to show the versions of a plan, in its order. Views that show theirs already are not
    /// touched, so not locked either.
    /// </summary>
    /// <exception cref="PublishConflictException">An object of a user's has the name of a mart's view.</exception>
    public static async Task<IReadOnlyList<ViewReplacement>> PlanAsync(
        NpgsqlConnection connection, IReadOnlyList<PlannedModel> plan, CancellationToken cancellationToken)
    {
        var shown = await ShownAsync(connection, cancellationToken);
        var changed = plan.Where(planned => !shown.Contains(Key(planned))).ToList();
        await ForeignObjects.RefuseAsync(
            connection, [.. changed.Select(planned => planned.Model)], cancellationToken);
        return await ReplacementsAsync(connection, PathOf(plan), changed, cancellationToken);
    }

    /// <summary>
    /// Shows the versions of a plan that a switch cannot show (<see cref="VersionSwitch"/>), because a view is new or
    /// gets other columns. All locks come first, and fast: while some are held and others are not, a reader and the
    /// publication may wait for each other. A try that fails has written nothing.
    /// </summary>
    /// <param name="plan">All models.</param>
    /// <param name="replacements">What <see cref="PlanAsync"/> found; none where a switch shows them.</param>
    /// <param name="lockTimeout">How long to wait for one view; also how long readers wait for this transaction then.
    /// </param>
    /// <exception cref="PublishConflictException">A user's view needs a column or a model that is gone.</exception>
    public async Task ShowAsync(
        IReadOnlyList<PlannedModel> plan,
        IReadOnlyList<ViewReplacement> replacements,
        TimeSpan lockTimeout,
        CancellationToken cancellationToken)
    {
        string[] locks =
        [
            Cluster.ViewsOnly(connection),
            PathOf(plan),
            LockTry.Limit(lockTimeout),
            .. replacements.Select(view => view.Lock).OfType<string>(),
        ];
        if (!await TryReplaceAllAsync(locks, replacements, cancellationToken))
        {
            await connection.ExecuteBatchAsync(locks, cancellationToken);
            await ReplaceOrDropAsync(plan, replacements, cancellationToken);
        }
        await ForgetAsync(plan, cancellationToken);
        await DropForgottenAsync(_ => true, cancellationToken);
    }

    /// <summary>Writes the descriptions of models as comments on their views.</summary>
    public Task DescribeAsync(IEnumerable<Model> models, CancellationToken cancellationToken) =>
        ViewComments.WriteAsync(connection, [.. models.Concat(_replaced).Distinct()], cancellationToken);

    /// <summary>Whether readers see models that are not in a plan.</summary>
    public static Task<bool> AnyForgottenAsync(
        NpgsqlConnection connection, IReadOnlyList<PlannedModel> plan, CancellationToken cancellationToken) =>
        connection.ExecuteScalarAsync<bool>(
            $"select exists (select from ops.live where {IsForgotten})", Names(plan), cancellationToken);

    /// <summary>As <see cref="LivePath"/>, of models that readers are to see.</summary>
    private static string PathOf(IReadOnlyList<PlannedModel> plan) => "set local search_path to "
        + (plan.Count == 0 ? "''" : SqlText.Names(plan.Select(planned => planned.Model.Mart).Distinct()));

    private static object Names(IReadOnlyList<PlannedModel> plan) =>
        new { names = plan.Select(planned => planned.Model.ToString()).ToArray() };

    private static string Key(PlannedModel planned) =>
        $"{planned.Model} {(planned.IsTable ? planned.TableName : planned.Model.Definition)} {planned.Version}";

    private static async Task<HashSet<string>> ShownAsync(
        NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var shown = await connection.QueryAsync<string>(
            """
            select format('%s.%s %s %s', mart, model, coalesce(table_name, definition), version) from ops.live
            where exists (
                select from pg_class where oid = to_regclass(format('%I.%I', mart, model)) and relkind = 'v')
            """, null, cancellationToken);
        return [.. shown];
    }

    private static async Task<List<ViewReplacement>> ReplacementsAsync(
        NpgsqlConnection connection, string path, IReadOnlyList<PlannedModel> plan,
        CancellationToken cancellationToken)
    {
        var selects = new List<string>();
        foreach (var planned in plan)
        {
            selects.Add(await ModelSql.SelectAsync(connection, planned, cancellationToken));
        }
        var views = plan.Select(planned => planned.Model.QualifiedName).ToArray();
        var kept = await ViewColumns.AreKeptAsync(
            connection, path, views, selects, cancellationToken);
        var shown = await connection.QueryAsync<(string? Column, string Options)>(
            $"""
            select attname::text, {ViewExtras.Options}
            from unnest(@views) with ordinality as wanted (view, place)
            left join pg_class on oid = to_regclass(view) and relkind = 'v'
            left join pg_attribute on attrelid = oid and attnum = 1
            order by place
            """, new { views }, cancellationToken);
        return [.. plan.Select((planned, at) => new ViewReplacement(
            planned.Model, LockOf(views[at], shown[at].Column), shown[at].Options, selects[at], kept[at]))];
    }

    // No column of a mart has a default. "lock table" would lock the tables that a view reads as well, and wait for
    // autovacuum there.
    private static string? LockOf(string view, string? column) =>
        column is null ? null : $"alter view {view} alter column {SqlText.Name(column)} drop default";

    /// <summary>One batch, so that no round trip passes between two locks. False when a view must be dropped.</summary>
    private async Task<bool> TryReplaceAllAsync(
        IEnumerable<string> locks, IReadOnlyList<ViewReplacement> replacements, CancellationToken cancellationToken)
    {
        await transaction.SaveAsync("views", cancellationToken);
        try
        {
            await connection.ExecuteBatchAsync(locks.Concat(replacements.Select(view => view.Sql)), cancellationToken);
            _replaced.AddRange(replacements.Select(view => view.Model));
            return true;
        }
        catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.InvalidTableDefinition)
        {
            await transaction.RollbackAsync("views", cancellationToken);
            return false;
        }
    }

    private async Task ReplaceOrDropAsync(
        IReadOnlyList<PlannedModel> plan,
        IReadOnlyList<ViewReplacement> replacements,
        CancellationToken cancellationToken)
    {
        await ForgetAsync(plan, cancellationToken);
        foreach (var view in replacements)
        {
            await ReplaceOrDropAsync(view, plan, cancellationToken);
        }
        foreach (var planned in plan.Where(planned => _dropped.Contains(planned.Model.Name)))
        {
            var select = await ModelSql.SelectAsync(connection, planned, cancellationToken);
            await ReplaceOrDropAsync(
                new ViewReplacement(planned.Model, Lock: null, Options: "", select, CanSwitch: false), plan,
                cancellationToken);
        }
    }

    private async Task ReplaceOrDropAsync(
        ViewReplacement view, IReadOnlyList<PlannedModel> plan, CancellationToken cancellationToken)
    {
        await transaction.SaveAsync("view", cancellationToken);
        try
        {
            await connection.ExecuteAsync(view.Sql, null, cancellationToken);
        }
        catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.InvalidTableDefinition)
        {
            await transaction.RollbackAsync("view", cancellationToken);
            await DropForgottenAsync(gone => !gone.IsTable, cancellationToken);
            await DropAsync(
                [view.Model, .. await DependantsAsync(view.Model, plan, cancellationToken)], cancellationToken);
            await connection.ExecuteAsync(view.Sql, null, cancellationToken);
        }
        _dropped.Remove(view.Model.Name);
        await _extras.RestoreAsync(view.Model.QualifiedName, cancellationToken);
        _replaced.Add(view.Model);
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
            """, new { view = model.QualifiedName }, cancellationToken);
        return plan.Select(planned => planned.Model)
            .Where(other => other != model && dependants.Contains(other.ToString()));
    }

    private async Task DropAsync(List<Model> models, CancellationToken cancellationToken)
    {
        foreach (var model in models)
        {
            await _extras.SaveAsync(model.QualifiedName, cancellationToken);
            _dropped.Add(model.Name);
        }
        await DropAsync(
            string.Join(", ", models), string.Join(", ", models.Select(model => model.QualifiedName)),
            cancellationToken);
    }

    // A model whose file is gone must not stay visible with the rows of its last day. What a user put in the place of
    // its view is theirs.
    private async Task ForgetAsync(IReadOnlyList<PlannedModel> plan, CancellationToken cancellationToken) =>
        _forgotten.AddRange(await connection.QueryAsync<(string Mart, string Model, bool IsTable)>(
            $"""
            with gone as (
                delete from ops.live where {IsForgotten}
                returning mart, model, table_name is not null as is_table
            )

            select mart, model, is_table from gone
            inner join pg_class on pg_class.oid = to_regclass(format('%I.%I', mart, model)) and relkind = 'v'
            """, Names(plan), cancellationToken));

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
}
