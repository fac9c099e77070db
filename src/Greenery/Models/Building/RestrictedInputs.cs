using Greenery.Warehouse;
using Npgsql;

namespace Greenery.Models.Building;

/// <summary>
/// Lets the names of a model's inputs mean the rows of some keys only, until the end of the transaction: as temporary
/// tables, which hide all others of their name, and of which PostgreSQL knows how few rows they have.
/// </summary>
/// <param name="connection">In a transaction whose search path finds the inputs.</param>
/// <param name="model">A model by key.</param>
internal sealed class RestrictedInputs(NpgsqlConnection connection, Model model)
{
    /// <param name="keys">The keys, in <see cref="KeyedDelta.Touched"/>.</param>
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
        await connection.ExecuteAsync(
            $"create temp table _restricted on commit drop as select * from {name} limit 0", null, cancellationToken);
        foreach (var join in keys.Joins("i", input.Key))
        {
            await connection.ExecuteAsync(
                $"""
                insert into pg_temp._restricted
                select i.* from pg_temp.{KeyedDelta.Touched} inner join {name} as i on {join}{OfHistory(input)}
                """, null, cancellationToken);
        }
        await connection.ExecuteAsync(
            $"alter table pg_temp._restricted rename to {name}; analyze pg_temp.{name}", null, cancellationToken);
    }

    // A history is computed from drops: only a condition, and no join, keeps PostgreSQL from doing so for all keys.
    private string OfHistory(ModelInput input) =>
        model.Models.Contains(input.Name) || model.Sources.Contains(input.Name) ? ""
        : string.Concat(input.Key.Zip(model.RebuildKey).Select(pair => $" and i.{SqlText.Name(pair.First)} = any(array("
            + $"select {SqlText.Name(pair.Second)} from pg_temp.{KeyedDelta.Touched}))"));
}
