using Greenery.Models.Planning;
using Greenery.Warehouse;
using Npgsql;

namespace Greenery.Models.Building;

/// <summary>
/// On a cluster, lets the names of models that a union is over mean tables until the end of the transaction, instead of
/// views (<see cref="Model.UnitesDistributed"/>). Their rows are copied on the nodes where they are.
/// </summary>
/// <param name="connection">In the model's transaction, whose search path is the run's.</param>
/// <param name="planned">The model's version.</param>
internal sealed class CopiedInputs(NpgsqlConnection connection, PlannedModel planned)
{
    private const string Copied = "_copied";

    /// <summary>Makes the copies; none on a single server, and for models without such a union.</summary>
    public async Task CreateAsync(CancellationToken cancellationToken)
    {
        if (!planned.Model.UnitesDistributed || !Cluster.Has(connection))
        {
            return;
        }
        foreach (var (model, version) in planned.Reads)
        {
            var name = SqlText.Name(model);
            var table = SqlText.Name("warehouse", version.Table);
            var distribution = await Cluster.FindAsync(connection, table, cancellationToken);
            await WorkTables.CreateAsAsync(
                connection, Copied, $"select * from {name}", distribution ?? Distribution.Reference,
                distribution is { IsReference: false } ? table : null, cancellationToken);
            await connection.ExecuteAsync(
                $"alter table {Copied} rename to {name}; analyze {name}", null, cancellationToken);
        }
    }
}
