using Greenery.Models.Planning;
using Greenery.Warehouse;
using Npgsql;

namespace Greenery.Models.Building;

/// <summary>Computes the rows that a run adds to an incremental table, into <see cref="Name"/>.</summary>
internal sealed class Delta(NpgsqlConnection connection, PlannedModel planned)
{
    /// <summary>The table of the rows. No model can have this name.</summary>
    public const string Name = "_delta";

    /// <returns>The temporary table whose keys are replaced.</returns>
    public async Task<string> CreateAsync(IReadOnlyList<string> key, CancellationToken cancellationToken)
    {
        if (!DeltaScope.IsPartial(planned.Model))
        {
            await CreateAsync(connection, planned, planned.Statement, cancellationToken);
            if (!Cluster.Has(connection) || planned.Model.Distribution is not { Column: { } column }
                || key.Contains(column))
            {
                return Name;
            }
            // The rows of a key are on several nodes then.
            await TouchedTable.CreateAsync(
                connection, planned.Model, $"select distinct {SqlText.Names(key)} from {Name}", cancellationToken);
            return TouchedTable.Name;
        }
        await FindTouchedAsync(key, cancellationToken);
        await RecomputeAsync(key, cancellationToken);
        return TouchedTable.Name;
    }

    /// <summary>Creates <see cref="Name"/> with the rows of a select, beside those of the model.</summary>
    public static async Task CreateAsync(
        NpgsqlConnection connection, PlannedModel planned, string select, CancellationToken cancellationToken)
    {
        await WorkTables.CreateAsAsync(
            connection, Name, select, planned.Model.Distribution, SqlText.Name("warehouse", planned.TableName),
            cancellationToken);
        await connection.ExecuteAsync($"analyze {Name}", null, cancellationToken);
    }

    // Where the model says what identifies a row, the window that it moved away from is touched as well.
    private async Task FindTouchedAsync(IReadOnlyList<string> key, CancellationToken cancellationToken)
    {
        var names = SqlText.Names(key);
        var moved = planned.Model is { Strategy: IncrementalStrategy.ReplaceWindow, UniqueKey: { Count: > 0 } rowKey }
            ? $"""

                union
                select {names} from {SqlText.Name("warehouse", planned.TableName)}
                where _removed_by is null and ({SqlText.Names(rowKey)}) in (select {SqlText.Names(rowKey)} from changed)
                """
            : "";
        await TouchedTable.CreateAsync(
            connection, planned.Model,
            $"""
            with changed as ({planned.Statement}
            )
            select {names} from changed{(moved.Length > 0 ? moved : $" group by {names}")}
            """, cancellationToken);
    }

    private async Task RecomputeAsync(IReadOnlyList<string> key, CancellationToken cancellationToken)
    {
        string All(string condition) => $"select * from ({planned.Model.SqlSince(0)}\n) as model where {condition}";
        var touched = await KeyMatch.ReadAsync(connection, TouchedTable.Name, key, cancellationToken);
        await WorkTables.CreateEmptyAsync(
            connection, Name, All("false"), planned.Model.Distribution, SqlText.Name("warehouse", planned.TableName),
            cancellationToken);
        foreach (var condition in touched.Conditions("model"))
        {
            await connection.ExecuteAsync($"insert into {Name} {All(condition)}", null, cancellationToken);
        }
        await connection.ExecuteAsync($"analyze {Name}", null, cancellationToken);
    }
}
