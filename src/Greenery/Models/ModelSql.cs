using Greenery.Warehouse;
using Npgsql;

namespace Greenery.Models;

/// <summary>The SQL of a model's version: how a delta is seen, and how it is merged.</summary>
public static class ModelSql
{
    /// <summary>The columns by which new rows replace old ones; empty when rows are only added.</summary>
    internal static IReadOnlyList<string> MergeKey(Model model) => (model.Materialization, model.Strategy) switch
    {
        (Materialization.Incremental, IncrementalStrategy.Merge) => model.UniqueKey,
        (Materialization.Incremental, IncrementalStrategy.ReplaceWindow) => [model.Window!],
        _ => [],
    };

    /// <summary>The select that shows this run's version; of an incremental build, the old rows not replaced and the new ones.</summary>
    internal static async Task<string> SelectAsync(
        NpgsqlConnection connection, PlannedModel planned, CancellationToken cancellationToken)
    {
        if (!planned.IsTable)
        {
            return planned.Model.SqlSince(0);
        }
        var table = Sql.Name("warehouse", planned.TableName);
        if (planned.DeltaTable is null)
        {
            return $"select * from {table}";
        }
        var columns = Sql.Names(await ColumnsAsync(connection, planned.TableName, cancellationToken));
        var delta = Sql.Name("warehouse", planned.DeltaTable);
        var replaced = MergeKey(planned.Model) is { Count: > 0 } key
            ? $"where not exists (select from {delta} as delta where {Matches(key, "delta", "base")})"
            : "";
        return $"select {columns} from {table} as base {replaced} union all select {columns} from {delta}";
    }

    /// <summary>Makes the delta part of its base; to be called in the publishing transaction.</summary>
    /// <returns>By how many rows the base has grown.</returns>
    public static async Task<long> MergeAsync(
        NpgsqlConnection connection, PlannedModel planned, CancellationToken cancellationToken)
    {
        var columns = Sql.Names(await ColumnsAsync(connection, planned.TableName, cancellationToken));
        var (table, delta) = (Sql.Name("warehouse", planned.TableName), Sql.Name("warehouse", planned.DeltaTable!));
        var replaced = MergeKey(planned.Model) is { Count: > 0 } key
            ? await connection.RunAsync(
                $"delete from {table} as base where exists (select from {delta} as delta where {Matches(key, "delta", "base")})",
                null, cancellationToken)
            : 0;
        var added = await connection.RunAsync(
            $"insert into {table} ({columns}) select {columns} from {delta}", null, cancellationToken);
        return added - replaced;
    }

    private static string Matches(IEnumerable<string> key, string left, string right) =>
        string.Join(" and ", key.Select(column => $"{left}.{Sql.Name(column)} = {right}.{Sql.Name(column)}"));

    private static Task<List<string>> ColumnsAsync(
        NpgsqlConnection connection, string table, CancellationToken cancellationToken) =>
        connection.ListAsync<string>(
            """
            select attname::text from pg_attribute
            where attrelid = to_regclass(format('warehouse.%I', @table)) and attnum > 0 and not attisdropped
            order by attnum
            """,
            new { table },
            cancellationToken);
}
