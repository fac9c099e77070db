using Greenery.Models.Planning;
using Greenery.Warehouse;
using Npgsql;

namespace Greenery.Publishing;

/// <summary>Writes down what readers see, in the transaction that shows it to them.</summary>
internal static class LiveModelStore
{
    public static async Task WriteAsync(
        NpgsqlConnection connection, IReadOnlyList<PlannedModel> plan, long runId, CancellationToken cancellationToken)
    {
        foreach (var planned in plan)
        {
            await connection.ExecuteAsync(
                """
                insert into ops.live (model, mart, table_name, version, fingerprint, definition, until_seq, row_count, run_id)
                select @Name, @Mart, @table, @Version, @Fingerprint, @Definition, @Until,
                    coalesce(
                        -- Known of a run that readers are sent back to; its table may hold later versions' rows as well.
                        (select total_rows from ops.run_model where run_id = @runId and model = @Name),
                        (select row_count from ops.model_table where table_name = @table), 0), @runId
                on conflict (model) do update
                set mart = excluded.mart, table_name = excluded.table_name, version = excluded.version,
                    fingerprint = excluded.fingerprint, definition = excluded.definition, until_seq = excluded.until_seq,
                    row_count = excluded.row_count, run_id = excluded.run_id, published_at = clock_timestamp();
                update ops.run_model set total_rows = live.row_count
                from ops.live where run_model.run_id = @runId and run_model.model = @Name and live.model = @Name
                """,
                new
                {
                    planned.Model.Name,
                    planned.Model.Mart,
                    table = planned.IsTable ? planned.TableName : null,
                    planned.Version,
                    planned.Fingerprint,
                    planned.Model.Definition,
                    planned.Until,
                    runId,
                },
                cancellationToken);
        }
    }
}
