using System.Globalization;
using Greenery.Warehouse;
using Npgsql;

namespace Greenery.Models.Planning;

/// <summary>
/// The SQL that stores and shows a model's rows. The table of an incremental model keeps every version that may still
/// be asked for: <c>_run_id</c> is the run that added a row, <c>_removed_by</c> the run that replaced it. A version is
/// then a condition on these two, so that rows are added, checked and committed before readers see them, and a
/// rollback is another condition.
/// </summary>
public static class ModelSql
{
    /// <summary>
    /// A select of an incremental model may return it: a row with true takes the row with its key away.
    /// </summary>
    internal const string DeletedColumn = "_deleted";

    /// <summary>SQL condition on the rows of a model's select: those that people see.</summary>
    internal static string IsShown(Model model) => model.Tokens.Any(token => token.Text == DeletedColumn)
        ? $"{DeletedColumn} is not true" : "true";

    /// <summary>
    /// In <c>_removed_by</c>: shown beside another row of its key, for the check of the key to find. Such rows are not
    /// in the key's index, so that it stays unique, and no index of a table that readers see is ever dropped.
    /// </summary>
    internal const long DoubleMark = long.MaxValue;

    /// <summary>The columns by which new rows replace old ones; empty when rows are only added.</summary>
    internal static IReadOnlyList<string> MergeKey(Model model) => (model.Materialization, model.Strategy) switch
    {
        (Materialization.Incremental, IncrementalStrategy.Merge or IncrementalStrategy.ByKey) => model.UniqueKey,
        (Materialization.Incremental, IncrementalStrategy.ReplaceWindow) => [model.Window!],
        _ => [],
    };

    /// <summary>The select that shows a version to people, without the columns that are the pipeline's own.</summary>
    internal static async Task<string> SelectAsync(
        NpgsqlConnection connection, PlannedModel planned, CancellationToken cancellationToken)
    {
        if (!planned.IsTable)
        {
            return planned.Model.SqlSince(0);
        }
        var columns = SqlText.Names(await ColumnsAsync(connection, planned.TableName, cancellationToken));
        return ModelVersion.Of(planned).Select(columns);
    }

    /// <summary>Whether the table's key identifies a row, so that an index of it may be unique.</summary>
    internal static bool HoldsUniqueKey(Model model) => model is
    {
        Materialization: Materialization.Incremental, Strategy: IncrementalStrategy.Merge or IncrementalStrategy.ByKey,
    };

    /// <summary>Whether a unique index on the table of an incremental model holds its key, for all its rows.</summary>
    public static async Task<bool> IsKeyUniqueAsync(
        NpgsqlConnection connection, PlannedModel planned, CancellationToken cancellationToken) =>
        HoldsUniqueKey(planned.Model)
        && await connection.ExecuteScalarAsync<bool>(
            """
            select exists (
                select from pg_index
                where indrelid = to_regclass(format('warehouse.%I', @TableName)) and indisunique and indisvalid
            )
            """, new { planned.TableName }, cancellationToken)
        && await connection.ExecuteScalarAsync<bool>(
            $"""
            select not exists (
                select 1 from {SqlText.Name("warehouse", planned.TableName)} where _removed_by = {DoubleMark} limit 1
            )
            """, null, cancellationToken);

    /// <summary>The columns of a table that people see.</summary>
    internal static Task<List<string>> ColumnsAsync(
        NpgsqlConnection connection, string table, CancellationToken cancellationToken) =>
        connection.QueryAsync<string>(
            """
            select attname::text from pg_attribute
            where attrelid = to_regclass(format('warehouse.%I', @table)) and attnum > 0 and not attisdropped
                and attname not in ('_run_id', '_removed_by')
            order by attnum
            """,
            new { table },
            cancellationToken);
}
