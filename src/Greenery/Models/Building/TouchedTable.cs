using Greenery.Warehouse;
using Npgsql;

namespace Greenery.Models.Building;

/// <summary>
/// The work table of the keys whose rows are computed again, each once. On a cluster it is on all nodes: rows of
/// different tables, and so of different places, are found by it.
/// </summary>
internal static class TouchedTable
{
    /// <summary>No model can have this name.</summary>
    public const string Name = "_touched";

    private const string Found = "_found";

    /// <summary>Creates it.</summary>
    /// <param name="connection">In a transaction.</param>
    /// <param name="model">The model whose keys they are.</param>
    /// <param name="keys">A select of the keys, each once; it may be a union.</param>
    /// <param name="cancellationToken">Stops the statements.</param>
    /// <param name="columns">
    /// A select that has the table's columns, where those of the keys have other names; null for the same.
    /// </param>
    public static async Task CreateAsync(
        NpgsqlConnection connection, Model model, string keys, CancellationToken cancellationToken,
        string? columns = null)
    {
        var distribution = model.Distribution is null ? null : Distribution.Reference;
        if (Cluster.Spreads(connection, distribution))
        {
            // Citus 13 may give a key of a union once a node.
            await WorkTables.CreateAsAsync(connection, Found, keys, distribution, beside: null, cancellationToken);
            keys = $"select distinct * from {Found}";
        }
        if (columns is null)
        {
            await WorkTables.CreateAsAsync(connection, Name, keys, distribution, beside: null, cancellationToken);
        }
        else
        {
            await WorkTables.CreateEmptyAsync(
                connection, Name, columns, distribution, beside: null, cancellationToken);
            await connection.ExecuteAsync($"insert into {Name} {keys}", null, cancellationToken);
        }
        await connection.ExecuteAsync($"analyze {Name}", null, cancellationToken);
    }
}
