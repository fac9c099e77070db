using System.Globalization;
using Greenery.Warehouse;
using Npgsql;

namespace Greenery.Models.Planning;

/// <summary>
/// The schema <c>run_&lt;n&gt;</c>: one view per model onto this run's version of it. With it in the search path,
/// followed by staging, the bare names of models mean exactly that version.
/// </summary>
public sealed record RunSchema(long RunId)
{
    public string Name => string.Create(CultureInfo.InvariantCulture, $"run_{RunId}");

    /// <summary>What models and checks of this run are resolved by.</summary>
    public string SearchPath => $"{SqlText.Name(Name)}, staging";

    /// <summary>
    /// Creates the schema, and the views of the models that are not built by this run. A held model is not in it: no
    /// version of it goes with this run's. Needs a transaction.
    /// </summary>
    public async Task CreateAsync(
        NpgsqlConnection connection, IEnumerable<PlannedModel> plan, CancellationToken cancellationToken)
    {
        await connection.ExecuteAsync(
            $"""
            {Cluster.ViewsOnly(connection)};
            create schema if not exists {SqlText.Name(Name)};
            set local search_path to {SearchPath}
            """, null, cancellationToken);
        foreach (var reused in plan.Where(model => model is { Action: ModelAction.Reuse, IsHeld: false }))
        {
            var view = CreateView(
                reused.Model.Name, await ModelSql.SelectAsync(connection, reused, cancellationToken));
            if (reused.IsNotSelected)
            {
                await Savepoint.TryAsync(connection, view, null, ReadsWhatIsGone, cancellationToken);
            }
            else
            {
                await connection.ExecuteAsync(view, null, cancellationToken);
            }
        }
    }

    // A view of before may read what the project has no more, or has made to read it. Then nothing that is tried needs
    // it; what does is refused when it is built.
    private static bool ReadsWhatIsGone(PostgresException refusal) =>
        refusal.SqlState is PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.UndefinedColumn;

    /// <summary>The statement that shows a model in this schema.</summary>
    public string CreateView(string model, string select) =>
        $"create or replace view {SqlText.Name(Name, model)} as {select}";

    /// <summary>
    /// Drops a run's schema with the views the run made, by their names. What something of others depends on stays, and
    /// so does what others made in the schema. Needs a transaction.
    /// </summary>
    /// <returns>What depends on what stays, in PostgreSQL's words; empty when the schema is gone.</returns>
    public static async Task<IReadOnlyList<string>> DropAsync(
        NpgsqlConnection connection, long runId, CancellationToken cancellationToken)
    {
        var schema = new RunSchema(runId).Name;
        var views = await connection.QueryAsync<string>(
            """
            select model from ops.run_model
            inner join pg_class on oid = to_regclass(format('%I.%I', @schema, model)) and relkind = 'v'
            where run_id = @runId
            """, new { schema, runId }, cancellationToken);
        var kept = new List<string>();
        // A view that is still needed by another one of the run's goes in a later round.
        for (var left = int.MaxValue; views.Count > 0 && views.Count < left;)
        {
            left = views.Count;
            kept.Clear();
            foreach (var view in views.ToArray())
            {
                if (await TryDropAsync(connection, $"view {SqlText.Name(schema, view)}", cancellationToken) is { } need)
                {
                    kept.Add(need);
                }
                else
                {
                    views.Remove(view);
                }
            }
        }
        var drop = $"schema if exists {SqlText.Name(schema)}";
        if (views.Count == 0 && await TryDropAsync(connection, drop, cancellationToken) is { } other)
        {
            kept.Add(other);
        }
        return kept;
    }

    private static async Task<string?> TryDropAsync(
        NpgsqlConnection connection, string what, CancellationToken cancellationToken)
    {
        var refused = await Savepoint.TryAsync(
            connection, $"drop {what}", null,
            refusal => refusal.SqlState == PostgresErrorCodes.DependentObjectsStillExist, cancellationToken);
        return refused?.Detail ?? refused?.MessageText;
    }
}
