using Greenery.Models.Planning;
using Greenery.Warehouse;
using Npgsql;

namespace Greenery.Models.Building;

/// <summary>Computes the rows that a run adds to an incremental table, into <c>pg_temp._delta</c>.</summary>
internal sealed class Delta(NpgsqlConnection connection, PlannedModel planned)
{
    /// <returns>The temporary table whose keys are replaced.</returns>
    public async Task<string> CreateAsync(IReadOnlyList<string> key, CancellationToken cancellationToken)
    {
        if (!DeltaScope.IsPartial(planned.Model))
        {
            await connection.ExecuteAsync(
                $"create temp table _delta on commit drop as {planned.Statement}", null, cancellationToken);
            await connection.ExecuteAsync("analyze _delta", null, cancellationToken);
            return "_delta";
        }
        await FindTouchedAsync(key, cancellationToken);
        await RecomputeAsync(key, cancellationToken);
        return "_touched";
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
        await connection.ExecuteAsync(
            $"""
            create temp table _touched on commit drop as
            with changed as ({planned.Statement}
            )
            select {names} from changed{(moved.Length > 0 ? moved : $" group by {names}")};
            analyze _touched
            """, null, cancellationToken);
    }

    private async Task RecomputeAsync(IReadOnlyList<string> key, CancellationToken cancellationToken)
    {
        string All(string condition) => $"select * from ({planned.Model.SqlSince(0)}\n) as model where {condition}";
        var touched = await KeyMatch.ReadAsync(connection, "_touched", key, cancellationToken);
        await connection.ExecuteAsync(
            $"create temp table _delta on commit drop as {All("false")}", null, cancellationToken);
        foreach (var condition in touched.Conditions("model"))
        {
            await connection.ExecuteAsync($"insert into _delta {All(condition)}", null, cancellationToken);
        }
        await connection.ExecuteAsync("analyze _delta", null, cancellationToken);
    }
}
