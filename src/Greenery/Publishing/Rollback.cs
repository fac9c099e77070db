using Greenery.Models;
using Greenery.Models.Planning;
using Greenery.Warehouse;
using Npgsql;

namespace Greenery.Publishing;

/// <summary>
/// Sends readers back to an earlier run: its tables are still there, and an incremental table holds its version beside
/// the later ones. Staging stays as it is, so the next run builds from today's data again.
/// </summary>
internal sealed class Rollback(
    PostgresWarehouse warehouse, ModelCatalogue catalogue, ReaderRole role, TimeProvider time)
{
    /// <param name="runId">The run to go back to; null for the one published before the live one.</param>
    /// <param name="lease">Fences the commit.</param>
    /// <returns>What was done, in words.</returns>
    /// <exception cref="ConfigurationException">There is no such run, or its versions are not kept any
    /// more.</exception>
    /// <exception cref="PublishConflictException">A reader is in the way.</exception>
    public async Task<string> RunAsync(long? runId, RunLease lease, CancellationToken cancellationToken)
    {
        await using var connection = await warehouse.ConnectAsync(cancellationToken);
        var kept = await PublishedRuns.KeptAsync(connection, cancellationToken);
        var target = Choose(kept, runId);
        var plan = await new RunPlan(warehouse, catalogue).ReadAsync(target, cancellationToken);
        await new Publisher(warehouse, time, role: role).PublishAsync(
            plan, target, lease, (publishing, token) => MarkAsync(publishing, target, token), cancellationToken);
        return $"Readers see run {target} again, as it was published. The next run builds from the data that is in "
            + "staging: fix the cause first.";
    }

    private static long Choose(List<long> kept, long? runId)
    {
        if (kept.Count < 2)
        {
            throw new ConfigurationException(
                "rollback", "there is no earlier published run whose tables are kept to go back to.");
        }
        var target = runId ?? kept[1];
        if (target == kept[0])
        {
            throw new ConfigurationException("rollback",
                $"run {target} is what readers see now; expected an earlier one: {string.Join(", ", kept.Skip(1))}.");
        }
        return kept.Contains(target)
            ? target
            : throw new ConfigurationException(
            "rollback", $"run {target} was not published, or its tables are not kept any more; expected one of "
                + $"{string.Join(", ", kept.Skip(1))}.");
    }

    // What came after is not offered again: the next run takes its rows out of the incremental tables.
    private static Task<int> MarkAsync(NpgsqlConnection connection, long target, CancellationToken cancellationToken) =>
        connection.ExecuteAsync(
            "update ops.run set state = 'rolled_back' where state = 'published' and run_id > @target",
            new { target }, cancellationToken);
}
