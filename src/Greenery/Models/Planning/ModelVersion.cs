using System.Globalization;
using Greenery.Warehouse;

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

    /// <summary>The select of its rows.</summary>
    /// <param name="columns">What is selected, as SQL.</param>
    internal string Select(string columns) => $"select {columns} from {SqlText.Name("warehouse", Table)}"
        + (Version == 0 ? "" : string.Create(CultureInfo.InvariantCulture,
            $" where _run_id <= {Version} and (_removed_by is null or _removed_by > {Version})"));
}
