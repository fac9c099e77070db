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
    /// Creates the schema, and the views of the models that are not built by this run. Needs a transaction.
    /// </summary>
    public async Task CreateAsync(
        NpgsqlConnection connection, IEnumerable<PlannedModel> plan, CancellationToken cancellationToken)
    {
        await connection.ExecuteAsync($"create schema if not exists {SqlText.Name(Name)}", null, cancellationToken);
        await connection.ExecuteAsync($"set local search_path to {SearchPath}", null, cancellationToken);
        foreach (var reused in plan.Where(model => model.Action == ModelAction.Reuse))
        {
            var select = await ModelSql.SelectAsync(connection, reused, cancellationToken);
            await connection.ExecuteAsync(CreateView(reused.Model.Name, select), null, cancellationToken);
        }
    }

    /// <summary>The statement that shows a model in this schema.</summary>
    public string CreateView(string model, string select) =>
        $"create or replace view {SqlText.Name(Name, model)} as {select}";

    /// <summary>Drops a run's schema with its views.</summary>
    public static Task DropAsync(NpgsqlConnection connection, long runId, CancellationToken cancellationToken) =>
        connection.ExecuteAsync($"drop schema if exists {SqlText.Name(new RunSchema(runId).Name)} cascade", null,
            cancellationToken);
}
