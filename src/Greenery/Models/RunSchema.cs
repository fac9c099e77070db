using System.Globalization;
using Greenery.Warehouse;
using Npgsql;

namespace Greenery.Models;

/// <summary>
/// The schema <c>run_&lt;n&gt;</c>: one view per model onto this run's version of it. With it in the search path,
/// followed by staging, the bare names of models mean exactly that version.
/// </summary>
public sealed record RunSchema(long RunId)
{
    public string Name => string.Create(CultureInfo.InvariantCulture, $"run_{RunId}");

    /// <summary>What models and checks of this run are resolved by.</summary>
    public string SearchPath => $"{Sql.Name(Name)}, staging";

    /// <summary>Creates the schema, and the views of the models that are not built by this run. Needs a transaction.</summary>
    public async Task CreateAsync(
        NpgsqlConnection connection, IEnumerable<PlannedModel> plan, CancellationToken cancellationToken)
    {
        await connection.RunAsync($"create schema if not exists {Sql.Name(Name)}", null, cancellationToken);
        await connection.RunAsync($"set local search_path to {SearchPath}", null, cancellationToken);
        foreach (var reused in plan.Where(model => model.Action == ModelAction.Reuse))
        {
            var select = reused.IsTable ? $"select * from {Sql.Name("warehouse", reused.TableName)}" : reused.Model.SqlSince(0);
            await connection.RunAsync(CreateView(reused.Model.Name, select), null, cancellationToken);
        }
    }

    /// <summary>The statement that shows a model in this schema.</summary>
    public string CreateView(string model, string select) => $"create or replace view {Sql.Name(Name, model)} as {select}";

    /// <summary>Drops the schemas of runs; nothing that does not belong to them is touched.</summary>
    public static async Task DropAsync(NpgsqlConnection connection, IEnumerable<long> runIds, CancellationToken cancellationToken)
    {
        foreach (var schema in runIds.Select(runId => new RunSchema(runId).Name))
        {
            await connection.RunAsync($"drop schema if exists {Sql.Name(schema)} cascade", null, cancellationToken);
        }
    }
}
