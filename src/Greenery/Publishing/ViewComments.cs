using Greenery.Models;
using Greenery.Warehouse;
using Npgsql;

namespace Greenery.Publishing;

/// <summary>
/// The descriptions of models and their columns as comments on the views that readers see. What the properties do not
/// describe may have a comment of someone else's, which stays.
/// </summary>
internal static class ViewComments
{
    private static readonly TimeSpan LockTimeout = TimeSpan.FromMilliseconds(800);

    // Readers take no lock that is in the way of a comment; what does is a change of the view itself.
    private const int Attempts = 3;

    /// <summary>Writes the comments that differ from the descriptions. Needs a transaction.</summary>
    public static async Task WriteAsync(
        NpgsqlConnection connection, IReadOnlyList<Model> models, CancellationToken cancellationToken)
    {
        if (await ChangesAsync(connection, models, cancellationToken) is { Count: > 0 } changes)
        {
            await connection.ExecuteBatchAsync(changes, cancellationToken);
        }
    }

    /// <summary>
    /// Writes them for the models that readers see as the project has them: of others, the description is of a version
    /// that is yet to be published.
    /// </summary>
    /// <returns>False when others held locks on the views.</returns>
    public static async Task<bool> RefreshAsync(
        PostgresWarehouse warehouse, IReadOnlyList<Model> models, RunLease lease, CancellationToken cancellationToken)
    {
        await using var connection = await warehouse.ConnectAsync(cancellationToken);
        for (var attempt = 1; attempt <= Attempts; attempt++)
        {
            var shown = await ShownAsync(connection, models, cancellationToken);
            var changes = await ChangesAsync(connection, shown, cancellationToken);
            if (changes.Count == 0 || await LockTry.RunAsync(connection, async (_, token) =>
            {
                await connection.ExecuteBatchAsync([LockTry.Limit(LockTimeout), .. changes], token);
                await lease.VerifyAsync(connection, token);
            }, cancellationToken))
            {
                return true;
            }
        }
        return false;
    }

    private static async Task<List<Model>> ShownAsync(
        NpgsqlConnection connection, IReadOnlyList<Model> models, CancellationToken cancellationToken)
    {
        var shown = await connection.QueryAsync<string>(
            "select format('%s.%s %s', mart, model, definition) from ops.live", null, cancellationToken);
        return [.. models.Where(model => shown.Contains($"{model} {model.Definition}"))];
    }

    private static async Task<List<string>> ChangesAsync(
        NpgsqlConnection connection, IReadOnlyList<Model> models, CancellationToken cancellationToken)
    {
        if (models.Count == 0)
        {
            return [];
        }
        // Of views only: what a user put in the place of one is theirs. Column 0 is the view itself.
        var comments = await connection.QueryAsync<(string View, string? Column, string? Comment)>(
            """
            select view, attname::text, case when attname is null then obj_description(pg_class.oid, 'pg_class')
                else col_description(pg_class.oid, attnum) end
            from unnest(@views) as view
            inner join pg_class on pg_class.oid = to_regclass(view) and relkind = 'v'
            inner join (
                select attrelid, attname, attnum from pg_attribute where attnum > 0 and not attisdropped
                union all
                select oid, null, 0 from pg_class
            ) as described on attrelid = pg_class.oid
            """, new { views = models.Select(model => model.QualifiedName).Distinct().ToArray() }, cancellationToken);
        var found = comments.ToDictionary(line => (line.View, line.Column ?? ""), line => line.Comment ?? "");
        return [.. models.SelectMany(model => Changes(model, found))];
    }

    private static IEnumerable<string> Changes(Model model, Dictionary<(string View, string Column), string> found)
    {
        var view = model.QualifiedName;
        return model.Columns
            .Select(column => (column.Name, Place: $"column {view}.{SqlText.Name(column.Name)}", column.Description))
            .Prepend((Name: "", Place: $"view {view}", model.Description))
            .Where(wanted => wanted.Description.Length > 0
                && found.TryGetValue((view, wanted.Name), out var comment) && comment != wanted.Description)
            .Select(wanted => $"comment on {wanted.Place} is {SqlText.Literal(wanted.Description)}");
    }
}
