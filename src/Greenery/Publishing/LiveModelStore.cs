using Greenery.Models.Planning;
using Greenery.Warehouse;
using Npgsql;

namespace Greenery.Publishing;

/// <summary>Writes down what readers see, in the transaction that shows it to them.</summary>
internal static class LiveModelStore
{
    /// <param name="connection">In the transaction.</param>
    /// <param name="plan">All models.</param>
    /// <param name="replacements">Of which the version changes: their views switch when <c>publication</c> is written.
    /// </param>
    /// <param name="runId">The run whose plan it is.</param>
    /// <param name="publication">The number that the views wait for; never used before.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static Task<int> WriteAsync(
        NpgsqlConnection connection,
        IReadOnlyList<PlannedModel> plan,
        IReadOnlyList<ViewReplacement> replacements,
        long runId,
        long publication,
        CancellationToken cancellationToken) =>
        connection.ExecuteAsync(
            """
            insert into ops.live (model, mart, table_name, version, fingerprint, definition, until_seq, row_count,
                run_id, query, publication)
            select planned.model, mart, planned.table_name, version, fingerprint, definition, until_seq,
                coalesce(
                    -- Known of a run that readers are sent back to; its table may hold later versions' rows as well.
                    (select total_rows from ops.run_model
                     where run_model.run_id = @runId and run_model.model = planned.model),
                    (select row_count from ops.model_table where model_table.table_name = planned.table_name), 0),
                @runId, query, case when query is not null then @publication end
            from unnest(@models, @marts, @tables, @versions, @fingerprints, @definitions, @untils, @queries)
                as planned (model, mart, table_name, version, fingerprint, definition, until_seq, query)
            on conflict (model) do update
            set mart = excluded.mart, table_name = excluded.table_name, version = excluded.version,
                fingerprint = excluded.fingerprint, definition = excluded.definition, until_seq = excluded.until_seq,
                row_count = excluded.row_count, run_id = excluded.run_id, published_at = clock_timestamp(),
                query = coalesce(excluded.query, live.query),
                publication = coalesce(excluded.publication, live.publication);
            update ops.run_model set total_rows = live.row_count
            from ops.live
            where run_model.run_id = @runId and run_model.model = live.model and live.model = any(@models)
            """,
            new
            {
                models = plan.Select(planned => planned.Model.Name).ToArray(),
                marts = plan.Select(planned => planned.Model.Mart).ToArray(),
                tables = plan.Select(planned => planned.IsTable ? planned.TableName : null).ToArray(),
                versions = plan.Select(planned => planned.Version).ToArray(),
                fingerprints = plan.Select(planned => planned.Fingerprint).ToArray(),
                definitions = plan.Select(planned => planned.Model.Definition).ToArray(),
                untils = plan.Select(planned => planned.Until).ToArray(),
                queries = plan.Select(planned =>
                    replacements.FirstOrDefault(view => view.Model == planned.Model)?.Query).ToArray(),
                runId,
                publication,
            },
            cancellationToken);
}
