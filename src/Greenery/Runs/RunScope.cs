using Greenery.Warehouse;
using Npgsql;

namespace Greenery.Runs;

/// <summary>Which part of a daily run a run is.</summary>
internal sealed record RunScope
{
    public RunTrigger StartedBy { get; init; }

    /// <summary>What a try was asked to build, as it was typed; empty for all models, null for other runs.</summary>
    public string[]? SelectedModels { get; init; }

    /// <summary>The try that it publishes; null for other runs.</summary>
    public long? TriedRunId { get; init; }

    /// <summary>The environment that a try is shown in; null for none.</summary>
    public string? Environment { get; init; }

    /// <summary>It builds models beside what readers see, for who tries a change.</summary>
    public bool IsTry => StartedBy == RunTrigger.Try;

    /// <summary>It publishes what a try has built.</summary>
    public bool IsPublication => StartedBy == RunTrigger.Publish;

    /// <summary>It loads drops, and builds all models.</summary>
    public bool IsWhole => !IsTry && !IsPublication;

    /// <summary>Reads what was asked for.</summary>
    public static async Task<RunScope> ReadAsync(
        NpgsqlConnection connection, long runId, CancellationToken cancellationToken) =>
        (await connection.QueryFirstOrDefaultAsync<RunScope>(
            "select started_by, selected_models, tried_run_id, environment from ops.run where run_id = @runId",
            new { runId }, cancellationToken))!;

    /// <summary>As above, on a connection of its own.</summary>
    public static async Task<RunScope> ReadAsync(
        PostgresWarehouse warehouse, long runId, CancellationToken cancellationToken)
    {
        await using var connection = await warehouse.ConnectAsync(cancellationToken);
        return await ReadAsync(connection, runId, cancellationToken);
    }
}
