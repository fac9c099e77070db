using Greenery.Models;
using Greenery.Models.Planning;
using Greenery.Warehouse;
using Npgsql;

namespace Greenery.Publishing;

/// <summary>
/// Schemas in which who works on models sees the marts as a try has built them, beside those of readers. They hold
/// views only: of tables that the try has built and, of models that are what readers see, of the tables of readers.
/// </summary>
/// <param name="warehouse">The database.</param>
/// <param name="marts">The project's.</param>
public sealed class Environments(PostgresWarehouse warehouse, Marts marts)
{
    private const int Attempts = 25;

    /// <summary>Readers of a view wait as long as a try to lock it does.</summary>
    private static readonly TimeSpan LockTimeout = TimeSpan.FromMilliseconds(200);

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(150);

    /// <summary>Verifies that the schemas of an environment are free, or its own.</summary>
    /// <exception cref="ConfigurationException">They are not.</exception>
    public async Task VerifyAsync(EnvironmentName name, CancellationToken cancellationToken)
    {
        await using var connection = await warehouse.ConnectAsync(cancellationToken);
        if (await RefusalAsync(connection, name, marts.InOrder, cancellationToken) is { } refusal)
        {
            throw new ConfigurationException("--env", refusal);
        }
    }

    /// <summary>
    /// Points an environment to the versions of a try, and makes it where it is not there yet; with that the try is
    /// done. One transaction: who reads it sees all of the try before, or all of this one.
    /// </summary>
    /// <param name="name">The environment.</param>
    /// <param name="plan">All models to show, with their versions, in the order of building.</param>
    /// <param name="lease">The try; fences the commit.</param>
    /// <param name="cancellationToken">Leaves the environment as it is.</param>
    /// <exception cref="PublishConflictException">Objects or locks of others are in the way.</exception>
    public Task ShowAsync(
        EnvironmentName name, IReadOnlyList<PlannedModel> plan, RunLease lease, CancellationToken cancellationToken) =>
        ChangeAsync(name, async (connection, token) =>
        {
            // Readers may see marts that the project has no more.
            var shown = marts.InOrder.Concat(plan.Select(planned => planned.Model.Mart)).Distinct().ToList();
            if (await RefusalAsync(connection, name, shown, token) is { } refusal)
            {
                throw new PublishConflictException(refusal);
            }
            var before = await ReadAsync(connection, name, token) ?? new Shown();
            var schemas = shown.Select(name.SchemaOf).ToList();
            await MartSchemas.EnsureAsync(connection, schemas, token);
            var views = new EnvironmentViews(connection, name);
            var models = await views.ReplaceAsync(before.Views, plan, token);
            var kept = await views.DropSchemasAsync(before.Schemas.Except(schemas), token);
            await connection.ExecuteAsync(
                """
                insert into ops.environment (name, run_id, schemas, views) values (@name, @RunId, @schemas, @views)
                on conflict (name) do update
                set run_id = excluded.run_id, schemas = excluded.schemas, views = excluded.views,
                    shown_at = clock_timestamp()
                """,
                new
                {
                    name = $"{name}",
                    lease.RunId,
                    schemas = schemas.Concat(kept.Keys).ToArray(),
                    views = models.Select(model => model.QualifiedName).ToArray(),
                }, token);
            await MarkAsync(connection, lease, token);
        }, cancellationToken);

    /// <summary>
    /// Drops an environment, its views and its schemas. The try that it showed is kept as any other one then.
    /// </summary>
    /// <returns>The schemas that are gone.</returns>
    /// <exception cref="ConfigurationException">There is none of this name, a run is just building it, or something of
    /// others is in its schemas or needs its views. Nothing was dropped.</exception>
    /// <exception cref="InfrastructureException">Others hold locks on its views.</exception>
    public async Task<IReadOnlyList<string>> DropAsync(EnvironmentName name, CancellationToken cancellationToken)
    {
        IReadOnlyList<string> dropped = [];
        try
        {
            await ChangeAsync(name, async (connection, token) =>
                dropped = await DropAsync(connection, name, token), cancellationToken);
            return dropped;
        }
        catch (PublishConflictException exception)
        {
            throw exception.IsBlocked ? new InfrastructureException(exception.Message)
                : new ConfigurationException("env drop", exception.Message);
        }
    }

    /// <summary>All environments, by name; none where the database has no ops tables yet.</summary>
    public async Task<IReadOnlyList<EnvironmentLine>> ListAsync(CancellationToken cancellationToken)
    {
        if (!await warehouse.HasLedgersAsync(cancellationToken))
        {
            return [];
        }
        await using var connection = await warehouse.ConnectAsync(cancellationToken);
        return await connection.QueryAsync<EnvironmentLine>(
            $"""
            select name, environment.run_id, business_date, shown_at, schemas, models, differing, bytes
            from ops.environment
            inner join ops.run using (run_id)
            cross join lateral (
                select count(*) as models,
                    count(*) filter (where live.fingerprint is distinct from run_model.fingerprint) as differing,
                    coalesce(sum({TableSizes.BytesOf(SqlText.Oid("'warehouse'", "run_model.table_name"))}) filter (
                        where not exists (select from ops.live as other where other.table_name = run_model.table_name)
                    ), 0)::bigint as bytes
                from ops.run_model
                left join ops.live using (model)
                where run_model.run_id = environment.run_id
                    and {SqlText.NameOf("name || '_' || run_model.mart", "model")} = any(views)
            ) as shown
            order by name
            """, null, cancellationToken);
    }

    private async Task<IReadOnlyList<string>> DropAsync(
        NpgsqlConnection connection, EnvironmentName name, CancellationToken cancellationToken)
    {
        var shown = await ReadAsync(connection, name, cancellationToken) ?? throw new ConfigurationException(
            "env drop", $"there is no environment {name}; expected {await NamesAsync(connection, cancellationToken)}.");
        if (await EnvironmentSchemas.RefusalAsync(connection, shown.Schemas, name, cancellationToken) is { } refusal)
        {
            throw new ConfigurationException("env drop", refusal);
        }
        if (await connection.ExecuteScalarAsync<long?>(
            "select run_id from ops.run where state = 'running' and environment = @name", new { name = $"{name}" },
            cancellationToken) is { } run)
        {
            throw new ConfigurationException(
                "env drop", $"run {run} is just building environment {name}. Wait for it, or 'greenery cancel {run}'.");
        }
        var views = new EnvironmentViews(connection, name);
        await views.DropAsync(shown.Views, cancellationToken);
        // The project may have made a mart of one since.
        var schemas = shown.Schemas.Except(marts.InOrder).ToList();
        if (await views.DropSchemasAsync(schemas, cancellationToken) is { Count: > 0 } kept)
        {
            throw new PublishConflictException(
                $"{string.Join("; ", kept.Values)}. Nothing was dropped. Drop or move it, and try again.");
        }
        await connection.ExecuteAsync(
            "delete from ops.environment where name = @name", new { name = $"{name}" }, cancellationToken);
        return schemas;
    }

    private async Task ChangeAsync(
        EnvironmentName name, Func<NpgsqlConnection, CancellationToken, Task> changeAsync,
        CancellationToken cancellationToken)
    {
        await using var connection = await warehouse.ConnectAsync(cancellationToken);
        for (var attempt = 1; attempt <= Attempts; attempt++)
        {
            if (await LockTry.RunAsync(connection, async (_, token) =>
            {
                await connection.ExecuteAsync(LockTry.Limit(LockTimeout), null, token);
                await changeAsync(connection, token);
            }, cancellationToken))
            {
                return;
            }
            await Task.Delay(Pause, cancellationToken);
        }
        var holders = await new ReaderSessions(warehouse).WithLocksAsync(
            new Marts([.. marts.InOrder.Select(name.SchemaOf)]), connection.ProcessID, cancellationToken);
        throw new PublishConflictException(
            $"The views of environment {name} are locked: {string.Join("; ", holders)}. It shows what it showed "
            + "before. End these transactions, and try again.", isBlocked: true);
    }

    private async Task<string?> RefusalAsync(
        NpgsqlConnection connection, EnvironmentName name, IReadOnlyList<string> shown,
        CancellationToken cancellationToken)
    {
        var schemas = shown.Select(name.SchemaOf).ToArray();
        return schemas.FirstOrDefault(marts.Has) is { } mart
            ? EnvironmentSchemas.Describe(name, mart, "a mart of the project")
            : await EnvironmentSchemas.RefusalAsync(connection, schemas, name, cancellationToken);
    }

    private static Task<Shown?> ReadAsync(
        NpgsqlConnection connection, EnvironmentName name, CancellationToken cancellationToken) =>
        connection.QueryFirstOrDefaultAsync<Shown>(
            "select schemas, views from ops.environment where name = @name for update", new { name = $"{name}" },
            cancellationToken);

    private static async Task<string> NamesAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var names = await connection.QueryAsync<string>(
            "select name from ops.environment order by name", null, cancellationToken);
        return names.Count == 0 ? "one that 'greenery run --env NAME' has made, and there is none"
            : $"one of {string.Join(", ", names)}";
    }

    // What ends the run later on must not make it one that failed, since its versions are shown.
    private static async Task MarkAsync(
        NpgsqlConnection connection, RunLease lease, CancellationToken cancellationToken)
    {
        await lease.VerifyAsync(connection, cancellationToken);
        if (await connection.ExecuteAsync(
            "update ops.run set state = 'tried', finished_at = clock_timestamp() "
            + "where run_id = @RunId and state = 'running'", lease, cancellationToken) == 0)
        {
            throw new LeaseLostException(lease.RunId);
        }
    }

    private sealed record Shown
    {
        public string[] Schemas { get; init; } = [];

        public string[] Views { get; init; } = [];
    }
}
