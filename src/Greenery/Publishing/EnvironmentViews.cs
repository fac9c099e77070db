using Greenery.Models;
using Greenery.Models.Planning;
using Greenery.Warehouse;
using Npgsql;

namespace Greenery.Publishing;

/// <summary>
/// The views of an environment. They are dropped and made anew, with what people attached to them; what others built on
/// them or put beside them stays.
/// </summary>
/// <param name="connection">In a transaction.</param>
/// <param name="name">The environment.</param>
internal sealed class EnvironmentViews(NpgsqlConnection connection, EnvironmentName name)
{
    private readonly ViewExtras _extras = new(connection);

    /// <summary>Makes the views of a plan in place of earlier ones.</summary>
    /// <param name="views">The earlier ones, with their schemas, quoted.</param>
    /// <param name="plan">All models to show, in the order of building.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The models that have a view now; their mart is the environment's schema.</returns>
    /// <exception cref="PublishConflictException">Something of others needs an earlier view, or has the name of a new
    /// one.</exception>
    public async Task<List<Model>> ReplaceAsync(
        IReadOnlyList<string> views, IReadOnlyList<PlannedModel> plan, CancellationToken cancellationToken)
    {
        var there = await ThereAsync(views, cancellationToken);
        foreach (var view in there)
        {
            await _extras.SaveAsync(view, cancellationToken);
        }
        await DropThereAsync(there, cancellationToken);
        return await CreateAsync(plan, cancellationToken);
    }

    /// <summary>Drops views; those that are gone are left out.</summary>
    /// <param name="views">With their schemas, quoted.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="PublishConflictException">Something of others needs one.</exception>
    public async Task DropAsync(IReadOnlyList<string> views, CancellationToken cancellationToken) =>
        await DropThereAsync(await ThereAsync(views, cancellationToken), cancellationToken);

    /// <summary>Drops schemas that are empty.</summary>
    /// <returns>By schema that stays, because something of others is in it: what, in PostgreSQL's words.</returns>
    public async Task<Dictionary<string, string>> DropSchemasAsync(
        IEnumerable<string> schemas, CancellationToken cancellationToken)
    {
        var kept = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var schema in schemas)
        {
            if (await Savepoint.TryAsync(
                connection, $"drop schema if exists {SqlText.Name(schema)}", cancellationToken) is { } why)
            {
                kept.Add(schema, why.Detail ?? why.MessageText);
            }
        }
        return kept;
    }

    private async Task<List<string>> ThereAsync(IReadOnlyList<string> views, CancellationToken cancellationToken)
    {
        // What is saved of them, and what PostgreSQL says of them, then names everything in full.
        await connection.ExecuteAsync("set local search_path to ''", null, cancellationToken);
        return await connection.QueryAsync<string>(
            """
            select view from unnest(@views) as view
            inner join pg_class on oid = to_regclass(view) and relkind = 'v'
            """, new { views = views.ToArray() }, cancellationToken);
    }

    // All at once, since they may read each other.
    private async Task DropThereAsync(List<string> there, CancellationToken cancellationToken)
    {
        if (there.Count == 0)
        {
            return;
        }
        try
        {
            await connection.ExecuteAsync($"drop view {string.Join(", ", there)}", null, cancellationToken);
        }
        catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.DependentObjectsStillExist)
        {
            throw new PublishConflictException(
                $"Something of others was built on environment {name}: {exception.Detail} It shows what it showed "
                + "before. Drop that, and try again.");
        }
    }

    private async Task<List<Model>> CreateAsync(IReadOnlyList<PlannedModel> plan, CancellationToken cancellationToken)
    {
        var models = plan.Select(planned => planned.Model with { Mart = name.SchemaOf(planned.Model.Mart) }).ToList();
        await ForeignObjects.RefuseAsync(connection, models, cancellationToken);
        if (models.Count > 0)
        {
            await connection.ExecuteAsync(
                $"set local search_path to {SqlText.Names(models.Select(model => model.Mart).Distinct())}", null,
                cancellationToken);
        }
        var waiting = plan.Zip(models).ToList();
        // A view of readers may read a model that comes later by now, or what the project has no more.
        for (var before = int.MaxValue; waiting.Count > 0 && waiting.Count < before;)
        {
            before = waiting.Count;
            foreach (var one in waiting.ToArray())
            {
                if (await TryCreateAsync(one.First, one.Second, cancellationToken))
                {
                    waiting.Remove(one);
                }
            }
        }
        var shown = models.Except(waiting.Select(one => one.Second)).ToList();
        foreach (var model in shown)
        {
            await _extras.RestoreAsync(model.QualifiedName, cancellationToken);
        }
        await ViewComments.WriteAsync(connection, shown, cancellationToken);
        return shown;
    }

    private async Task<bool> TryCreateAsync(PlannedModel planned, Model model, CancellationToken cancellationToken)
    {
        var view = $"create view {model.QualifiedName} as "
            + await ModelSql.SelectAsync(connection, planned, cancellationToken);
        return await Savepoint.TryAsync(connection, view, cancellationToken) switch
        {
            null => true,
            { SqlState: PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.UndefinedColumn }
                when planned.IsNotSelected => false,
            var refusal => throw new PublishConflictException(
                $"{planned.Model.File}: {model} cannot be shown: {PostgresMessage.Of(refusal)}."),
        };
    }
}
