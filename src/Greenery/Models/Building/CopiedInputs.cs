using Greenery.Warehouse;
using Npgsql;

namespace Greenery.Models.Building;

/// <summary>
/// On a cluster, lets the names of models that a union is over mean tables until the end of the transaction, instead of
/// views (<see cref="Model.UnitesDistributed"/>). Their rows are copied on the nodes where they are.
/// </summary>
/// <param name="connection">In a transaction whose search path finds the models that are read.</param>
/// <param name="model">The model that reads them.</param>
internal sealed class CopiedInputs(NpgsqlConnection connection, Model model)
{
    private const string Copied = "_copied";

    /// <summary>Makes the copies; none on a single server, and for models without such a union.</summary>
    /// <param name="tableOf">The table, quoted, that has the rows of a model; null for any place.</param>
    /// <param name="isRestricted">Whether the inputs that are not looked up are work tables already.</param>
    /// <param name="cancellationToken">Stops the statements.</param>
    public async Task CreateAsync(
        Func<string, string?> tableOf, bool isRestricted, CancellationToken cancellationToken)
    {
        if (!model.UnitesDistributed || !Cluster.Has(connection))
        {
            return;
        }
        foreach (var read in model.Models.Where(read => !isRestricted
            || !model.Inputs.Any(input => input.Name == read && !input.IsLookup)))
        {
            var name = SqlText.Name(read);
            var table = tableOf(read);
            var distribution = table is null ? null : await Cluster.FindAsync(connection, table, cancellationToken);
            await WorkTables.CreateAsAsync(
                connection, Copied, $"select * from {name}", distribution ?? Distribution.Reference,
                table, cancellationToken);
            await connection.ExecuteAsync(
                $"alter table {Copied} rename to {name}; analyze {name}", null, cancellationToken);
        }
    }
}
