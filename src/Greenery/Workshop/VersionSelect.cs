using Greenery.Models;
using Greenery.Models.Planning;
using Greenery.Warehouse;
using Npgsql;

namespace Greenery.Workshop;

/// <summary>The rows of a model in one run, as a select that needs no other schema than warehouse.</summary>
/// <param name="connection">Any.</param>
/// <param name="plan">Of the run, in its order.</param>
internal sealed class VersionSelect(NpgsqlConnection connection, IReadOnlyList<PlannedModel> plan)
{
    /// <summary>The select; null when its table, or one that it reads, is not there any more.</summary>
    /// <param name="planned">One of the plan.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<string?> OfAsync(PlannedModel planned, CancellationToken cancellationToken)
    {
        if (planned.IsTable)
        {
            return await ColumnsAsync(planned, cancellationToken) is { Length: > 0 } columns
                ? ModelVersion.Of(planned).Select(columns) : null;
        }
        // What a view showed then is its select over the versions of that run.
        var read = Read(planned);
        var parts = new List<string>();
        foreach (var parent in plan.Where(other => read.Contains(other.Model.Name)))
        {
            if (parent.IsTable && await ColumnsAsync(parent, cancellationToken) is "")
            {
                return null;
            }
            parts.Add($"{SqlText.Name(parent.Model.Name)} as (\n"
                + $"{await ModelSql.SelectAsync(connection, parent, cancellationToken)}\n)");
        }
        var select = planned.Model.SqlSince(0);
        return parts.Count == 0 ? select
            : $"with {string.Join(", ", parts)}\nselect * from (\n{select}\n) as {SqlText.Name(planned.Model.Name)}";
    }

    private async Task<string> ColumnsAsync(PlannedModel planned, CancellationToken cancellationToken) =>
        SqlText.Names(await ModelSql.ColumnsAsync(connection, planned.TableName, cancellationToken));

    private HashSet<string> Read(PlannedModel planned)
    {
        var found = new HashSet<string>(StringComparer.Ordinal);
        var open = new Queue<PlannedModel>([planned]);
        while (open.TryDequeue(out var next))
        {
            // A table has its rows itself; the names of a plan of before are in its versions.
            foreach (var parent in plan.Where(other => !next.IsTable
                && (next.Reads.ContainsKey(other.Model.Name) || next.Model.Models.Contains(other.Model.Name))))
            {
                if (found.Add(parent.Model.Name))
                {
                    open.Enqueue(parent);
                }
            }
        }
        return found;
    }
}
