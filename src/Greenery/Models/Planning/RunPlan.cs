using Greenery.Models.Sql;
using Greenery.Warehouse;
using Npgsql;

namespace Greenery.Models.Planning;

/// <summary>The plan of a run, kept in <c>ops.run_model</c> so that every step of it reads the same one.</summary>
public sealed class RunPlan(PostgresWarehouse warehouse, ModelCatalogue catalogue)
{
    /// <summary>
    /// Models that a new plan keeps at the version readers see, by name: why. Those that have none yet are not in the
    /// plan.
    /// </summary>
    public IReadOnlyDictionary<string, string> Held { get; init; } = new Dictionary<string, string>();

    /// <summary>Whether the database has ops tables; where it has none yet, every model is new.</summary>
    public bool HasLedgers { get; init; } = true;

    /// <summary>What a run would do now. Writes nothing.</summary>
    /// <param name="changedSources">Source tables that are about to change.</param>
    /// <param name="isFullRefresh">Whether everything is to be built in full.</param>
    public async Task<IReadOnlyList<PlannedModel>> PreviewAsync(
        IReadOnlySet<string> changedSources, bool isFullRefresh, CancellationToken cancellationToken)
    {
        await using var connection = await warehouse.ConnectAsync(cancellationToken);
        var state = HasLedgers
            ? await WarehouseState.ReadAsync(connection, catalogue, cancellationToken)
            : await WarehouseState.ReadEmptyAsync(connection, catalogue, cancellationToken);
        var next = state.Until + 1;
        foreach (var source in changedSources)
        {
            state.Sources[source] = next;
        }
        return await HoldAsync(
            connection, ModelPlanner.Plan(catalogue, state, runId: 0, isFullRefresh), cancellationToken);
    }

    /// <summary>
    /// Plans a run, writes the plan down and makes the run's schema; a plan that is there already is kept.
    /// </summary>
    public Task<IReadOnlyList<PlannedModel>> MakeAsync(
        RunLease lease, bool isFullRefresh, CancellationToken cancellationToken) => MakeAsync(
            lease, async (connection, state, token) => await HoldAsync(
                connection, ModelPlanner.Plan(catalogue, state, lease.RunId, isFullRefresh), token),
            cancellationToken);

    /// <summary>
    /// The same of a plan that is decided otherwise. A decision that refuses may throw; nothing is written then.
    /// </summary>
    internal async Task<IReadOnlyList<PlannedModel>> MakeAsync(
        RunLease lease,
        Func<NpgsqlConnection, WarehouseState, CancellationToken, Task<List<PlannedModel>>> decideAsync,
        CancellationToken cancellationToken)
    {
        await using var connection = await warehouse.ConnectAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        // Two deliveries at the same moment make one plan.
        await connection.ExecuteAsync("select from ops.run where run_id = @RunId for update", lease, cancellationToken);
        var before = await ReadAsync(connection, lease.RunId, cancellationToken);
        if (before.Count > 0)
        {
            return before;
        }
        var state = await WarehouseState.ReadAsync(connection, catalogue, cancellationToken);
        var plan = await decideAsync(connection, state, cancellationToken);
        foreach (var (position, planned) in plan.Index())
        {
            await WriteAsync(
                connection, lease.RunId, position, planned,
                state.Live.GetValueOrDefault(planned.Model.Name)?.Fingerprint, cancellationToken);
        }
        await new RunSchema(lease.RunId).CreateAsync(connection, plan, cancellationToken);
        await lease.VerifyAsync(connection, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return plan;
    }

    /// <summary>The plan of a run as it was made.</summary>
    public async Task<IReadOnlyList<PlannedModel>> ReadAsync(long runId, CancellationToken cancellationToken)
    {
        await using var connection = await warehouse.ConnectAsync(cancellationToken);
        return await ReadAsync(connection, runId, cancellationToken);
    }

    /// <summary>
    /// What readers see of all models, also of those that the project has no more, in the order of building.
    /// </summary>
    internal async Task<List<PlannedModel>> ReadLiveAsync(
        NpgsqlConnection connection, CancellationToken cancellationToken) =>
        [.. (await connection.QueryAsync<RunModelRow>(
            $"{SelectRows} inner join ops.live using (run_id, model) order by position", null, cancellationToken))
            .Select(PlannedOf)];

    internal async Task<List<PlannedModel>> ReadAsync(
        NpgsqlConnection connection, long runId, CancellationToken cancellationToken) =>
        [.. (await connection.QueryAsync<RunModelRow>(
            $"{SelectRows} where run_model.run_id = @runId order by position", new { runId }, cancellationToken))
            .Select(PlannedOf)];

    private PlannedModel PlannedOf(RunModelRow row) => new(
        ModelOf(row), row.Action, row.Reason, row.Fingerprint, row.TableName,
        row.Version, row.IsDelta, row.SinceSeq, row.UntilSeq)
    {
        Reads = ReadVersionsJson.Parse(row.ReadVersions),
    };

    // Nothing else in the plan reads a held model: whatever does is held itself.
    private async Task<List<PlannedModel>> HoldAsync(
        NpgsqlConnection connection, List<PlannedModel> plan, CancellationToken cancellationToken)
    {
        if (Held.Count == 0)
        {
            return plan;
        }
        var rows = await connection.QueryAsync<RunModelRow>(
            $"{SelectRows} inner join ops.live using (run_id, model) where run_model.model = any(@names)",
            new { names = Held.Keys.ToArray() }, cancellationToken);
        var shown = rows.ToDictionary(row => row.Model, PlannedOf, StringComparer.Ordinal);
        return [.. plan.Select(planned => Held.TryGetValue(planned.Model.Name, out var why)
            ? shown.GetValueOrDefault(planned.Model.Name)?.AsHeld(why)
            : planned).OfType<PlannedModel>()];
    }

    private const string SelectRows =
        """
        select model, run_model.mart, action, reason, sql,
            materialization, run_model.fingerprint, run_model.definition,
            run_model.table_name, run_model.version, is_delta, since_seq,
            run_model.until_seq, run_model.read_versions::text
        from ops.run_model
        """;

    // An earlier run's models may have changed since, or be removed; messages describe today's model if it exists.
    private Model ModelOf(RunModelRow row)
    {
        var today = catalogue.Find(row.Model);
        return today?.Definition == row.Definition ? today : (today ?? new Model
        {
            Name = row.Model, Mart = row.Mart, Marts = catalogue.Marts, File = $"sql/{row.Mart}/{row.Model}.sql",
            Sql = row.Sql,
        }) with
        {
            Mart = row.Mart,
            Sql = row.Sql,
            Tokens = SqlTokenizer.Tokenize(row.Sql),
            Materialization = Enum.Parse<Materialization>(row.Materialization),
            Definition = row.Definition,
        };
    }

    private static Task<int> WriteAsync(
        NpgsqlConnection connection, long runId, int position, PlannedModel planned, string? liveFingerprint,
        CancellationToken cancellationToken) =>
        connection.ExecuteAsync(
            """
            insert into ops.run_model (run_id, model, position, mart, action, reason, sql, materialization, fingerprint,
                definition, table_name, version, is_delta, since_seq, until_seq, read_versions,
                live_fingerprint)
            values (@runId, @Name, @position, @Mart, @Action, @Reason, @Sql, @materialization, @Fingerprint, @Definition,
                @TableName, @Version, @IsDelta, @Since, @Until, @reads::jsonb, @liveFingerprint)
            """,
            new
            {
                runId,
                planned.Model.Name,
                position,
                planned.Model.Mart,
                planned.Action,
                planned.Reason,
                planned.Model.Sql,
                materialization = planned.Model.Materialization.ToString(),
                planned.Fingerprint,
                planned.Model.Definition,
                planned.TableName,
                planned.Version,
                planned.IsDelta,
                planned.Since,
                planned.Until,
                liveFingerprint,
                reads = ReadVersionsJson.Write(planned.Reads),
            },
            cancellationToken);

    private sealed record RunModelRow(
        string Model, string Mart, ModelAction Action, string Reason, string Sql, string Materialization,
        string Fingerprint, string Definition, string TableName, long Version, bool IsDelta, long SinceSeq,
        long UntilSeq, string? ReadVersions);
}
