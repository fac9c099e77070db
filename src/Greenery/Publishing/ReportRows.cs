using System.Globalization;
using Greenery.Models;
using Greenery.Warehouse;
using Npgsql;

namespace Greenery.Publishing;

/// <summary>
/// Keeps what the page and the digest show of models in <c>ops.report_rows</c>: these read schema ops only, and cost
/// the same however large the marts are. Kept for each version that readers see or can be sent back to.
/// </summary>
internal static class ReportRows
{
    // They are some thousand rows of a table at most. What takes longer waits for a lock, or reads a model that was
    // made a view over everything.
    private static readonly TimeSpan MostTime = TimeSpan.FromSeconds(15);

    /// <summary>Asks what is not known yet of the versions that readers see now.</summary>
    /// <param name="connection">Without a transaction.</param>
    /// <param name="catalogue">The models of the project.</param>
    /// <param name="lease">The run's.</param>
    /// <param name="cancellationToken">Leaves the rest for the next run.</param>
    public static async Task SaveAsync(
        NpgsqlConnection connection, ModelCatalogue catalogue, RunLease lease, CancellationToken cancellationToken)
    {
        foreach (var query in ReportQuery.All)
        {
            if (catalogue.Shown(query.Section) is not { } model)
            {
                continue;
            }
            var asked = ModelFingerprint.Hash([query.Sql(model)]);
            var fingerprint = await connection.ExecuteScalarAsync<string?>(
                """
                select fingerprint from ops.live
                where model = @Model and not exists (
                    select from ops.report_rows as known
                    where known.query = @Name and known.fingerprint = live.fingerprint and known.asked = @asked
                        and known.fault is null
                )
                """, new { Model = model.Name, query.Name, asked }, cancellationToken);
            if (fingerprint is not null)
            {
                await SaveAsync(connection, query, model, asked, fingerprint, lease, cancellationToken);
            }
        }
        await connection.ExecuteAsync(
            $"""
            with {CleanUp.KeptRuns}
            delete from ops.report_rows as known
            where not exists (
                    select from ops.live where live.model = known.model and live.fingerprint = known.fingerprint)
                and not exists (
                    select from ops.run_model inner join kept_run using (run_id)
                    where run_model.model = known.model and run_model.fingerprint = known.fingerprint)
            """, null, cancellationToken);
    }

    private static async Task SaveAsync(
        NpgsqlConnection connection, ReportQuery query, Model model, string asked, string fingerprint, RunLease lease,
        CancellationToken cancellationToken)
    {
        var (rows, fault) = await AskAsync(connection, query.Sql(model), MostTime, cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await connection.ExecuteAsync(
            """
            insert into ops.report_rows (query, model, fingerprint, asked, rows, fault)
            values (@Name, @Model, @fingerprint, @asked, @rows::jsonb, @fault)
            on conflict (query, fingerprint) do update
            set asked = excluded.asked, rows = excluded.rows, fault = excluded.fault
            """, new { query.Name, Model = model.Name, fingerprint, asked, rows, fault }, cancellationToken);
        await lease.VerifyAsync(connection, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    /// <summary>
    /// The rows as JSON, or why they cannot be had: a user may have given the model other columns, or made it a view
    /// that takes long. That is said where the rows would be.
    /// </summary>
    internal static async Task<(string? Rows, string? Fault)> AskAsync(
        NpgsqlConnection connection, string sql, TimeSpan limit, CancellationToken cancellationToken)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        try
        {
            await connection.ExecuteAsync(
                string.Create(CultureInfo.InvariantCulture,
                    $"set local statement_timeout = {limit.TotalMilliseconds:0}"), null, cancellationToken);
            return (await connection.ExecuteScalarAsync<string>(
                $"select coalesce(jsonb_agg(shown), '[]')::text from ({sql}\n) as shown", null,
                cancellationToken), null);
        }
        catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.QueryCanceled)
        {
            return (null, string.Create(CultureInfo.InvariantCulture,
                $"it took longer than {limit.TotalSeconds:0} seconds"));
        }
        catch (PostgresException exception) when (UnfitRows.Is(exception))
        {
            return (null, UnfitRows.Describe(exception));
        }
    }
}
