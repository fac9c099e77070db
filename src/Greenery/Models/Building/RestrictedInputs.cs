using Greenery.Warehouse;
using Npgsql;

namespace Greenery.Models.Building;

/// <summary>
/// Lets the names of a model's inputs mean the rows of some keys only, until the end of the transaction: as work
/// tables, which hide all others of their name, and of which PostgreSQL knows how few rows they have.
/// </summary>
/// <param name="connection">In a transaction whose search path finds the inputs.</param>
/// <param name="model">A model by key.</param>
/// <param name="tableOf">
/// The table, quoted, with its schema, that has the rows of an input; null for none. On a cluster its rows stay on
/// their nodes.
/// </param>
internal sealed class RestrictedInputs(
    NpgsqlConnection connection, Model model, Func<ModelInput, string?>? tableOf = null)
{
    private const string Restricted = "_restricted";

    /// <param name="keys">The keys, in <see cref="TouchedTable.Name"/>.</param>
    /// <param name="cancellationToken">Stops the statements.</param>
    public async Task CreateAsync(KeyMatch keys, CancellationToken cancellationToken)
    {
        foreach (var input in model.Inputs.Where(input => !input.IsLookup))
        {
            await CreateAsync(input, keys, cancellationToken);
        }
    }

    private async Task CreateAsync(ModelInput input, KeyMatch keys, CancellationToken cancellationToken)
    {
        var name = SqlText.Name(input.Name);
        var table = tableOf?.Invoke(input);
        // Where rows are that a view computes is not known.
        var distribution = table is null ? null : await Cluster.FindAsync(connection, table, cancellationToken);
        distribution ??= model.Distribution is null ? null : Distribution.Reference;
        await WorkTables.CreateEmptyAsync(
            connection, Restricted, $"select * from {name}", distribution, table, cancellationToken);
        foreach (var join in keys.Joins("i", input.Key))
        {
            await connection.ExecuteAsync(
                $"""
                insert into {Restricted}
                select i.* from {TouchedTable.Name} inner join {name} as i on {join}{OfHistory(input)}
                """, null, cancellationToken);
        }
        await connection.ExecuteAsync(
            $"alter table {Restricted} rename to {name}; analyze {name}", null, cancellationToken);
    }

    // A history is computed from drops: only a condition, and no join, keeps PostgreSQL from doing so for all keys.
    private string OfHistory(ModelInput input) =>
        model.Models.Contains(input.Name) || model.Sources.Contains(input.Name) ? ""
        : string.Concat(input.Key.Zip(model.RebuildKey).Select(pair => $" and i.{SqlText.Name(pair.First)} = any(array("
            + $"select {SqlText.Name(pair.Second)} from {TouchedTable.Name}))"));
}
