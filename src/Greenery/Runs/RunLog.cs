using Greenery.Warehouse;

namespace Greenery.Runs;

/// <summary>What a run did, in the order of time.</summary>
/// <param name="Run">The run, with its loads, notes and checks.</param>
/// <param name="Host">Machine and process that started it.</param>
/// <param name="IsPruned">Its steps were deleted, because they are old.</param>
/// <param name="Steps">Its steps, by their start.</param>
public sealed record RunLog(RunReport Run, string Host, bool IsPruned, IReadOnlyList<StepRecord> Steps)
{
    /// <summary>Reads what the ledgers say; null when there is no such run.</summary>
    /// <param name="warehouse">The database; it has ops tables.</param>
    /// <param name="runId">The run.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<RunLog?> ReadAsync(
        PostgresWarehouse warehouse, long runId, CancellationToken cancellationToken)
    {
        if (await new RunReports(warehouse).ReadAsync(runId, cancellationToken) is not { } run)
        {
            return null;
        }
        await using var connection = await warehouse.ConnectAsync(cancellationToken);
        var (host, isPruned) = await connection.QueryFirstOrDefaultAsync<(string Host, bool IsPruned)>(
            "select host, is_pruned from ops.run where run_id = @runId", new { runId }, cancellationToken);
        return new RunLog(run, host, isPruned, await connection.QueryAsync<StepRecord>(
            """
            select step, state, attempts, crash_count, started_at, finished_at, error, result::text as result
            from ops.step where run_id = @runId
            order by started_at, step
            """, new { runId }, cancellationToken));
    }
}

/// <summary>A step as <c>ops.step</c> has it. Times are UTC.</summary>
/// <param name="Step">Its name: <c>build:dim_users</c>.</param>
/// <param name="State">How far it is.</param>
/// <param name="Attempts">How often it was tried.</param>
/// <param name="CrashCount">How often a process ended in it.</param>
/// <param name="StartedAt">When the first attempt began.</param>
/// <param name="FinishedAt">Null while it runs.</param>
/// <param name="Error">Why it failed; null when it did not.</param>
/// <param name="Result">What it returned, as JSON; null unless it is done.</param>
public sealed record StepRecord(
    string Step, RecordedStepState State, int Attempts, int CrashCount, DateTime StartedAt, DateTime? FinishedAt,
    string? Error, string? Result)
{
    /// <summary>The kind; null for one of an earlier version that is no more.</summary>
    public StepKind? Kind =>
        Enum.TryParse<StepKind>(Step.Split(':')[0], ignoreCase: true, out var kind) ? kind : null;

    /// <summary>The source table or model; null for other steps.</summary>
    public string? Subject => Step.Split(':', 2) is [_, var subject] ? subject : null;
}
