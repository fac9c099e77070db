using Greenery.Drops;
using Greenery.Staging;
using Greenery.Staging.Loading;
using Greenery.Warehouse;
using Npgsql;

namespace Greenery.Runs;

/// <summary>Writes what became of a run's drops into <c>ops.run_drop</c>.</summary>
internal sealed class RunDropKeeper(RunLease lease) : LoadKeeper
{
    public override Task KeepAsync(
        NpgsqlConnection connection, IReadOnlyList<LoadedDrop> loaded, CancellationToken cancellationToken) =>
        connection.ExecuteAsync(
            """
            update ops.run_drop as r
            set outcome = f.outcome, message = f.message, is_over_warning = f.is_over_warning
            from unnest(@drops, @outcomes, @messages, @warnings) as f (drop_id, outcome, message, is_over_warning)
            where
                r.run_id = @RunId
                and r.drop_id = f.drop_id
                and exists (select from ops.lease where run_id = @RunId and token = @Token)
            """,
            new
            {
                lease.RunId,
                lease.Token,
                drops = loaded.Select(drop => drop.DropId).ToArray(),
                outcomes = loaded.Select(drop => EnumText.Name(drop.Result.Outcome)).ToArray(),
                messages = loaded
                    .Select(drop => StoredMessage.Cut(drop.Result.Message ?? Unknown(drop.Result))).ToArray(),
                warnings = loaded.Select(drop => drop.Result.IsOverWarning).ToArray(),
            },
            cancellationToken);

    // A sender is writing it, or took it away to upload it anew; the next run loads what is there then.
    public override Task LeaveOutAsync(
        NpgsqlConnection connection, long dropId, DropChangedException reason, CancellationToken cancellationToken) =>
        connection.ExecuteAsync(
            """
            with mine as (select run_id from ops.lease where run_id = @RunId and token = @Token),
            noted as (update ops.run set notes = notes || @Message from mine where run.run_id = mine.run_id)

            delete from ops.run_drop using mine where run_drop.run_id = mine.run_id and drop_id = @dropId
            """, new { lease.RunId, lease.Token, dropId, reason.Message }, cancellationToken);

    private static string? Unknown(LoadResult result) => result.UnknownColumns.Count == 0
        ? null
        : $"unknown columns kept in _extra: {LoadSteps.Some(", ", result.UnknownColumns)}";
}
