using System.Globalization;
using Greenery.Warehouse;
using Npgsql;

namespace Greenery.Models.Planning;

/// <summary>One version of a model's rows: what another model was computed from.</summary>
/// <param name="Table">The table in schema warehouse; of a view, a name that changes with what it shows.</param>
/// <param name="Version">
/// The run up to which rows of an incremental table belong to it; 0 for other tables, which have one version.
/// </param>
public readonly record struct ModelVersion(string Table, long Version)
{
    /// <summary>The version that a plan gives a model.</summary>
    public static ModelVersion Of(PlannedModel planned) => planned.Model.Materialization switch
    {
        Materialization.Incremental => new(planned.TableName, planned.Version),
        Materialization.View => new($"{planned.Model.Name}__{planned.Fingerprint}", 0),
        _ => new(planned.TableName, 0),
    };

    /// <summary>The versions that readers see, by model; of those that have a table.</summary>
    internal static async Task<Dictionary<string, ModelVersion>> ReadLiveAsync(
        NpgsqlConnection connection, CancellationToken cancellationToken) =>
        (await connection.QueryAsync<(string Model, string Table, long Version, bool IsIncremental)>(
            """
            select
                live.model, live.table_name, live.version,
                coalesce(run_model.materialization = 'Incremental', false)
            from ops.live
            left join ops.run_model on live.run_id = run_model.run_id and live.model = run_model.model
            where live.table_name is not null
            """, null, cancellationToken)).ToDictionary(
                row => row.Model, row => new ModelVersion(row.Table, row.IsIncremental ? row.Version : 0),
                StringComparer.Ordinal);

    /// <summary>The select of the rows that a version has and one before it, in the same table, has not.</summary>
    internal static string Added(ModelVersion before, ModelVersion now) => Between(
        before, now, "_run_id > {0} and _run_id <= {1} and (_removed_by is null or _removed_by > {1})");

    /// <summary>The select of the rows that a version has not and one before it, in the same table, has.</summary>
    internal static string Removed(ModelVersion before, ModelVersion now) => Between(
        before, now, "_run_id <= {0} and _removed_by > {0} and _removed_by <= {1}");

    /// <summary>The select of the rows that both have.</summary>
    internal static string Kept(ModelVersion before, ModelVersion now) => Between(
        before, now, "_run_id <= {0} and (_removed_by is null or _removed_by > {1})");

    /// <summary>The select of its rows.</summary>
    /// <param name="columns">What is selected, as SQL.</param>
    internal string Select(string columns) => $"select {columns} from {SqlText.Name("warehouse", Table)}"
        + (Version == 0 ? "" : string.Create(CultureInfo.InvariantCulture,
            $" where _run_id <= {Version} and (_removed_by is null or _removed_by > {Version})"));

    private static string Between(ModelVersion before, ModelVersion now, string condition) =>
        $"select * from {SqlText.Name("warehouse", now.Table)} where "
        + string.Format(CultureInfo.InvariantCulture, condition, before.Version, now.Version);
}
