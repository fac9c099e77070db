using Greenery.Warehouse;

namespace Greenery.Checks;

/// <summary>Runs whose checks passed, so that later runs need not judge again what they loaded.</summary>
internal static class AcceptedRuns
{
    /// <summary>SQL condition on <c>ops.run</c>: the run judged and published what reads a source table.</summary>
    /// <param name="table">SQL for the table's name.</param>
    public static string Of(string table) =>
        $"""
        run.state in ('published', 'unchanged') and {RunKinds.IsDaily}
        -- A run that refused a drop of the table published nothing that reads it.
        and not exists (
            select from ops.run_drop
            inner join ops.drop as refused using (drop_id)
            where run_drop.run_id = run.run_id and outcome = 'refused' and refused.table_name = {table}
        )
        """;
}
